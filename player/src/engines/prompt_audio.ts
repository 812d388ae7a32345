// SPDX-License-Identifier: Apache-2.0
// hls.js 1.7.4 lets sound of its own playlist that is there before the picture's first time stamp wait for a clock of 100 ms
// (audio-stream-controller.ts: onInitPtsFound does not tick in WAITING_INIT_PTS). The picture's first segment is the later one wherever the
// network is fast, for its worker must start first; so nearly every start waits. The controller can be replaced by configuration.
import type { Events, InitPTSFoundData } from 'hls.js';

export interface AudioController {
  onInitPtsFound(event: Events.INIT_PTS_FOUND, data: InitPTSFoundData): void;
  tickImmediate(): void;
}

// A controller that goes on as soon as the time stamp is known; in any other state the additional tick finds nothing to do.
export function promptAudio<Controller extends new (...args: any[]) => AudioController>(base: Controller) {
  return class extends base {
    override onInitPtsFound(event: Events.INIT_PTS_FOUND, data: InitPTSFoundData): void {
      super.onInitPtsFound(event, data);
      this.tickImmediate();
    }
  };
}
