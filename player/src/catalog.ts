// SPDX-License-Identifier: Apache-2.0
// What the platform tells about its assets: the list (/api/v1/assets, in pages) and one asset's own asset.json.

export type Kind = 'track' | 'video' | 'album';

export interface Entry {
  asset: string;
  generation: number;
  kind: Kind;
  title: string;
  artists: string[];
  album: string;
  seconds: number;
  hls: string;
  dash: string;
  cover?: string;
  periods?: Period[]; // of a playlist
}

// Where a track of a playlist lies on the DASH clock, in seconds, and by how much each codec's media time is moved to lie there. `leads`:
// what a decoder drops at the start without moving time (Opus' pre-skip).
export interface Period {
  start: number;
  end: number;
  shifts: Record<string, number>;
  leads: Record<string, number>;
}

// The part of asset.json (docs/formats/asset.md) that a player needs.
export interface Rendition {
  id: string;
  codec: string;
  group: string;
  timescale: number;
  duration: number; // programme, in ticks
  lead_in: number; // ticks before the programme
  average_bps: number;
  audio?: { sample_rate: number; channels: number; bit_depth: number };
}

export interface AlbumTrack {
  asset: string;
  generation: number;
  seconds: number;
  title: string;
}

export interface AssetDetail {
  id: string;
  kind: Kind;
  duration: [number, number];
  renditions: Rendition[];
  album_tracks?: AlbumTrack[];
}

// Of a playlist, without its items.
export interface ListFacts {
  id: string;
  revision: string;
  owner: string;
  name: string;
  cover: string;
  count: number;
}

// Where a playlist plays as one; of a private one with its token.
export interface PlaylistAddresses {
  hls: string;
  dash: string;
  items: string;
}

interface PlaylistItems {
  id: string;
  title: string;
  tracks: AlbumTrack[];
  periods: Period[];
}

interface Page {
  assets: Partial<Entry>[];
  next?: string | null; // address of the next page, relative to this one
}

const kFirstPage = 'api/v1/assets?limit=500';
export const kMostEntries = 10_000; // listed; a larger library is looked through by its own search
const kMaxPages = 1000; // a server whose pages point in a circle must not keep us busy for ever

// Guests are not let in here, or not so far.
export class SignInNeeded extends Error {
  constructor() {
    super('Sign in to see what is here.');
  }
}

type Ask = (address: string | URL) => Promise<Response>;

// Why `what` ("The library") is not there, for a listener. `status`: of the answer; undefined: there was none.
export function absence(what: string, status: number | undefined): string {
  if (status === undefined) return `${what} cannot be reached. Is this device online?`;
  if (status === 404 || status === 410) return `${what} is not here any more.`;
  if (status === 403) return `${what} is not open to you.`;
  if (status === 429) return `${what} was asked for too often. Wait a moment.`;
  if (status >= 500) return `${what} is not available at the moment.`;
  return `${what} could not be read: the server answered ${status}.`;
}

export async function getJson<T>(address: string | URL, what: string, ask: Ask = fetch): Promise<T> {
  const response = await ask(address).catch(() => undefined);
  if (response?.status === 401) throw new SignInNeeded();
  if (!response?.ok) throw new Error(absence(what, response?.status));
  return (await response.json()) as T;
}

// Fills what a list may leave out; undefined when it names nothing playable.
export function completeEntry(found: Partial<Entry>): Entry | undefined {
  if (!found.asset || !(found.hls || found.dash)) return undefined;
  return {
    asset: found.asset,
    generation: found.generation ?? 1,
    kind: found.kind ?? 'track',
    title: found.title || found.asset,
    artists: found.artists ?? [],
    album: found.album ?? '',
    seconds: found.seconds ?? 0,
    hls: found.hls ?? '',
    dash: found.dash ?? '',
    cover: found.cover || undefined,
  };
}

// The first entries that who asks may see, page by page; `onPage` sees each as it comes, so that the first screen does not wait for the last page.
export async function fetchEntries(ask: Ask, onPage: (soFar: Entry[]) => void): Promise<Entry[]> {
  const entries: Entry[] = [];
  let address: URL | undefined = new URL(kFirstPage, document.baseURI);
  for (let n = 0; address && n < kMaxPages && entries.length < kMostEntries; n++) {
    const page: Page = await getJson<Page>(address, 'The library', ask);
    for (const found of page.assets) {
      const entry = completeEntry(found);
      if (entry) entries.push(entry);
    }
    onPage(entries);
    address = page.next ? new URL(page.next, address) : undefined;
  }
  return entries;
}

// asset.json lies in the generation's folder, beside what the manifests name.
export function detailAddress(entry: Entry): URL {
  return new URL(`g${entry.generation}/asset.json`, new URL(entry.hls || entry.dash, document.baseURI));
}

// `token`: of the address that the platform gave out; empty for a public list, or an album.
export function addressesOf(id: string, token: string): PlaylistAddresses {
  const at = `v/playlist/${encodeURIComponent(id)}`;
  const query = token ? `?token=${encodeURIComponent(token)}` : '';
  return { hls: `${at}/master.m3u8${query}`, dash: `${at}/manifest.mpd${query}`, items: `${at}/items.json${query}` };
}

// A playlist as one entry, and its tracks.
export async function fetchPresentation(id: string, { hls, dash, items }: PlaylistAddresses): Promise<{ entry: Entry; tracks: AlbumTrack[] }> {
  const { title, tracks, periods } = await getJson<PlaylistItems>(new URL(items, document.baseURI), 'The playlist');
  const seconds = tracks.reduce((sum, track) => sum + track.seconds, 0);
  return { entry: { asset: `playlist/${id}`, generation: 1, kind: 'album', title, artists: [], album: title, seconds, hls, dash, periods }, tracks };
}

export function fetchDetail(entry: Entry): Promise<AssetDetail> {
  return getJson<AssetDetail>(detailAddress(entry), `“${entry.title}”`);
}
