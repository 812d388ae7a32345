// SPDX-License-Identifier: Apache-2.0
import { type MediaInfo, MediaPlayer, type MediaPlayerClass, type MediaType } from 'dashjs';
import { distinct, keyOf, type Language, languageOf } from '../language';
import type { Engine, EngineEvents, Languages, PlaybackFailure } from './engine';

interface DashError {
  code?: number;
  message?: string;
  data?: { request?: { url?: string }; response?: { status?: number } };
}

function failureOf(error: DashError | string | undefined): PlaybackFailure {
  if (typeof error !== 'object') return { engine: 'dash.js', cause: 'other', detail: String(error) };
  // dash.js groups its codes by tens: 10 and 11 the manifest, 15 to 17 and 25 to 28 loading, 20 to 24 the MSE.
  const code = error.code ?? 0;
  const cause = code === 10 || code === 11 ? 'manifest' : (code >= 15 && code <= 17) || (code >= 25 && code <= 28) ? 'network' : code >= 20 && code <= 24 ? 'media' : 'other';
  return { engine: 'dash.js', cause, detail: error.message ?? `code ${code}`, status: error.data?.response?.status, address: error.data?.request?.url };
}

const languageOfSet = ({ lang, labels }: MediaInfo) => languageOf(lang, labels[0]?.text);
const isOf = (wanted: Language) => (set: MediaInfo) => keyOf(languageOfSet(set)) === keyOf(wanted);

function soundOf(player: MediaPlayerClass): Languages {
  return {
    all: () => distinct(player.getTracksFor('audio').map(languageOfSet)),
    chosen: () => {
      const now = player.getCurrentTrackFor('audio');
      return now ? languageOfSet(now) : undefined;
    },
    // Each codec has a set of its own in each language: the codec stays.
    choose: (wanted) => {
      const sets = wanted ? player.getTracksFor('audio').filter(isOf(wanted)) : [];
      const codec = player.getCurrentTrackFor('audio')?.codec;
      const set = sets.find((one) => one.codec === codec) ?? sets[0];
      if (set) player.setCurrentTrack(set);
    },
  };
}

function subtitlesOf(player: MediaPlayerClass, onChange: () => void): Languages {
  const sets = () => player.getTracksFor('text');
  return {
    all: () => distinct(sets().map(languageOfSet)),
    chosen: () => {
      const set = player.isTextEnabled() ? sets()[player.getCurrentTextTrackIndex()] : undefined;
      return set && languageOfSet(set);
    },
    choose: (wanted) => {
      player.enableText(wanted !== undefined);
      player.setTextTrack(wanted ? sets().findIndex(isOf(wanted)) : -1);
      onChange();
    },
  };
}

export async function open(media: HTMLVideoElement, address: string, events: EngineEvents): Promise<Engine> {
  const player = MediaPlayer().create();
  player.on('error', (event) => events.onFailure(failureOf((event as { error?: DashError }).error)));
  for (const event of ['streamInitialized', 'qualityChangeRendered', 'qualityChangeRequested', 'currentTrackChanged', 'allTextTracksAdded']) player.on(event, events.onChange);
  // dash.js 5.2.1 takes a late clock just before the end for a gap, jumps to the end, is sent back half a second by its own rule for seeks
  // beyond the end, and stays there, paused. Our streams have no gaps to jump, and our end is exact.
  player.updateSettings({ streaming: { gaps: { jumpGaps: false }, seekDurationBackoff: 0, text: { defaultEnabled: false } } });
  player.initialize(media, address, true);
  const type = (): MediaType => (player.getRepresentationsByType('video').length > 0 ? 'video' : 'audio');
  const setAutomatic = (wanted: boolean) =>
    player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { audio: wanted, video: wanted } } } });
  return {
    levels: () =>
      player.getRepresentationsByType(type()).map((r) => ({ bps: r.bandwidth, codec: r.codecs ?? '', height: r.height || undefined })),
    level: () => player.getCurrentRepresentationForType(type())?.index,
    isAutomatic: () => player.getSettings().streaming?.abr?.autoSwitchBitrate?.[type() === 'video' ? 'video' : 'audio'] !== false,
    force: (level) => {
      setAutomatic(level === undefined);
      if (level !== undefined) player.setRepresentationForTypeByIndex(type(), level, false);
      events.onChange();
    },
    sound: soundOf(player),
    subtitles: subtitlesOf(player, events.onChange),
    throughput: () => {
      const kbps = player.getAverageThroughput(type());
      return kbps > 0 ? kbps * 1000 : undefined;
    },
    destroy: () => player.destroy(),
  };
}
