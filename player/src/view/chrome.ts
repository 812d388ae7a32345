// SPDX-License-Identifier: Apache-2.0
// The frame around it all: dark or light, and on a narrow screen which of the three views is shown.
import { byId } from '../dom';
import { mountTheme } from './theme';

export function mountChrome(): void {
  mountTheme();
  const tabs = [...document.querySelectorAll<HTMLButtonElement>('[data-show]')];
  const show = (view: string) => {
    document.body.dataset.view = view;
    for (const tab of tabs) tab.setAttribute('aria-pressed', String(tab.dataset.show === view));
  };
  for (const tab of tabs) tab.addEventListener('click', () => show(tab.dataset.show ?? 'library'));
  byId('playing').addEventListener('click', () => show('now'));
}
