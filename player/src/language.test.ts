// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { closest, distinct, type Language, languageOf, namesOf } from './language';

const kGerman = { tag: 'de', label: '' };
const kEnglish = { tag: 'en', label: '' };
const kComment = { tag: 'en', label: 'Commentary' };

test.each<[string | null | undefined, string | null | undefined, Language]>([
  ['de', 'de', kGerman], // HLS of ours
  ['de', '', kGerman], // DASH of ours
  ['ger', null, kGerman], // as in a container
  ['en', 'Commentary', kComment],
  ['pt_BR', 'pt-BR', { tag: 'pt-BR', label: '' }],
  [undefined, undefined, { tag: 'und', label: '' }],
  ['no tag', 'Left', { tag: 'und', label: 'Left' }],
])('%s named %s', (tag, label, language) => expect(languageOf(tag, label)).toEqual(language));

test.each<[Language[], string[]]>([
  [[kGerman, kEnglish, { tag: 'fr', label: '' }], ['Deutsch', 'English', 'Français']],
  [[kEnglish, kComment], ['English', 'Commentary']],
  [[{ tag: 'de', label: 'Commentary' }, kComment], ['Commentary · Deutsch', 'Commentary · English']],
  [[{ tag: 'und', label: '' }, { tag: 'qaa', label: '' }], ['Unknown language', 'Qaa']],
])('names of %j', (languages, names) => expect(namesOf(languages)).toEqual(names));

test('a language with a set for each codec is one', () => {
  expect(distinct([kGerman, { ...kGerman }, kEnglish])).toEqual([kGerman, kEnglish]);
});

test.each<[string, Language | undefined]>([
  ['en Commentary', kComment],
  ['en ', kEnglish],
  ['en Audio description', kEnglish],
  ['fr ', undefined],
])('closest to "%s"', (key, found) => expect(closest([kGerman, kEnglish, kComment], key)).toEqual(found));
