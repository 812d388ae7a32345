// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { ownCover } from './dom';

test("a list's cover is ours, or none", () => {
  for (const ours of ['/v/abc/g1/cover.jpg', '/api/v1/covers/al-1?size=300']) expect(ownCover(ours)).toBe(ours);
  for (const other of ['', 'https://tracker.example/x.png', '//tracker.example/v/x', '/\\tracker.example/x', 'data:image/png;base64,AA', 'v/abc/cover.jpg', ' /v/abc/g1/cover.jpg'])
    expect(ownCover(other)).toBeUndefined();
});
