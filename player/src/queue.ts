// SPDX-License-Identifier: Apache-2.0
// What plays now and after it. An item is either an asset of its own or a stretch of an album's one timeline (`run`);
// two neighbouring stretches of one run follow each other without a gap and without loading anything.
import type { AlbumTrack, Entry } from './catalog';

export interface Run {
  album: Entry;
  start: number; // seconds on the album's timeline
  end: number;
}

export interface Item {
  entry: Entry;
  run?: Run;
}

// An album's tracks as stretches of its timeline. What the list of assets knows of a track (artists) is kept.
export function albumItems(album: Entry, tracks: AlbumTrack[], known: (asset: string) => Entry | undefined): Item[] {
  let start = 0;
  return tracks.map((track) => {
    const entry: Entry = {
      ...album,
      kind: 'track',
      asset: track.asset,
      generation: track.generation,
      title: track.title || known(track.asset)?.title || track.asset,
      seconds: track.seconds,
      album: album.title,
      artists: known(track.asset)?.artists ?? album.artists,
    };
    const run = { album, start, end: start + track.seconds };
    start = run.end;
    return { entry, run };
  });
}

export function followsOn(a: Item | undefined, b: Item | undefined): boolean {
  return a?.run !== undefined && b?.run !== undefined && a.run.album.asset === b.run.album.asset && a.run.end === b.run.start;
}

export class Queue {
  private items: Item[] = [];
  private at = 0;

  get current(): Item | undefined {
    return this.items[this.at];
  }
  get next(): Item | undefined {
    return this.items[this.at + 1];
  }
  get previous(): Item | undefined {
    return this.items[this.at - 1];
  }
  get all(): readonly Item[] {
    return this.items;
  }
  get position(): number {
    return this.at;
  }

  replace(items: Item[], at = 0): void {
    this.items = [...items];
    this.at = Math.max(0, Math.min(at, items.length - 1));
  }
  append(item: Item): void {
    this.items.push(item);
  }
  // Takes an item out; the one that plays stays.
  remove(index: number): void {
    if (index === this.at || index < 0 || index >= this.items.length) return;
    this.items.splice(index, 1);
    if (index < this.at) this.at--;
  }
  // Goes to an item; false when there is none.
  go(index: number): boolean {
    if (index < 0 || index >= this.items.length) return false;
    this.at = index;
    return true;
  }
}
