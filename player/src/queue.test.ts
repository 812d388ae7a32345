// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Entry } from './catalog';
import { albumItems, followsOn, Queue } from './queue';

const album: Entry = { asset: 'lp', generation: 1, kind: 'album', title: 'LP', artists: ['Band'], album: '', seconds: 30, hls: '/v/lp/master.m3u8', dash: '/v/lp/manifest.mpd' };
const tracks = [
  { asset: 'a', generation: 1, seconds: 10.5, title: 'One' },
  { asset: 'b', generation: 2, seconds: 19.5, title: 'Two' },
];
const known = (asset: string) => (asset === 'b' ? { ...album, artists: ['Guest'] } : undefined);

test('an album becomes stretches of its own timeline', () => {
  const items = albumItems(album, tracks, known);
  expect(items.map((i) => [i.entry.title, i.entry.artists, i.entry.album, i.run?.start, i.run?.end])).toEqual([
    ['One', ['Band'], 'LP', 0, 10.5],
    ['Two', ['Guest'], 'LP', 10.5, 30],
  ]);
  expect(items[0].entry.hls).toBe(album.hls);
});

test('only neighbours of one run follow on', () => {
  const [one, two] = albumItems(album, tracks, known);
  expect(followsOn(one, two)).toBe(true);
  expect(followsOn(two, one)).toBe(false);
  expect(followsOn(one, { entry: two.entry })).toBe(false);
  expect(followsOn(undefined, two)).toBe(false);
});

test('removing before the current item keeps it current; the current one stays', () => {
  const queue = new Queue();
  queue.replace([...albumItems(album, tracks, known), { entry: album }], 1);
  queue.remove(1);
  expect(queue.all.length).toBe(3);
  queue.remove(0);
  expect(queue.current?.entry.title).toBe('Two');
  expect(queue.position).toBe(0);
  expect(queue.go(2)).toBe(false);
});
