// SPDX-License-Identifier: Apache-2.0
// An account and its lists, as any program makes them.
import assert from 'node:assert/strict';

export async function listener(platform) {
  const [{ password }] = await platform.segue('user', 'add', 'ada', '--json');
  const call = async (method, target, body, headers = {}) => {
    const response = await fetch(platform.gateway + target, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: body && JSON.stringify(body) });
    assert.ok(response.ok, `${method} ${target}: ${response.status} ${await response.clone().text()}`);
    return response.json();
  };
  const { access_token: token } = await call('POST', '/api/v1/sessions', { user: 'ada', password });
  const as = { Authorization: `Bearer ${token}` };
  return {
    smart: (name, rules) => call('POST', '/api/v1/playlists', { name, rules }, as),
    album: async (asset) => ({ id: (await call('GET', `/api/v1/tracks/${asset}`, undefined, as)).track.album_id }),
    create: (name, tracks) => call('POST', '/api/v1/playlists', { name, tracks }, as),
    publish: ({ id }) => call('PATCH', `/api/v1/playlists/${id}`, { operations: [{ op: 'set', public: true }] }, as),
    addresses: ({ id }) => call('GET', `/api/v1/playlists/${id}/presentation`, undefined, as),
  };
}
