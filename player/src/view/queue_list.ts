// SPDX-License-Identifier: Apache-2.0
// What comes next, and what plays: press to jump, × to take out. Only the near future is drawn.
import type { Deck } from '../deck';
import { byId, h } from '../dom';
import { clock } from '../format';
import type { Item } from '../queue';

const kDrawn = 100;

export function mountQueue(deck: Deck): void {
  const list = byId('queue-list');
  let drawn = '';
  deck.addEventListener('change', () => {
    const { all, position } = deck.queue;
    const state = JSON.stringify([position, all.slice(position, position + kDrawn).map((i) => i.entry.asset)]);
    if (state === drawn) return;
    drawn = state;
    list.replaceChildren(...all.slice(position, position + kDrawn).map((item, i) => row(deck, item, position + i)));
  });
}

function row(deck: Deck, { entry }: Item, index: number): HTMLElement {
  const current = index === deck.queue.position;
  return h(
    'li',
    { 'data-playing': current },
    h(
      'button',
      { type: 'button', class: 'row', 'aria-current': current ? 'true' : undefined, onclick: () => void deck.goTo(index) },
      h('span', { class: 'names' }, h('b', {}, entry.title), h('span', {}, entry.artists.join(', '))),
      h('time', {}, clock(entry.seconds)),
    ),
    ...(current ? [] : [h('button', { type: 'button', class: 'icon add', 'aria-label': `Take ${entry.title} out of the queue`, onclick: () => deck.dequeue(index) }, '×')]),
  );
}
