// SPDX-License-Identifier: Apache-2.0
// What lets hls.js 1.7.4 begin as soon as it has the bytes, wherever the network is fast.
import type { Events, HlsConfig, InitPTSFoundData } from 'hls.js';

export interface AudioController {
  onInitPtsFound(event: Events.INIT_PTS_FOUND, data: InitPTSFoundData): void;
  tickImmediate(): void;
}

// hls.js lets sound of its own playlist that is there before the picture's first time stamp wait for a clock of 100 ms
// (audio-stream-controller.ts: onInitPtsFound does not tick in WAITING_INIT_PTS). This controller goes on as soon as the time stamp is known;
// in any other state the additional tick finds nothing to do.
export function promptAudio<Controller extends new (...args: any[]) => AudioController>(base: Controller) {
  return class extends base {
    override onInitPtsFound(event: Events.INIT_PTS_FOUND, data: InitPTSFoundData): void {
      super.onInitPtsFound(event, data);
      this.tickImmediate();
    }
  };
}

// Without a worker: it takes 40 ms to start, and what it is for, making MP4 of a transport stream, CMAF does not need.
export function promptStart(defaults: HlsConfig): Partial<HlsConfig> {
  const soundApart = defaults.audioStreamController;
  return { enableWorker: false, audioStreamController: soundApart && promptAudio(soundApart) };
}
