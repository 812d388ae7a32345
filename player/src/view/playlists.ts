// SPDX-License-Identifier: Apache-2.0
// Playlists: the public ones for whoever is here, one's own after signing in. One that is opened stands in place of the library; it plays as
// one presentation, from its first track or from any.
import { type AlbumTrack, type Entry, fetchPresentation, type ListFacts, type PlaylistAddresses } from '../catalog';
import type { Deck } from '../deck';
import { byId, coverImage, h, ownCover, sleeveStyle } from '../dom';
import { clock } from '../format';
import { Instant } from '../instant';
import { albumItems } from '../queue';
import { matches } from '../search';
import type { Session } from '../session';

const kRefreshMs = 10_000;

type Head = (...more: (Node | string)[]) => HTMLElement;

export class Playlists {
  private lists: ListFacts[] = [];
  private shown = ''; // what is drawn, as text
  private readonly shelf = byId('playlists');
  private readonly open = byId('open-list');
  private readonly search = byId<HTMLInputElement>('search');
  private readonly instant: Instant;

  constructor(
    private readonly deck: Deck,
    private readonly session: Session,
    private readonly find: (asset: string) => Entry | undefined,
  ) {
    this.instant = new Instant((address) => session.fetch(address));
    this.search.addEventListener('input', () => this.close());
    session.addEventListener('change', () => void this.refresh());
    setInterval(() => document.visibilityState === 'visible' && void this.refresh(), kRefreshMs);
  }

  // A catalog that asks guests to sign in has no lists to show; while it is down those stay that were there. The library says what is wrong.
  async refresh(): Promise<void> {
    const lists: ListFacts[] = [];
    for (let address: URL | undefined = new URL('api/v1/playlists?limit=500', document.baseURI); address; ) {
      const response: Response | undefined = await this.session.fetch(address).catch(() => undefined);
      if (!response || response.status >= 500) return this.render();
      if (!response.ok) break;
      const page = (await response.json()) as { playlists: ListFacts[]; next?: string };
      lists.push(...page.playlists);
      address = page.next ? new URL(page.next, address) : undefined;
    }
    this.lists = lists;
    this.render();
  }

  private render(): void {
    const lists = this.lists.filter((list) => matches(this.search.value, { title: list.name, artists: [list.owner], album: '' }));
    const state = JSON.stringify([this.session.isSignedIn, lists.map((list) => [list.id, list.revision, list.count])]);
    if (state === this.shown) return;
    this.shown = state;
    const cards = lists.map((list) => this.card(list));
    this.shelf.replaceChildren(
      h('div', { class: 'heading' }, h('h2', {}, 'Playlists', ' ', h('small', {}, String(lists.length))), this.who()),
      ...(cards.length ? [h('div', { class: 'shelf' }, ...cards)] : []),
    );
  }

  private card(list: ListFacts): HTMLElement {
    return h(
      'button',
      { type: 'button', class: 'card', 'data-list': list.id, onclick: () => void this.show(list) },
      h('span', { class: 'sleeve list', style: sleeveStyle(list.name) }, coverImage(ownCover(list.cover))),
      h('b', {}, list.name),
      h('span', {}, `${list.count} ${list.count === 1 ? 'track' : 'tracks'} · ${list.owner}`),
    );
  }

  private who(): HTMLElement {
    if (this.session.isSignedIn) return h('button', { type: 'button', class: 'quiet', onclick: () => void this.session.signOut() }, 'Sign out');
    const user = h('input', { name: 'user', placeholder: 'Name', autocomplete: 'username', required: true, 'aria-label': 'Name' });
    const password = h('input', { name: 'password', type: 'password', placeholder: 'Password', autocomplete: 'current-password', required: true, 'aria-label': 'Password' });
    const problem = h('span', { class: 'problem', role: 'alert' });
    const form = h('form', { class: 'sign-in', hidden: true }, user, password, h('button', { type: 'submit', class: 'quiet' }, 'Sign in'), problem);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.session.signIn(user.value, password.value).catch((error: Error) => (problem.textContent = error.message));
    });
    const button = h('button', {
      type: 'button',
      class: 'quiet',
      onclick: () => {
        button.hidden = true;
        form.hidden = false;
        user.focus();
      },
    }, 'Sign in for yours');
    return h('div', { class: 'who' }, button, form);
  }

  private async show(list: ListFacts): Promise<void> {
    const head: Head = (...more) =>
      h('div', { class: 'heading' }, h('button', { type: 'button', class: 'icon', 'aria-label': 'Back to the library', onclick: () => this.close() }, '‹'), h('h2', {}, list.name), ...more);
    this.open.replaceChildren(head());
    byId('library').toggleAttribute('data-open', true);
    try {
      const response = await this.session.fetch(`api/v1/playlists/${encodeURIComponent(list.id)}/presentation`);
      if (response.status === 404) throw new Error('This list is gone, or not yours to see any more.');
      if (response.status === 422) return await this.showLong(list, head);
      if (!response.ok) throw new Error(((await response.json().catch(() => ({}))) as { detail?: string }).detail ?? `The platform answered ${response.status}.`);
      const { entry, tracks } = await fetchPresentation(list.id, (await response.json()) as PlaylistAddresses);
      this.draw(head, tracks, (at) => void this.deck.playItems(albumItems(entry, tracks, this.find), at));
    } catch (error) {
      const why = list.count > 0 ? (error as Error).message : 'Nothing in this list yet.';
      this.open.replaceChildren(head(), h('p', { class: 'notice' }, why));
    }
  }

  // More than plays as one presentation: track after track, each on its own.
  private async showLong(list: ListFacts, head: Head): Promise<void> {
    const response = await this.session.fetch(`api/v1/playlists/${encodeURIComponent(list.id)}`);
    if (!response.ok) throw new Error(`The platform answered ${response.status}.`);
    const { items } = (await response.json()) as { items: { track: string }[] };
    const entries = await this.instant.entries(items.map((item) => item.track), this.find);
    this.draw(head, entries, (at) => void this.deck.playItems(entries.map((entry) => ({ entry })), at));
  }

  private draw(head: Head, tracks: AlbumTrack[], play: (at: number) => void): void {
    const seconds = tracks.reduce((sum, track) => sum + track.seconds, 0);
    this.open.replaceChildren(
      head(h('small', {}, clock(seconds)), h('button', { type: 'button', class: 'play-all', onclick: () => play(0) }, 'Play')),
      h('ol', { class: 'rows' }, ...tracks.map((track, at) => this.row(track, () => play(at)))),
    );
  }

  private row(track: AlbumTrack, play: () => void): HTMLElement {
    const known = this.find(track.asset);
    const title = track.title || known?.title || track.asset;
    return h(
      'li',
      { 'data-asset': track.asset },
      h(
        'button',
        { type: 'button', class: 'row', onclick: play },
        h('span', { class: 'thumb', style: sleeveStyle(known?.artists[0] ?? title) }, coverImage(known?.cover)),
        h('span', { class: 'names' }, h('b', {}, title), h('span', {}, known?.artists.join(', ') ?? '')),
        h('time', {}, clock(track.seconds)),
      ),
    );
  }

  private close(): void {
    byId('library').removeAttribute('data-open');
    this.open.replaceChildren();
    this.render();
  }
}
