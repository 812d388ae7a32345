// SPDX-License-Identifier: Apache-2.0
// A language that the listener chose, of sound or of subtitles: kept for the next track, the next player and the next visit.
import type { Languages } from './engines/engine';
import { closest, keyOf, type Language } from './language';

export class Wish {
  private heeded = false;

  constructor(
    private readonly name: string,
    private readonly store: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
  ) {}

  // Something else is loaded.
  begin(): void {
    this.heeded = false;
  }

  // Once for what is loaded, as soon as its languages are known: later the browser's own menu may have changed them.
  heed(languages: Languages): void {
    const all = languages.all();
    if (this.heeded || all.length === 0) return;
    this.heeded = true;
    const wanted = closest(all, this.store.getItem(this.name) ?? '');
    const chosen = languages.chosen();
    if (wanted && !(chosen && keyOf(chosen) === keyOf(wanted))) languages.choose(wanted);
  }

  choose(languages: Languages, language: Language | undefined): void {
    this.heeded = true;
    this.store.setItem(this.name, language ? keyOf(language) : '');
    languages.choose(language);
  }
}
