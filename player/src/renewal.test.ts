// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Entry } from './catalog';
import { expiryOf, renewalBy } from './renewal';

// docs/formats/tokens.md's own example: until 1764103600.
const token = 's1.k1.ZTE3NjQxMDM2MDAKcC92L2tpbmRyZWQtM2Yv.gdMGB3cO8wazBCz9Iwn5mZ0pUmoaRDvwyjRU6mKyfI0';
const kEnds = 1764103600;
const entry = (asset: string, hls: string): Entry => ({ asset, generation: 1, kind: 'track', title: asset, artists: [], album: '', seconds: 1, hls, dash: '' });

test('until when an address plays', () => {
  const table: [string, number | undefined][] = [
    [`/t/${token}/v/kindred-3f/master.m3u8`, kEnds],
    [`t/${token}/v/kindred-3f/master.m3u8`, kEnds],
    [`https://music.example/t/${token}/v/kindred-3f/master.m3u8`, kEnds],
    ['/v/kindred-3f/master.m3u8', undefined],
    ['/t/other/v/a/master.m3u8', undefined],
    ['/t/s1.k1.%%%.x/v/a/master.m3u8', undefined],
    ['/t/s1.k1.eA.x/v/a/master.m3u8', undefined],
  ];
  for (const [address, ends] of table) expect(expiryOf(address), address).toBe(ends);
});

test('an address is asked for anew shortly before its end, and when it was refused', async () => {
  const asked: string[] = [];
  const ask = async (address: string) => {
    asked.push(address);
    return new Response(JSON.stringify(address.includes('playlists') ? { hls: '/new', dash: '/new-dash' } : { track: { asset: 'a', generation: 2, hls: '/new', dash: '/new-dash' } }));
  };
  const renew = (ends: number) => renewalBy(ask, () => kEnds - ends);
  const signed = entry('a', `/t/${token}/v/a/master.m3u8`);
  const open = entry('a', '/v/a/master.m3u8');
  expect(await renew(3600)(signed, false)).toBe(signed);
  expect(await renew(-9)(open, false)).toBe(open);
  expect(asked).toEqual([]);
  expect(await renew(59)(signed, false)).toEqual({ ...signed, generation: 2, hls: '/new', dash: '/new-dash' });
  expect(await renew(3600)(signed, true)).toMatchObject({ hls: '/new' });
  expect(await renew(0)(entry('playlist/al-1', '/v/playlist/al-1/master.m3u8'), true)).toMatchObject({ asset: 'playlist/al-1', generation: 1, hls: '/new' });
  expect(asked).toEqual(['api/v1/tracks/a', 'api/v1/tracks/a', 'api/v1/playlists/al-1/presentation']);
});

test('who is not told a new one keeps what there is', async () => {
  const signed = entry('a', `/t/${token}/v/a/master.m3u8`);
  for (const ask of [async () => new Response('{}', { status: 401 }), async () => new Response('no JSON'), () => Promise.reject(new Error('away'))])
    expect(await renewalBy(ask)(signed, true)).toEqual(signed);
});
