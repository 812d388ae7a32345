// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { levelsOf } from './shaka_levels';

const variant = (language: string, bandwidth: number, active = false, label: string | null = null) => ({ language, bandwidth, active, label });
const rates = (variants: ReturnType<typeof variant>[]) => levelsOf(variants).map((one) => one.bandwidth);

test('levels are those of the language that is heard', () => {
  expect(rates([variant('de', 300), variant('en', 310, true), variant('de', 800), variant('en', 810)])).toEqual([310, 810]);
  expect(rates([variant('en', 300, true), variant('en', 310, false, 'Commentary')])).toEqual([300]);
});

test('before anything is heard: those of the first', () => {
  expect(rates([variant('de', 800), variant('en', 310), variant('de', 300)])).toEqual([300, 800]);
  expect(rates([])).toEqual([]);
});
