// SPDX-License-Identifier: Apache-2.0
// The library: a shelf of albums, then every track and video. Rows are made as they are scrolled to, so that ten thousand cost no more than fifty.
import { addressesOf, type Entry, fetchDetail, fetchEntries, fetchPresentation, SignInNeeded } from '../catalog';
import type { Deck } from '../deck';
import { byId, coverImage, h, sleeveStyle } from '../dom';
import { clock } from '../format';
import { albumItems } from '../queue';
import { matches } from '../search';
import type { Session } from '../session';

const kBatch = 60;
const kRefreshMs = 10_000;

export class Library {
  private entries: Entry[] = [];
  private shown: Entry[] = [];
  private known = new Map<string, Entry>();
  private readonly notice = byId('notice');
  private readonly search = byId<HTMLInputElement>('search');
  private readonly more = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && this.addRows(), { rootMargin: '600px' });
  private readonly sentinel = h('div', { class: 'sentinel' });
  private readonly rows = h('ul', { class: 'rows' });

  constructor(
    private readonly deck: Deck,
    private readonly session: Session,
  ) {
    session.addEventListener('change', () => void this.refresh());
    this.search.addEventListener('input', () => this.render());
    deck.addEventListener('change', () => this.mark());
    this.more.observe(this.sentinel);
    setInterval(() => document.visibilityState === 'visible' && void this.refresh(), kRefreshMs);
  }

  find(asset: string): Entry | undefined {
    return this.known.get(asset);
  }

  // Fetches the list; what is being ingested in the background appears by itself. The view is only touched when the list has changed.
  async refresh(): Promise<void> {
    try {
      const entries = await fetchEntries((address) => this.session.fetch(address), (soFar) => this.entries.length === 0 && this.take([...soFar]));
      this.take(entries);
      this.say(entries.length === 0 ? 'Nothing here yet. Bring music in with: segue ingest ~/Music' : '');
    } catch (error) {
      if (error instanceof SignInNeeded) this.take([]); // what the one who was signed in saw
      this.say((error as Error).message);
    }
  }

  async playAlbum(album: Entry, at = 0): Promise<void> {
    try {
      const detail = await fetchDetail(album);
      await this.deck.playItems(albumItems(album, detail.album_tracks ?? [], (asset) => this.find(asset)), at);
    } catch (error) {
      this.say((error as Error).message);
    }
  }

  async playPlaylist(id: string, token: string, at = 0): Promise<void> {
    try {
      const { entry, tracks } = await fetchPresentation(id, addressesOf(id, token));
      await this.deck.playItems(albumItems(entry, tracks, (asset) => this.find(asset)), at);
    } catch (error) {
      this.say((error as Error).message);
    }
  }

  // Plays the entry, and what is listed below it afterwards.
  play(entry: Entry): Promise<void> {
    if (entry.kind === 'album') return this.playAlbum(entry);
    const list = this.shown.some((e) => e.asset === entry.asset) ? this.shown : [entry];
    return this.deck.playItems(list.map((e) => ({ entry: e })), list.findIndex((e) => e.asset === entry.asset));
  }

  private take(entries: Entry[]): void {
    if (JSON.stringify(entries) === JSON.stringify(this.entries)) return;
    this.entries = entries;
    this.known = new Map(entries.map((entry) => [entry.asset, entry]));
    this.render();
  }

  private say(text: string): void {
    this.notice.textContent = text;
    this.notice.hidden = text === '';
  }

  private render(): void {
    const query = this.search.value;
    const found = this.entries.filter((entry) => matches(query, entry));
    const albums = found.filter((entry) => entry.kind === 'album');
    this.shown = found.filter((entry) => entry.kind !== 'album');
    byId('albums').replaceChildren(...(albums.length ? [heading('Albums', albums.length), h('div', { class: 'shelf' }, ...albums.map((a) => this.card(a)))] : []));
    this.rows.replaceChildren();
    const nothing = found.length === 0 && this.entries.length > 0;
    byId('tracks').replaceChildren(
      ...(this.shown.length ? [heading('Tracks', this.shown.length), this.rows, this.sentinel] : []),
      ...(nothing ? [h('p', { class: 'notice' }, `Nothing found for “${query}”.`)] : []),
    );
    this.addRows();
  }

  private addRows(): void {
    const from = this.rows.childElementCount;
    this.rows.append(...this.shown.slice(from, from + kBatch).map((entry) => this.row(entry)));
    this.mark();
  }

  private card(album: Entry): HTMLElement {
    return h(
      'button',
      { type: 'button', class: 'card', 'data-asset': album.asset, onclick: () => void this.playAlbum(album) },
      h('span', { class: 'sleeve', style: sleeveStyle(album.title) }, coverImage(album.cover)),
      h('b', {}, album.title),
      h('span', {}, album.artists.join(', ')),
    );
  }

  private row(entry: Entry): HTMLElement {
    const about = [entry.artists.join(', '), entry.album].filter((text) => text !== '').join(' · ');
    return h(
      'li',
      { 'data-asset': entry.asset },
      h(
        'button',
        { type: 'button', class: 'row', onclick: () => void this.play(entry) },
        h('span', { class: 'thumb', style: sleeveStyle(entry.artists[0] ?? entry.title) }, coverImage(entry.cover)),
        h('span', { class: 'names' }, h('b', {}, entry.title), h('span', {}, about)),
        ...(entry.kind === 'video' ? [h('span', { class: 'badge' }, 'video')] : []),
        h('time', {}, clock(entry.seconds)),
      ),
      h('button', { type: 'button', class: 'icon add', 'aria-label': `Add ${entry.title} to the queue`, title: 'Add to the queue', onclick: () => this.deck.enqueue({ entry }) }, '+'),
    );
  }

  private mark(): void {
    const playing = this.deck.current;
    const assets = [playing?.entry.asset, playing?.run?.album.asset];
    for (const element of document.querySelectorAll<HTMLElement>('#library [data-asset]')) {
      element.toggleAttribute('data-playing', assets.includes(element.dataset.asset));
    }
  }
}

function heading(text: string, count: number): HTMLElement {
  return h('h2', {}, text, ' ', h('small', {}, String(count)));
}
