// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { matches } from './search';

const entry = { title: 'Vökuró', artists: ['Björk', 'Jórunn Viðar'], album: 'Medúlla (2004)' };

test.each([
  ['', true],
  ['   ', true],
  ['bjork', true],
  ['VÖKU', true],
  ['bjo med', true],
  ['2004 vok', true],
  ['ork', false],
  ['bjork homogenic', false],
  ['(med', true],
])('%j finds the entry: %j', (query, found) => {
  expect(matches(query, entry)).toBe(found);
});
