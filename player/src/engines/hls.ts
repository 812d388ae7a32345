// SPDX-License-Identifier: Apache-2.0
import Hls, { type ErrorData, ErrorTypes, Events, type MediaPlaylist } from 'hls.js';
import { distinct, keyOf, languageOf } from '../language';
import type { Engine, EngineEvents, Languages, PlaybackFailure } from './engine';
import { promptStart } from './prompt_start';

function causeOf(data: ErrorData): PlaybackFailure['cause'] {
  if (data.details.startsWith('manifest')) return data.type === ErrorTypes.NETWORK_ERROR ? 'network' : 'manifest';
  if (data.type === ErrorTypes.NETWORK_ERROR) return 'network';
  return data.type === ErrorTypes.MEDIA_ERROR ? 'media' : 'other';
}

const languageOfPlaylist = ({ lang, name }: MediaPlaylist) => languageOf(lang, name);

// Of a list of hls.js and its place in it (-1: none).
function languages(playlists: () => MediaPlaylist[], at: () => number, go: (at: number) => void): Languages {
  return {
    all: () => distinct(playlists().map(languageOfPlaylist)),
    chosen: () => {
      const playlist = playlists()[at()];
      return playlist && languageOfPlaylist(playlist);
    },
    choose: (wanted) => go(wanted ? playlists().findIndex((one) => keyOf(languageOfPlaylist(one)) === keyOf(wanted)) : -1),
  };
}

const kChanges = [
  Events.MANIFEST_PARSED,
  Events.LEVEL_SWITCHED,
  Events.LEVEL_SWITCHING,
  Events.AUDIO_TRACKS_UPDATED,
  Events.AUDIO_TRACK_SWITCHED,
  Events.SUBTITLE_TRACK_SWITCH,
] as const;

export async function open(media: HTMLVideoElement, address: string, events: EngineEvents): Promise<Engine> {
  // hls.js fills 60 MB: a whole album of sound, and a listener's data plan.
  const hls = new Hls({ maxBufferLength: 30, maxMaxBufferLength: 60, ...promptStart(Hls.DefaultConfig) });
  hls.on(Events.ERROR, (_, data) => {
    if (!data.fatal) return;
    const failure = { engine: 'hls.js', cause: causeOf(data), detail: data.details, status: data.response?.code, address: data.url ?? data.frag?.url };
    events.onFailure(failure);
  });
  // A manifest's default language of subtitles is what hls.js shows unasked.
  hls.on(Events.MANIFEST_PARSED, () => (hls.subtitleTrack = -1));
  for (const event of kChanges) hls.on(event, events.onChange);
  // hls.js goes on to choose none right after it tells of them; a choice made within the event would be lost.
  hls.on(Events.SUBTITLE_TRACKS_UPDATED, () => queueMicrotask(events.onChange));
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
    sound: languages(() => hls.audioTracks, () => hls.audioTrack, (at) => (hls.audioTrack = at)),
    subtitles: languages(() => hls.subtitleTracks, () => hls.subtitleTrack, (at) => (hls.subtitleTrack = at)),
    throughput: () => (hls.bandwidthEstimate > 0 ? hls.bandwidthEstimate : undefined),
    destroy: () => hls.destroy(),
  };
}
