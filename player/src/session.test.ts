// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Session } from './session';

const kept = new Map<string, string>();
let calls: string[];
let answers: [status: number, body: unknown][];

beforeEach(() => {
  kept.clear();
  calls = [];
  answers = [];
  vi.stubGlobal('document', { baseURI: 'http://segue/' });
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  vi.stubGlobal('fetch', async (address: URL, { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string }) => {
    calls.push([method, address.pathname, headers.Authorization ?? '', body].filter((part) => part !== '').join(' '));
    const [status, answer] = answers.shift() ?? [500, {}];
    return new Response(JSON.stringify(answer), { status });
  });
});
afterEach(() => vi.unstubAllGlobals());

const tokens = (n: number) => ({ access_token: `a${n}`, refresh_token: `r${n}` });

test('a guest asks without a name', async () => {
  answers = [[200, {}]];
  await new Session().fetch('api/v1/playlists');
  expect(calls).toEqual(['GET /api/v1/playlists']);
});

test('signed in, a token that has run out is renewed once for all that failed together', async () => {
  const session = new Session();
  answers = [[201, tokens(1)]];
  await session.signIn('ada', 'secret');
  answers = [[401, {}], [401, {}], [201, tokens(2)], [200, {}], [200, {}]];
  const both = await Promise.all([session.fetch('one'), session.fetch('two')]);
  expect(both.map((r) => r.status)).toEqual([200, 200]);
  expect(calls).toEqual([
    'POST /api/v1/sessions {"user":"ada","password":"secret"}',
    'GET /one Bearer a1',
    'GET /two Bearer a1',
    'POST /api/v1/sessions/refresh {"refresh_token":"r1"}',
    'GET /one Bearer a2',
    'GET /two Bearer a2',
  ]);
});

test('a one-time code makes the first account and signs it in; what is wrong with it is told', async () => {
  const session = new Session();
  answers = [[401, {}]];
  await expect(session.setUp('old', 'ada', 'long enough')).rejects.toThrow('segue user setup');
  answers = [[422, { detail: 'password: expected 8 to 200 bytes' }]];
  await expect(session.setUp('code', 'ada', 'short')).rejects.toThrow('password: expected 8 to 200 bytes');
  expect(session.isSignedIn).toBe(false);
  calls = [];
  answers = [[201, {}], [201, tokens(1)]];
  await session.setUp('code', 'ada', 'long enough');
  expect(session.isSignedIn).toBe(true);
  expect(calls).toEqual([
    'POST /api/v1/setup {"code":"code","user":"ada","password":"long enough"}',
    'POST /api/v1/sessions {"user":"ada","password":"long enough"}',
  ]);
});

test('who is invited makes an account and is signed in', async () => {
  const session = new Session();
  answers = [[401, {}]];
  await expect(session.signUp('old', 'bob', 'long enough')).rejects.toThrow('Ask for another');
  calls = [];
  answers = [[201, {}], [201, tokens(1)]];
  await session.signUp('code', 'bob', 'long enough');
  expect(session.isSignedIn).toBe(true);
  expect(calls).toEqual([
    'POST /api/v1/sign-up {"code":"code","user":"bob","password":"long enough"}',
    'POST /api/v1/sessions {"user":"bob","password":"long enough"}',
  ]);
});

test('a session that was ended elsewhere leaves a guest', async () => {
  const session = new Session();
  answers = [[201, tokens(1)]];
  await session.signIn('ada', 'secret');
  let changes = 0;
  session.addEventListener('change', () => changes++);
  answers = [[401, {}], [401, {}]];
  expect((await session.fetch('one')).status).toBe(401);
  expect([session.isSignedIn, changes]).toEqual([false, 1]);
});

test('a platform that does not answer is not told as a wrong password', async () => {
  for (const status of [403, 500, 503]) {
    answers = [[status, {}]];
    await expect(new Session().signIn('ada', 'x')).rejects.toThrow(`The platform answered ${status}, try again.`);
  }
});

test('a wrong password is told as one', async () => {
  answers = [[401, {}]];
  await expect(new Session().signIn('ada', 'x')).rejects.toThrow('do not belong together');
});
