// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { audioCodecOf, programmeEnd } from './exact_end';

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
