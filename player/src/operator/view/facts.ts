// SPDX-License-Identifier: Apache-2.0
// Pairs of a name and a figure; what did not change is not touched.
import { h } from '../../dom';

export function setFacts(list: HTMLElement, facts: [string, string, string?][]): void {
  const text = JSON.stringify(facts);
  if (list.dataset.facts === text) return;
  list.dataset.facts = text;
  list.replaceChildren(...facts.map(([name, value, mood]) => h('div', { class: mood }, h('dt', {}, name), h('dd', {}, value))));
}
