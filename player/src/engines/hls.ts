// SPDX-License-Identifier: Apache-2.0
import Hls, { type ErrorData, ErrorTypes, Events } from 'hls.js';
import type { Engine, EngineEvents, PlaybackFailure } from './engine';
import { promptAudio } from './prompt_audio';

const soundApart = Hls.DefaultConfig.audioStreamController;

function causeOf(data: ErrorData): PlaybackFailure['cause'] {
  if (data.details.startsWith('manifest')) return data.type === ErrorTypes.NETWORK_ERROR ? 'network' : 'manifest';
  if (data.type === ErrorTypes.NETWORK_ERROR) return 'network';
  return data.type === ErrorTypes.MEDIA_ERROR ? 'media' : 'other';
}

export async function open(media: HTMLVideoElement, address: string, events: EngineEvents): Promise<Engine> {
  // hls.js fills 60 MB: a whole album of sound, and a listener's data plan.
  const hls = new Hls({ maxBufferLength: 30, maxMaxBufferLength: 60, audioStreamController: soundApart && promptAudio(soundApart) });
  hls.on(Events.ERROR, (_, data) => {
    if (!data.fatal) return;
    const failure = { engine: 'hls.js', cause: causeOf(data), detail: data.details, status: data.response?.code, address: data.url ?? data.frag?.url };
    events.onFailure(failure);
  });
  for (const event of [Events.MANIFEST_PARSED, Events.LEVEL_SWITCHED, Events.LEVEL_SWITCHING] as const) hls.on(event, events.onChange);
  // A playlist that arrives before the media source is open waits for hls.js' next tick, up to 100 ms: on a fast network half the start-up.
  hls.once(Events.MEDIA_ATTACHED, () => hls.loadSource(address));
  hls.attachMedia(media);
  return {
    levels: () => hls.levels.map((l) => ({ bps: l.bitrate, codec: l.videoCodec ?? l.audioCodec ?? '', height: l.height || undefined })),
    level: () => (hls.loadLevel >= 0 ? hls.loadLevel : undefined),
    isAutomatic: () => hls.autoLevelEnabled,
    force: (level) => {
      hls.nextLevel = level ?? -1;
      events.onChange();
    },
    throughput: () => (hls.bandwidthEstimate > 0 ? hls.bandwidthEstimate : undefined),
    destroy: () => hls.destroy(),
  };
}
