// SPDX-License-Identifier: Apache-2.0
// Dark or light: as the system says, until the button says otherwise.
import { byId } from '../dom';

export function mountTheme(): void {
  const stored = localStorage.getItem('theme');
  if (stored) document.documentElement.dataset.theme = stored;
  byId('theme').addEventListener('click', () => {
    const { dataset } = document.documentElement;
    const light = dataset.theme ? dataset.theme === 'light' : matchMedia('(prefers-color-scheme: light)').matches;
    dataset.theme = light ? 'dark' : 'light';
    localStorage.setItem('theme', dataset.theme);
  });
}
