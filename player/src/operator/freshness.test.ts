// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Freshness, type Part } from './freshness';

const clock = (at: number) => `${at}:00`;

test.each<[steps: [Part, number | undefined][], text: string, old: Part[]]>([
  [[], 'connecting', []],
  [[['metrics', undefined]], 'no answer', ['metrics']],
  [[['metrics', 1], ['status', 2]], 'live', []],
  [[['metrics', 1], ['status', 2], ['metrics', undefined], ['metrics', undefined]], 'no answer, grey numbers of 1:00', ['metrics']],
  [[['metrics', 1], ['status', 2], ['metrics', undefined], ['status', undefined]], 'no answer, numbers of 1:00', ['metrics', 'status']],
  [[['metrics', 1], ['status', 2], ['metrics', undefined], ['metrics', 3]], 'live', []],
])('%j: %s', (steps, text, old) => {
  const freshness = new Freshness();
  for (const [part, at] of steps) {
    if (at === undefined) freshness.failed(part);
    else freshness.answered(part, at);
  }
  expect(freshness.text(clock)).toBe(text);
  expect((['metrics', 'status'] as const).filter((part) => freshness.isOld(part))).toEqual(old);
});
