// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bitRate, clock } from './format';

test.each([
  [0, '0:00'],
  [59.99, '0:59'],
  [61, '1:01'],
  [3725, '1:02:05'],
  [Number.NaN, '–:––'],
])('clock(%d) is %s', (seconds, text) => expect(clock(seconds)).toBe(text));

test.each([
  [96_400, '96 kbit/s'],
  [1_450_000, '1.4 Mbit/s'],
  [412e6, '412 Mbit/s'],
  [undefined, '–'],
])('bitRate(%d) is %s', (bps, text) => expect(bitRate(bps)).toBe(text));
