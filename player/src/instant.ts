// SPDX-License-Identifier: Apache-2.0
// The catalog's own search, asked at every key stroke: forgiving, ranked, and over all that there is, of which the page holds the beginning.
import { completeEntry, type Entry } from './catalog';

export interface Hit {
  id: string;
  name: string;
  by: string;
  in: string;
  cover: string;
  hls?: string;
  dash?: string;
}

export interface Found {
  artists: Hit[];
  albums: Hit[];
  tracks: Hit[];
}

const kAtOnce = 30;

type Ask = (address: string) => Promise<Response>;

export class Instant {
  private last = 0;

  constructor(private readonly ask: Ask) {}

  // undefined: the catalog does not answer, or somebody typed on meanwhile.
  async find(query: string): Promise<Found | undefined> {
    const mine = ++this.last;
    const response = await this.ask(`api/v1/search?limit=30&q=${encodeURIComponent(query)}`).catch(() => undefined);
    if (!response?.ok) return undefined;
    const answer = (await response.json().catch(() => undefined)) as Record<string, { hits?: Hit[] } | undefined> | undefined;
    if (!answer || mine !== this.last) return undefined;
    const hits = (name: string) => answer[name]?.hits ?? [];
    return { artists: hits('artists'), albums: hits('albums'), tracks: hits('tracks') };
  }

  // 'away': nobody knows, for the catalog does not answer, or not to a guest.
  async named(id: string): Promise<Entry | 'gone' | 'away'> {
    const response = await this.ask(`api/v1/tracks/${encodeURIComponent(id)}`).catch(() => undefined);
    if (response?.status === 404 || response?.status === 400) return 'gone';
    if (!response?.ok) return 'away';
    return completeEntry(((await response.json()) as { track: Partial<Entry> }).track) ?? 'gone';
  }

  // A hit says what a list shows; what plays has a generation and a length as well. undefined: it is gone.
  async entry(id: string): Promise<Entry | undefined> {
    const found = await this.named(id);
    return typeof found === 'string' ? undefined : found;
  }

  // In the order of `ids`, a few requests at a time; what is gone is left out.
  async entries(ids: readonly string[], known: (id: string) => Entry | undefined): Promise<Entry[]> {
    const all: Entry[] = [];
    for (let at = 0; at < ids.length; at += kAtOnce) {
      const some = await Promise.all(ids.slice(at, at + kAtOnce).map((id) => known(id) ?? this.entry(id)));
      all.push(...some.filter((entry): entry is Entry => entry !== undefined));
    }
    return all;
  }
}

// As a list shows it; not yet to be played (`generation` 0).
export function entryOf(hit: Hit): Entry {
  return {
    asset: hit.id,
    generation: 0,
    kind: 'track',
    title: hit.name,
    artists: hit.by === '' ? [] : [hit.by],
    album: hit.in,
    seconds: 0,
    hls: hit.hls ?? '',
    dash: hit.dash ?? '',
    cover: hit.cover,
  };
}
