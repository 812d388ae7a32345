// SPDX-License-Identifier: Apache-2.0
// Elements by id, and new ones from a short description. Text is always set as text, never as markup.

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element #${id}`);
  return found as T;
}

type Attributes = Record<string, string | boolean | (() => void) | undefined>;

// on… attributes are listeners; true sets an attribute without a value; false and undefined leave it out.
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

// The colour of a drawn sleeve: the same for all that is of one album, so that a shelf without covers is not one grey row.
export function sleeveStyle(name: string): string {
  let hash = 0;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619) >>> 0;
  return `--hue: ${hash % 360}`;
}

// What a listener said is a cover: only ours is asked for, since any other place would hear of everybody who looks.
export function ownCover(address: string): string | undefined {
  return /^\/(v|api\/v1\/covers)\/[\w./?=-]+$/.test(address) ? address : undefined;
}

// A cover, lazily loaded; a missing one leaves the drawn sleeve behind it.
export function coverImage(address: string | undefined): Node {
  if (!address) return document.createTextNode('');
  const image = h('img', { src: address, alt: '', loading: 'lazy', decoding: 'async' });
  image.addEventListener('error', () => image.remove());
  return image;
}
