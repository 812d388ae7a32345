// SPDX-License-Identifier: Apache-2.0
// A client that others wrote (subsonic-api, npm) does a listener's evening: logs in by token and by key, looks around, plays, marks.
//   node client.test.mjs URL USER PASSWORD
import assert from 'node:assert/strict';
import { webcrypto as crypto } from 'node:crypto';
import { SubsonicAPI } from 'subsonic-api';

const [url, username, password] = process.argv.slice(2);
const by = {
  // Told which, since Node 18 (Debian 12) has none in its global names.
  token: new SubsonicAPI({ url, auth: { username, password }, crypto }),
  'token by POST': new SubsonicAPI({ url, auth: { username, password }, post: true, crypto }),
  key: new SubsonicAPI({ url, auth: { apiKey: password }, crypto }),
};

for (const [how, api] of Object.entries(by)) {
  assert.equal((await api.ping()).status, 'ok', how);
  assert.equal((await api.getUser({ username })).user.username, username, how);
}
assert.equal((await new SubsonicAPI({ url, auth: { username, password: 'wrong' }, crypto }).ping()).error.code, 40);

const api = by.token;
const names = (await api.getOpenSubsonicExtensions()).openSubsonicExtensions.map((extension) => extension.name);
for (const name of ['apiKeyAuthentication', 'formPost', 'getPodcastEpisode', 'indexBasedQueue', 'playbackReport', 'songLyrics', 'transcodeOffset', 'transcoding'])
  assert.ok(names.includes(name), name);

const { album: albums } = (await api.getAlbumList2({ type: 'newest' })).albumList2;
const { album } = await api.getAlbum({ id: albums[0].id });
assert.ok(album.created instanceof Date && !Number.isNaN(album.created.getTime()));
const [song] = album.song;
assert.equal((await api.search3({ query: song.title })).searchResult3.song[0].id, song.id);
assert.equal((await api.search3({ query: '' })).searchResult3.song.length, album.song.length);

const sound = await api.stream({ id: song.id, maxBitRate: 128 });
assert.equal(sound.headers.get('content-type'), 'audio/mp4');
assert.ok((await sound.arrayBuffer()).byteLength > 10_000);
assert.match(await (await api.hls({ id: song.id, bitRate: [64, 128] })).text(), /^#EXTM3U[\s\S]*#EXT-X-STREAM-INF/);
assert.match((await api.getCoverArt({ id: album.coverArt, size: 50 })).headers.get('content-type'), /^image\/jpeg/);
assert.equal((await api.getLyricsBySongId({ id: song.id })).lyricsList.structuredLyrics[0].line.length, 2);

await api.star({ id: song.id });
assert.ok((await api.getStarred2()).starred2.song[0].starred instanceof Date);
await api.unstar({ id: song.id });
await api.reportPlayback({ mediaId: song.id, mediaType: 'song', positionMs: 1000, state: 'playing' });
assert.equal((await api.getNowPlaying()).nowPlaying.entry[0].state, 'playing');
const { playlist } = await api.createPlaylist({ name: 'Evening', songId: [song.id] });
await api.updatePlaylist({ playlistId: playlist.id, songIdToAdd: [song.id] });
assert.equal((await api.getPlaylist({ id: playlist.id })).playlist.entry.length, 2);
await api.deletePlaylist({ id: playlist.id });
const [share] = (await api.createShare({ id: song.id })).shares.share;
assert.ok(share.created instanceof Date);
await api.deleteShare({ id: share.id });
console.log('subsonic-api: a listener found, heard and marked everything');
