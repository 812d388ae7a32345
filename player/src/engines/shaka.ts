// SPDX-License-Identifier: Apache-2.0
import shaka from 'shaka-player';
import { distinct, keyOf, type Language, languageOf } from '../language';
import type { Engine, EngineEvents, Languages, PlaybackFailure } from './engine';
import { levelsOf } from './shaka_levels';

function failureOf(error: { code: number; category: number; data?: unknown[] }): PlaybackFailure {
  const { Category } = shaka.util.Error;
  const cause =
    error.category === Category.NETWORK ? 'network' : error.category === Category.MANIFEST ? 'manifest' : error.category === Category.MEDIA ? 'media' : 'other';
  const [address, status] = cause === 'network' ? ((error.data ?? []) as [string?, number?]) : [];
  return { engine: 'Shaka Player', cause, detail: `error ${error.code}`, address, status: typeof status === 'number' ? status : undefined };
}

// Of a list of Shaka's, where the one in use says so itself.
function languages<Track extends { active: boolean; language: string; label: string | null }>(tracks: () => Track[], select: (track: Track | undefined) => void): Languages {
  const languageOfTrack = ({ language, label }: Track) => languageOf(language, label);
  return {
    all: () => distinct(tracks().map(languageOfTrack)),
    chosen: () => {
      const active = tracks().find((one) => one.active);
      return active && languageOfTrack(active);
    },
    choose: (wanted: Language | undefined) => select(tracks().find((one) => wanted && keyOf(languageOfTrack(one)) === keyOf(wanted))),
  };
}

export async function open(media: HTMLVideoElement, address: string, events: EngineEvents): Promise<Engine> {
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  player.addEventListener('error', (event: Event) => events.onFailure(failureOf((event as unknown as { detail: never }).detail)));
  for (const event of ['trackschanged', 'adaptation', 'variantchanged', 'audiotrackchanged', 'textchanged']) player.addEventListener(event, events.onChange);
  await player.attach(media);
  // Shaka 5.2.12 tells of its tracks before that, and forgets what is selected then.
  let isLoaded = false;
  player
    .load(address)
    .then(() => {
      isLoaded = true;
      events.onChange();
    })
    .catch((error) => {
      if (error.code !== shaka.util.Error.Code.LOAD_INTERRUPTED) events.onFailure(failureOf(error));
    });
  const tracks = () => levelsOf(player.getVariantTracks());
  return {
    levels: () => tracks().map((t) => ({ bps: t.bandwidth, codec: t.videoCodec ?? t.audioCodec ?? '', height: t.height ?? undefined })),
    level: () => {
      const active = tracks().findIndex((t) => t.active);
      return active >= 0 ? active : undefined;
    },
    isAutomatic: () => player.getConfiguration().abr.enabled,
    force: (level) => {
      player.configure({ abr: { enabled: level === undefined } });
      if (level !== undefined) player.selectVariantTrack(tracks()[level], false);
      events.onChange();
    },
    sound: languages(() => (isLoaded ? player.getAudioTracks() : []), (track) => track && player.selectAudioTrack(track)),
    subtitles: languages(() => (isLoaded ? player.getTextTracks() : []), (track) => player.selectTextTrack(track ?? null)),
    throughput: () => player.getStats().estimatedBandwidth || undefined,
    destroy: () => player.destroy(),
  };
}
