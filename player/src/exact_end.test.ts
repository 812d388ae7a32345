// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Period } from './catalog';
import { audioCodecOf, programmeEnd, windowAt } from './exact_end';

test.each([
  ['audio/mp4; codecs="mp4a.40.2"', 'aac'],
  ['audio/mp4;codecs=mp4a.40.29', 'aac'],
  ['audio/mp4; codecs="Opus"', 'opus'],
  ['audio/mp4; codecs="fLaC"', 'flac'],
  ['video/mp4; codecs="avc1.64001f"', undefined],
  ['video/mp4; codecs="avc1.64001f,mp4a.40.2"', undefined],
  ['audio/mp4', undefined],
])('%s is %s', (mime, codec) => {
  expect(audioCodecOf(mime)).toBe(codec);
});

const rendition = { id: 'x', group: 'x', timescale: 48000, duration: 480000, lead_in: 312, average_bps: 0 };

test('only Opus keeps its lead-in in media time', () => {
  expect(programmeEnd({ ...rendition, codec: 'opus' })).toBe(480312 / 48000);
  expect(programmeEnd({ ...rendition, codec: 'aac' })).toBe(10);
  expect(programmeEnd({ ...rendition, codec: 'flac' })).toBe(10);
});

test('each track of a playlist has a window, found by what is added to media time', () => {
  const periods: Period[] = [
    { start: 0, end: 6.5, shifts: { aac: 0, opus: 0 }, leads: { opus: 0.0065 } },
    { start: 6.5, end: 10, shifts: { aac: 6.5, opus: 6.5 }, leads: { opus: 0.0065 } },
  ];
  expect(windowAt(periods, 'aac', 0)).toEqual({ start: 0, end: 6.5 });
  expect(windowAt(periods, 'aac', 6.5004)).toEqual({ start: 6.5, end: 10 });
  expect(windowAt(periods, 'opus', 6.5)).toEqual({ start: 6.5065, end: 10.0065 });
  expect(windowAt(periods, 'aac', 3)).toBeUndefined();
  expect(windowAt(periods, 'flac', 0)).toBeUndefined();
  expect(windowAt([], 'aac', 0)).toBeUndefined();
});
