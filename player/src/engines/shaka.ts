// SPDX-License-Identifier: Apache-2.0
import shaka from 'shaka-player';
import type { Engine, EngineEvents, PlaybackFailure } from './engine';

function failureOf(error: { code: number; category: number; data?: unknown[] }): PlaybackFailure {
  const { Category } = shaka.util.Error;
  const cause =
    error.category === Category.NETWORK ? 'network' : error.category === Category.MANIFEST ? 'manifest' : error.category === Category.MEDIA ? 'media' : 'other';
  const [address, status] = cause === 'network' ? ((error.data ?? []) as [string?, number?]) : [];
  return { engine: 'Shaka Player', cause, detail: `error ${error.code}`, address, status: typeof status === 'number' ? status : undefined };
}

export async function open(media: HTMLVideoElement, address: string, events: EngineEvents): Promise<Engine> {
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  player.addEventListener('error', (event: Event) => events.onFailure(failureOf((event as unknown as { detail: never }).detail)));
  for (const event of ['trackschanged', 'adaptation', 'variantchanged']) player.addEventListener(event, events.onChange);
  await player.attach(media);
  player.load(address).catch((error) => {
    if (error.code !== shaka.util.Error.Code.LOAD_INTERRUPTED) events.onFailure(failureOf(error));
  });
  const tracks = () => player.getVariantTracks().sort((a, b) => a.bandwidth - b.bandwidth);
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
    throughput: () => player.getStats().estimatedBandwidth || undefined,
    destroy: () => player.destroy(),
  };
}
