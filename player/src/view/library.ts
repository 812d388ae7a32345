// SPDX-License-Identifier: Apache-2.0
// The library: a shelf of albums, then every track and video. Rows are made as they are scrolled to, so that ten thousand cost no more than fifty.
// While something is typed it shows what that finds: at once of what is loaded, then what the catalog finds in all that there is.
import { addressesOf, type Entry, fetchDetail, fetchEntries, fetchPresentation, getJson, kMostEntries, type PlaylistAddresses, SignInNeeded } from '../catalog';
import type { Deck } from '../deck';
import { byId, coverImage, h, sleeveStyle } from '../dom';
import { clock } from '../format';
import { entryOf, type Found, type Hit, Instant } from '../instant';
import { albumItems } from '../queue';
import { matches } from '../search';
import type { Session } from '../session';

const kBatch = 60;
const kRefreshMs = 10_000;

export class Library {
  private entries: Entry[] = [];
  private shown: Entry[] = [];
  private known = new Map<string, Entry>();
  private found: Found | undefined; // by the catalog, for what is typed now
  private readonly instant: Instant;
  private readonly notice = byId('notice');
  private readonly search = byId<HTMLInputElement>('search');
  private readonly more = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && this.addRows(), { rootMargin: '600px' });
  private readonly sentinel = h('div', { class: 'sentinel' });
  private readonly rows = h('ul', { class: 'rows' });

  constructor(
    private readonly deck: Deck,
    private readonly session: Session,
  ) {
    this.instant = new Instant((address) => session.fetch(address));
    session.addEventListener('change', () => void this.refresh());
    this.search.addEventListener('input', () => void this.look());
    deck.addEventListener('change', () => this.mark());
    this.more.observe(this.sentinel);
    setInterval(() => document.visibilityState === 'visible' && void this.refresh(), kRefreshMs);
  }

  find(asset: string): Entry | undefined {
    return this.known.get(asset);
  }

  // What an address names, in the list or beyond it.
  async named(asset: string): Promise<Entry | 'gone' | 'away'> {
    return this.find(asset) ?? this.instant.named(asset);
  }

  // Fetches the list; what is being ingested in the background appears by itself. The view is only touched when the list has changed.
  async refresh(): Promise<void> {
    try {
      const entries = await fetchEntries((address) => this.session.fetch(address), (soFar) => this.entries.length === 0 && this.take([...soFar]));
      this.take(entries);
      const more = entries.length >= kMostEntries ? `The first ${entries.length} are listed; search finds all.` : '';
      this.say(entries.length === 0 ? 'Nothing here yet. Bring music in with: segue ingest ~/Music' : more);
    } catch (error) {
      if (error instanceof SignInNeeded) {
        this.found = undefined;
        this.take([]); // what the one who was signed in saw
        return this.say(error.message);
      }
      const goesOn = this.deck.state === 'playing' ? ' What plays goes on;' : '';
      this.say(`${(error as Error).message}${goesOn} ${goesOn ? 'this' : 'This'} page tries again by itself.`);
    }
  }

  async playAlbum(listed: Entry, at = 0): Promise<void> {
    try {
      const album = await this.deck.renew(listed, false);
      const detail = await fetchDetail(album);
      await this.deck.playItems(albumItems(album, detail.album_tracks ?? [], (asset) => this.find(asset)), at);
    } catch (error) {
      this.say((error as Error).message);
    }
  }

  playPlaylist(id: string, token: string, at = 0): Promise<void> {
    return this.playAt(id, async () => addressesOf(id, token), at);
  }

  // An album of the catalog ("al-…"), however its tracks were encoded.
  private playFound(id: string): Promise<void> {
    return this.playAt(id, async () => {
      const address = `api/v1/playlists/${encodeURIComponent(id)}/presentation`;
      return getJson<PlaylistAddresses>(address, 'The album', (a) => this.session.fetch(a));
    }, 0);
  }

  private async playAt(id: string, addresses: () => Promise<PlaylistAddresses>, at: number): Promise<void> {
    try {
      const { entry, tracks } = await fetchPresentation(id, await addresses());
      await this.deck.playItems(albumItems(entry, tracks, (asset) => this.find(asset)), at);
    } catch (error) {
      this.say((error as Error).message);
    }
  }

  // Plays the entry, and what is listed below it afterwards.
  async play(entry: Entry): Promise<void> {
    if (entry.kind === 'album') return this.playAlbum(entry);
    const list = await this.whole(this.shown.some((e) => e.asset === entry.asset) ? this.shown : [entry]);
    const at = list.findIndex((e) => e.asset === entry.asset);
    if (at < 0) return this.say('This track is gone.');
    return this.deck.playItems(list.map((e) => ({ entry: e })), at);
  }

  private async enqueue(entry: Entry): Promise<void> {
    for (const whole of await this.whole([entry])) this.deck.enqueue({ entry: whole });
  }

  // What was found is completed before it plays.
  private whole(list: Entry[]): Promise<Entry[]> {
    const here = new Map(list.filter((entry) => entry.generation > 0).map((entry) => [entry.asset, entry]));
    return this.instant.entries(list.map((entry) => entry.asset), (asset) => here.get(asset));
  }

  private async look(): Promise<void> {
    const query = this.search.value.trim();
    if (query === '') this.found = undefined;
    if (!this.found) this.render(); // what was found before stays until the next is there
    if (query === '') return;
    const found = await this.instant.find(query);
    if (query !== this.search.value.trim()) return;
    this.found = found;
    this.render();
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
    if (this.found) return this.renderFound(this.found);
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

  private renderFound(found: Found): void {
    this.shown = found.tracks.map((hit) => this.known.get(hit.id) ?? entryOf(hit));
    const { artists, albums } = found;
    byId('albums').replaceChildren(
      ...(artists.length ? [heading('Artists', artists.length), h('div', { class: 'shelf' }, ...artists.map((hit) => this.artistCard(hit)))] : []),
      ...(albums.length ? [heading('Albums', albums.length), h('div', { class: 'shelf' }, ...albums.map((hit) => this.albumCard(hit)))] : []),
    );
    this.rows.replaceChildren();
    const isNothing = this.shown.length + artists.length + albums.length === 0;
    byId('tracks').replaceChildren(
      ...(this.shown.length ? [heading('Tracks', this.shown.length), this.rows, this.sentinel] : []),
      ...(isNothing ? [h('p', { class: 'notice' }, `Nothing found for “${this.search.value}”.`)] : []),
    );
    this.addRows();
  }

  // A picture of what is loaded lies on the edge, for everybody; the catalog's own address of it asks who wants it, which an image cannot say.
  private coverOf(hit: Hit, isOf: (entry: Entry) => boolean): Node {
    return coverImage(this.entries.find((entry) => entry.cover && isOf(entry))?.cover ?? hit.cover);
  }

  private artistCard(hit: Hit): HTMLElement {
    const ask = () => {
      this.search.value = hit.name;
      this.search.dispatchEvent(new Event('input'));
    };
    const cover = this.coverOf(hit, (entry) => entry.artists.includes(hit.name));
    return h('button', { type: 'button', class: 'card', 'data-artist': hit.id, onclick: ask }, h('span', { class: 'sleeve', style: sleeveStyle(hit.name) }, cover), h('b', {}, hit.name));
  }

  private albumCard(hit: Hit): HTMLElement {
    const cover = this.coverOf(hit, (entry) => entry.album === hit.name && (entry.artists.length === 0 || entry.artists.some((name) => hit.by.includes(name))));
    return h(
      'button',
      { type: 'button', class: 'card', 'data-album': hit.id, onclick: () => void this.playFound(hit.id) },
      h('span', { class: 'sleeve', style: sleeveStyle(hit.name) }, cover),
      h('b', {}, hit.name),
      h('span', {}, hit.by),
    );
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
        h('time', {}, entry.seconds > 0 ? clock(entry.seconds) : ''),
      ),
      h('button', { type: 'button', class: 'icon add', 'aria-label': `Add ${entry.title} to the queue`, title: 'Add to the queue', onclick: () => void this.enqueue(entry) }, '+'),
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
