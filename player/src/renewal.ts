// SPDX-License-Identifier: Apache-2.0
// Where the platform asks for tokens, an address has one: /t/s1.KEY.PAYLOAD.MAC/v/… (docs/formats/tokens.md). Its payload says until when;
// whoever may still listen is told a new one.
import { completeEntry, type Entry, type PlaylistAddresses } from './catalog';

type Ask = (address: string) => Promise<Response>;
// `refused`: an edge would not take it, whatever it says of itself.
export type Renew = (entry: Entry, refused: boolean) => Promise<Entry>;

const kMargin = 60; // seconds: clocks differ, and a manifest's segments come later than it
const kPlaylist = 'playlist/';

// Unix time; undefined: it has no token.
export function expiryOf(address: string): number | undefined {
  const payload = /(?:^|\/)t\/s1\.[^./]+\.([^./]+)\./.exec(address)?.[1];
  if (payload === undefined) return undefined;
  try {
    const seconds = /^e(\d+)\n/.exec(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))?.[1];
    return seconds === undefined ? undefined : Number(seconds);
  } catch {
    return undefined;
  }
}

async function askFor(entry: Entry, ask: Ask): Promise<Partial<Entry> | undefined> {
  const isList = entry.asset.startsWith(kPlaylist);
  const id = encodeURIComponent(isList ? entry.asset.slice(kPlaylist.length) : entry.asset);
  const response = await ask(isList ? `api/v1/playlists/${id}/presentation` : `api/v1/tracks/${id}`).catch(() => undefined);
  if (!response?.ok) return undefined;
  const found = (await response.json().catch(() => undefined)) as { track?: Partial<Entry> } & Partial<PlaylistAddresses>;
  return isList ? { ...entry, ...found } : found?.track && completeEntry(found.track);
}

// What cannot be renewed stays as it is: the edge says why.
export function renewalBy(ask: Ask, now = () => Date.now() / 1000): Renew {
  return async (entry, refused) => {
    const ends = expiryOf(entry.hls || entry.dash);
    if (!refused && (ends === undefined || ends - now() > kMargin)) return entry;
    const found = await askFor(entry, ask);
    return found ? { ...entry, hls: found.hls ?? entry.hls, dash: found.dash ?? entry.dash, generation: found.generation ?? entry.generation } : entry;
  };
}
