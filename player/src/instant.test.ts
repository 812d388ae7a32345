// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { entryOf, Instant } from './instant';

const hit = (id: string) => ({ id, name: `N${id}`, by: 'Nora', in: 'Coast', cover: `/api/v1/covers/${id}`, hls: `/v/${id}/master.m3u8`, dash: `/v/${id}/manifest.mpd` });
const answer = (body: unknown, status = 200) => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });

test('what was typed is asked as it is, and each kind has its hits', async () => {
  const asked: string[] = [];
  const instant = new Instant(async (address) => {
    asked.push(address);
    return answer({ artists: { hits: [hit('ar-1')] }, albums: { hits: [] }, tracks: { hits: [hit('a'), hit('b')] } });
  });
  const found = await instant.find('AC/DC & björk?');
  expect(asked).toEqual(['api/v1/search?limit=30&q=AC%2FDC%20%26%20bj%C3%B6rk%3F']);
  expect([found?.artists.length, found?.albums.length, found?.tracks.map((one) => one.id)]).toEqual([1, 0, ['a', 'b']]);
});

test('an answer to an earlier key stroke does not replace a later one', async () => {
  const waiting: ((response: Response) => void)[] = [];
  const instant = new Instant(() => new Promise((resolve) => waiting.push(resolve)));
  const [first, second] = [instant.find('h'), instant.find('ha')];
  waiting[1]?.(answer({ tracks: { hits: [hit('late')] } }));
  waiting[0]?.(answer({ tracks: { hits: [hit('early')] } }));
  expect(await first).toBeUndefined();
  expect((await second)?.tracks[0]?.id).toBe('late');
});

test('a catalog that is down, refuses or talks nonsense finds nothing', async () => {
  for (const ask of [() => Promise.reject(new Error('gone')), async () => answer({}, 503), async () => answer('<html>')])
    expect(await new Instant(ask).find('x')).toBeUndefined();
});

test('a long list is completed in its order, of what is loaded without asking, without what is gone', async () => {
  let busy = 0;
  let most = 0;
  const asked: string[] = [];
  const instant = new Instant(async (address) => {
    most = Math.max(most, ++busy);
    await Promise.resolve();
    busy--;
    const id = address.slice(address.lastIndexOf('/') + 1);
    asked.push(id);
    return id === 'gone' ? answer({}, 404) : answer({ track: { asset: id, hls: `/v/${id}/master.m3u8` } });
  });
  const ids = [...Array.from({ length: 70 }, (_, i) => `t${i}`), 'gone', 'here'];
  const found = await instant.entries(ids, (id) => (id === 'here' ? entryOf(hit('here')) : undefined));
  expect(found.map((entry) => entry.asset)).toEqual(ids.filter((id) => id !== 'gone'));
  expect([asked.includes('here'), most]).toEqual([false, 30]);
});

test('a hit is shown as it is, and completed before it plays', async () => {
  expect(entryOf(hit('a'))).toMatchObject({ asset: 'a', generation: 0, title: 'Na', artists: ['Nora'], album: 'Coast', hls: '/v/a/master.m3u8' });
  const whole = { asset: 'a', generation: 3, kind: 'track', title: 'Na', artists: ['Nora'], album: 'Coast', seconds: 7, hls: '/v/a/master.m3u8', dash: '', cover: '' };
  expect(await new Instant(async () => answer({ track: whole })).entry('a')).toMatchObject({ generation: 3, seconds: 7 });
  expect(await new Instant(async () => answer({}, 404)).entry('a')).toBeUndefined();
});

test.each([
  [404, 'gone'],
  [503, 'away'],
  [401, 'away'],
])('what an address names, when the catalog answers %d, is %s', async (status, said) => {
  expect(await new Instant(async () => answer({}, status)).named('a')).toBe(said);
});
