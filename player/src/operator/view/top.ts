// SPDX-License-Identifier: Apache-2.0
import { byId, h } from '../../dom';
import type { TopRow } from '../feed';
import { bytes, count, percent } from '../format';
import type { Names } from '../names';

const kShown = 10;

export function showTop(rows: TopRow[], names: Names): void {
  const most = Math.max(1, ...rows.map((row) => row.requests));
  if (rows.length === 0) {
    byId('top').replaceChildren(h('p', { class: 'nothing' }, 'Nobody asked for anything in the last five minutes.'));
    return;
  }
  const line = (row: TopRow) => {
    const bar = h('span', { class: 'bar' });
    bar.style.width = `${(row.requests / most) * 100}%`;
    return h(
      'tr',
      {},
      h('th', { scope: 'row', title: row.asset }, h('span', {}, names.of(row.asset)), h('span', { class: 'track' }, bar)),
      h('td', {}, count(row.requests)),
      h('td', {}, percent(row.hits / row.requests)),
      h('td', {}, bytes(row.bytes)),
    );
  };
  const heads = ['Asset', 'Requests', 'Hits', 'Bytes'].map((name) => h('th', { scope: 'col' }, name));
  byId('top').replaceChildren(h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...rows.slice(0, kShown).map(line))));
}
