// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Languages } from './engines/engine';
import type { Language } from './language';
import { Wish } from './wish';

const kGerman = { tag: 'de', label: '' };
const kEnglish = { tag: 'en', label: '' };

function storeOf(values: Record<string, string> = {}) {
  return { values, getItem: (name: string) => values[name] ?? null, setItem: (name: string, value: string) => void (values[name] = value) };
}

function languagesOf(all: Language[], chosen?: Language): Languages & { asked: (Language | undefined)[] } {
  const asked: (Language | undefined)[] = [];
  return { asked, all: () => all, chosen: () => chosen, choose: (language) => void asked.push(language) };
}

test('what was chosen is chosen again, once, where it is not already', () => {
  const store = storeOf();
  new Wish('sound', store).choose(languagesOf([kGerman, kEnglish]), kEnglish);
  const wish = new Wish('sound', store);
  const unknown = languagesOf([]);
  wish.heed(unknown);
  const next = languagesOf([kGerman, kEnglish], kGerman);
  wish.heed(next);
  wish.heed(next);
  expect([unknown.asked, next.asked]).toEqual([[], [kEnglish]]);
  wish.begin();
  const already = languagesOf([kGerman, kEnglish], kEnglish);
  wish.heed(already);
  expect(already.asked).toEqual([]);
});

test('nothing chosen, or what is not there, changes nothing', () => {
  for (const kept of [{}, { subtitles: '' }, { subtitles: 'fr ' }] as Record<string, string>[]) {
    const languages = languagesOf([kGerman, kEnglish], kGerman);
    new Wish('subtitles', storeOf(kept)).heed(languages);
    expect(languages.asked).toEqual([]);
  }
});

test('off is remembered', () => {
  const store = storeOf({ subtitles: 'de ' });
  const languages = languagesOf([kGerman], kGerman);
  new Wish('subtitles', store).choose(languages, undefined);
  expect([languages.asked, store.values]).toEqual([[undefined], { subtitles: '' }]);
});
