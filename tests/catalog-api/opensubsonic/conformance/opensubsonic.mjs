#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Does a server speak OpenSubsonic? A black-box suite in one file: it knows nothing of the server but its address and an account, and needs
// nothing but Node 18. The library must hold at least one album; what the suite makes (a playlist, a star, a bookmark, a share) it removes.
//   node opensubsonic.mjs --url http://127.0.0.1:4533 --user NAME --password SECRET [--api-key KEY] [--only TEXT]
// Each line says what the specification asks for; extensions that the server does not name are skipped. Exit status: 0 all hold, 1 some do
// not, 2 wrong usage. https://opensubsonic.netlify.app is the specification.
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';

const kShape = {
  // Members that the specification marks as required, with their types.
  Child: { id: 'string', isDir: 'boolean', title: 'string' },
  AlbumID3: { id: 'string', name: 'string', songCount: 'number', duration: 'number', created: 'string' },
  ArtistID3: { id: 'string', name: 'string' },
  Playlist: { id: 'string', name: 'string', songCount: 'number', duration: 'number', created: 'string', changed: 'string' },
  User: { username: 'string', scrobblingEnabled: 'boolean', adminRole: 'boolean', settingsRole: 'boolean', downloadRole: 'boolean' },
  Share: { id: 'string', url: 'string', username: 'string', created: 'string', visitCount: 'number' },
  Extension: { name: 'string', versions: 'object' },
};

let options;
try {
  ({ values: options } = parseArgs({
    options: { url: { type: 'string' }, user: { type: 'string' }, password: { type: 'string' }, 'api-key': { type: 'string' }, only: { type: 'string' } },
  }));
  if (!options.url || !options.user || !options.password) throw new Error('--url, --user and --password are needed');
} catch (error) {
  console.error(`opensubsonic: ${error.message}`);
  process.exit(2);
}

const base = options.url.replace(/\/+$/, '');
const md5 = (text) => createHash('md5').update(text).digest('hex');
const hex = (text) => Buffer.from(text).toString('hex');
const withPassword = { u: options.user, p: options.password };
const withToken = () => ({ u: options.user, t: md5(`${options.password}pepper`), s: 'pepper' });

function query(parameters) {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) out.append(name, String(one));
  return out;
}

// One call; `how.login`, `how.format`, `how.post`, `how.headers`, `how.suffix` (".view").
async function send(method, parameters = {}, how = {}) {
  const all = query({ v: '1.16.1', c: 'conformance', f: how.format ?? 'json', ...(how.login ?? withToken()), ...parameters });
  const address = `${base}/rest/${method}${how.suffix ?? ''}`;
  if (how.post) return fetch(address, { method: 'POST', body: all, headers: how.headers });
  return fetch(`${address}?${all}`, { headers: how.headers, redirect: how.redirect ?? 'follow' });
}

async function call(method, parameters, how) {
  const response = await send(method, parameters, how);
  const text = await response.text();
  ok(response.status === 200, `${method}: status ${response.status}, expected 200`);
  ok((response.headers.get('content-type') ?? '').includes('json'), `${method}: f=json answered ${response.headers.get('content-type')}`);
  const envelope = JSON.parse(text)['subsonic-response'];
  ok(envelope, `${method}: no subsonic-response`);
  for (const name of ['status', 'version', 'type', 'serverVersion']) ok(typeof envelope[name] === 'string', `${method}: envelope without ${name}`);
  ok(envelope.openSubsonic === true, `${method}: envelope without openSubsonic`);
  return envelope;
}

async function good(method, parameters, how) {
  const envelope = await call(method, parameters, how);
  ok(envelope.status === 'ok', `${method}: failed: ${envelope.error?.code} ${envelope.error?.message}`);
  return envelope;
}

async function refused(code, method, parameters, how) {
  const envelope = await call(method, parameters, how);
  ok(envelope.status === 'failed', `${method}: expected error ${code}, found success`);
  const codes = Array.isArray(code) ? code : [code];
  ok(codes.includes(envelope.error?.code), `${method}: error ${envelope.error?.code}, expected ${codes.join(' or ')}`);
  ok(typeof envelope.error.message === 'string', `${method}: error without message`);
}

function ok(holds, what) {
  if (!holds) throw new Error(what);
}
function shaped(object, shape, what) {
  ok(object && typeof object === 'object', `${what}: expected an object`);
  for (const [name, type] of Object.entries(kShape[shape])) ok(typeof object[name] === type, `${what}: ${name} is ${typeof object[name]}, expected ${type}`);
  for (const name of ['created', 'starred', 'played', 'changed'])
    if (object[name] !== undefined) ok(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(object[name]), `${what}: ${name} is no ISO 8601 time: ${object[name]}`);
  return object;
}
function list(value, shape, what) {
  ok(Array.isArray(value), `${what}: expected an array`);
  value.forEach((one, i) => shaped(one, shape, `${what}[${i}]`));
  return value;
}

// Elements and attributes of XML 1.0 as servers write it; throws where it is not well-formed.
function parseXml(text) {
  const unescape = (s) => s.replace(/&(#x?[0-9a-f]+|\w+);/gi, (_, e) => {
    const known = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
    return e[0] === '#' ? String.fromCodePoint(e[1] === 'x' ? parseInt(e.slice(2), 16) : Number(e.slice(1))) : known[e] ?? '\u0000';
  });
  const root = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const tag = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)|(<)/g;
  for (const [, closing, name, attributes, empty, words, stray] of text.matchAll(tag)) {
    if (stray) throw new Error('XML: not well-formed');
    if (words !== undefined) open.at(-1).text += unescape(words);
    if (!name) continue;
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`XML: </${name}> closes another element`);
      continue;
    }
    const element = { name, attributes: {}, children: [], text: '' };
    for (const [, key, quoted] of attributes.matchAll(/([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g)) element.attributes[key] = unescape(quoted.slice(1, -1));
    open.at(-1).children.push(element);
    if (!empty) open.push(element);
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('XML: elements are left open');
  return root.children[0];
}

async function xml(method, parameters, how) {
  const response = await send(method, parameters, { ...how, format: 'xml' });
  ok(response.status === 200 && /xml/.test(response.headers.get('content-type') ?? ''), `${method}: no XML: ${response.headers.get('content-type')}`);
  const root = parseXml(await response.text());
  ok(root.name === 'subsonic-response' && root.attributes.xmlns === 'http://subsonic.org/restapi', `${method}: no subsonic-response in its namespace`);
  return root;
}

// A JSON object and an XML element say the same: members are attributes, arrays are repeated elements.
function same(json, element, where) {
  for (const [name, value] of Object.entries(json)) {
    if (Array.isArray(value)) {
      const children = element.children.filter((child) => child.name === name);
      ok(children.length === value.length, `${where}/${name}: ${value.length} in JSON, ${children.length} in XML`);
      value.forEach((one, i) => (typeof one === 'object' ? same(one, children[i], `${where}/${name}[${i}]`) : ok(children[i].text === String(one), `${where}/${name}[${i}] differs`)));
    } else if (value !== null && typeof value === 'object') {
      const child = element.children.find((one) => one.name === name);
      ok(child, `${where}/${name}: missing in XML`);
      same(value, child, `${where}/${name}`);
    } else if (name === 'value') {
      ok((element.attributes.value ?? element.text) === String(value), `${where}: text differs`);
    } else {
      ok(element.attributes[name] === String(value), `${where}@${name}: ${JSON.stringify(value)} in JSON, ${element.attributes[name]} in XML`);
    }
  }
}

// --- what is tested: [what holds, test, extension] -----------------------------------------------------------------------------------
const state = {};
const bytes = async (response) => Buffer.from(await response.arrayBuffer());

const kTests = [
  ['ping answers, with and without .view', async () => {
    await good('ping');
    await good('ping', {}, { suffix: '.view' });
  }],
  ['password in clear and as enc: hexadecimal', async () => {
    await good('ping', {}, { login: withPassword });
    await good('ping', {}, { login: { u: options.user, p: `enc:${hex(options.password)}` } });
  }],
  ['wrong credentials are error 40, missing ones 10', async () => {
    await refused([40, 41], 'ping', {}, { login: { u: options.user, p: `${options.password}x` } });
    await refused([40, 41], 'ping', {}, { login: { u: options.user, t: md5('x'), s: 'pepper' } });
    await refused(40, 'ping', {}, { login: { u: 'nobody at all', p: 'x' } });
    await refused(10, 'ping', {}, { login: {} });
  }],
  ['XML is the default format', async () => {
    const response = await send('ping', { f: undefined }, { format: undefined });
    const forced = await fetch(`${base}/rest/ping?${query({ v: '1.16.1', c: 'conformance', ...withToken() })}`);
    ok(response.ok && /xml/.test(forced.headers.get('content-type') ?? ''), `without f: ${forced.headers.get('content-type')}`);
  }],
  ['XML errors are well-formed and carry the code', async () => {
    const root = await xml('getAlbum', { id: 'no <such> & "album"' });
    const error = root.children.find((child) => child.name === 'error');
    ok(root.attributes.status === 'failed' && error?.attributes.code === '70', `expected error 70, found ${error?.attributes.code}`);
  }],
  ['JSONP wraps the answer in the callback', async () => {
    const text = await (await send('ping', { callback: 'cb' }, { format: 'jsonp' })).text();
    ok(/^cb\s*\(\s*\{[\s\S]*\}\s*\)\s*;?\s*$/.test(text), `found ${text.slice(0, 40)}`);
  }],
  ['extensions are told without a login', async () => {
    const answer = await good('getOpenSubsonicExtensions', {}, { login: {} });
    list(answer.openSubsonicExtensions, 'Extension', 'openSubsonicExtensions');
  }],
  ['a form in the body of POST', async () => void (await good('ping', {}, { post: true })), 'formPost'],
  ['an API key stands for a user', async () => {
    ok(options['api-key'], 'give one by --api-key');
    const answer = await good('tokenInfo', {}, { login: { apiKey: options['api-key'] } });
    ok(answer.tokenInfo.username === options.user, `tokenInfo names ${answer.tokenInfo.username}`);
    await refused(44, 'ping', {}, { login: { apiKey: 'wrong' } });
    await refused(43, 'ping', {}, { login: { apiKey: options['api-key'], u: options.user } });
  }, 'apiKeyAuthentication'],
  ['getLicense is valid', async () => ok((await good('getLicense')).license.valid === true, 'license is not valid')],
  ['getUser tells the roles', async () => shaped((await good('getUser', { username: options.user })).user, 'User', 'user')],
  ['getMusicFolders', async () => ok((await good('getMusicFolders')).musicFolders.musicFolder.length > 0, 'no folder')],
  ['getScanStatus', async () => ok(typeof (await good('getScanStatus')).scanStatus.scanning === 'boolean', 'scanning is no boolean')],

  ['artists, their albums, and songs', async () => {
    const { artists } = await good('getArtists');
    ok(typeof artists.ignoredArticles === 'string', 'no ignoredArticles');
    const all = artists.index.flatMap((index) => (ok(typeof index.name === 'string', 'an index without a name'), list(index.artist, 'ArtistID3', 'artist')));
    ok(all.length > 0, 'the library is empty: the suite needs an album');
    const { artist } = await good('getArtist', { id: all.find((one) => one.albumCount > 0)?.id ?? all[0].id });
    list(artist.album, 'AlbumID3', 'artist.album');
    const { album } = await good('getAlbum', { id: artist.album[0].id });
    shaped(album, 'AlbumID3', 'album');
    list(album.song, 'Child', 'album.song');
    ok(album.song.length === album.songCount, `songCount ${album.songCount}, ${album.song.length} songs`);
    const song = shaped((await good('getSong', { id: album.song[0].id })).song, 'Child', 'song');
    for (const name of ['suffix', 'contentType', 'duration', 'albumId']) ok(song[name] !== undefined, `song without ${name}`);
    Object.assign(state, { artist, album, song });
  }],
  ['JSON and XML say the same', async () => {
    for (const [method, parameters] of [['getAlbum', { id: state.album.id }], ['getArtist', { id: state.artist.id }], ['getSong', { id: state.song.id }], ['getGenres', {}], ['getArtists', {}], ['getUser', { username: options.user }]]) {
      const json = await good(method, parameters);
      same(json, await xml(method, parameters), method);
    }
  }],
  ['folders: indexes, artists as directories, albums as directories', async () => {
    const { indexes } = await good('getIndexes');
    ok(typeof indexes.lastModified === 'number', 'no lastModified');
    const artist = indexes.index[0].artist[0];
    const top = (await good('getMusicDirectory', { id: artist.id })).directory;
    list(top.child, 'Child', 'directory.child');
    ok(top.child[0].isDir === true, 'an artist holds directories');
    const album = (await good('getMusicDirectory', { id: top.child[0].id })).directory;
    ok(list(album.child, 'Child', 'album directory').some((child) => child.isDir === false), 'an album holds songs');
  }],
  ['what is not there is error 70, a missing id 10', async () => {
    for (const method of ['getArtist', 'getAlbum', 'getSong', 'getMusicDirectory', 'getPlaylist']) {
      await refused(70, method, { id: "nothing' OR 1=1 --" });
      await refused(10, method);
    }
  }],
  ['genres and their songs', async () => {
    const { genres } = await good('getGenres');
    for (const genre of genres.genre ?? []) ok(typeof genre.value === 'string' && genre.songCount >= 0 && genre.albumCount >= 0, 'a genre needs value, songCount, albumCount');
    if (genres.genre?.length > 0) ok((await good('getSongsByGenre', { genre: genres.genre[0].value })).songsByGenre.song.length > 0, 'its songs are missing');
  }],
  ['album lists of every type', async () => {
    const types = ['random', 'newest', 'highest', 'frequent', 'recent', 'starred', 'alphabeticalByName', 'alphabeticalByArtist'];
    const more = { byYear: { fromYear: 0, toYear: 3000 }, byGenre: { genre: state.album.genre ?? 'x' } };
    for (const type of [...types, ...Object.keys(more)]) {
      list((await good('getAlbumList2', { type, size: 5, ...more[type] })).albumList2.album, 'AlbumID3', `albumList2 ${type}`);
      await good('getAlbumList', { type, size: 5, ...more[type] });
    }
    await refused(10, 'getAlbumList2');
    await refused(10, 'getAlbumList2', { type: 'byGenre' });
  }],
  ['pages of a list do not overlap', async () => {
    const page = async (offset) => (await good('getAlbumList2', { type: 'alphabeticalByName', size: 1, offset })).albumList2.album.map((one) => one.id);
    const [first, second] = [await page(0), await page(1)];
    ok(first.length === 1 && !second.includes(first[0]), 'size or offset is not kept');
  }],
  ['search3 finds, and an empty query pages the whole library', async () => {
    const word = state.song.title.split(' ')[0];
    list((await good('search3', { query: word })).searchResult3.song, 'Child', 'search3');
    await good('search2', { query: word });
    const seen = new Set();
    for (const query of ['', '""']) {
      seen.clear();
      for (let songOffset = 0; ; songOffset += 3) {
        const found = (await good('search3', { query, artistCount: 0, albumCount: 0, songCount: 3, songOffset })).searchResult3.song ?? [];
        for (const song of found) ok(!seen.has(song.id) && seen.add(song.id), `${song.id} came twice`);
        if (found.length === 0 || seen.size > 3000) break;
      }
      ok(seen.size > 0, `query=${query}: nothing`);
    }
    ok(seen.size > 3000 || seen.has(state.song.id), 'a song of an album is not in the whole library');
  }],
  ['random, similar and top songs', async () => {
    list((await good('getRandomSongs', { size: 3 })).randomSongs.song, 'Child', 'randomSongs');
    await good('getSimilarSongs2', { id: state.artist.id });
    await good('getSimilarSongs', { id: state.song.id });
    list((await good('getTopSongs', { artist: state.artist.name })).topSongs.song ?? [], 'Child', 'topSongs');
  }],
  ['top songs by the id of an artist', async () => void list((await good('getTopSongs', { artistId: state.artist.id })).topSongs.song ?? [], 'Child', 'topSongs'), 'topSongsByArtistId'],
  ['artist and album information', async () => {
    await good('getArtistInfo2', { id: state.artist.id });
    await good('getAlbumInfo2', { id: state.album.id });
  }],
  ['stars come and go', async () => {
    await good('star', { id: state.song.id, albumId: state.album.id, artistId: state.artist.id });
    const { starred2 } = await good('getStarred2');
    ok(starred2.song.some((one) => one.id === state.song.id && one.starred) && starred2.album.some((one) => one.id === state.album.id) && starred2.artist.some((one) => one.id === state.artist.id), 'not among the starred');
    await good('unstar', { id: state.song.id, albumId: state.album.id, artistId: state.artist.id });
    ok(!(await good('getStarred2')).starred2.song?.some((one) => one.id === state.song.id), 'still starred');
  }],
  ['ratings from 0 to 5', async () => {
    await good('setRating', { id: state.song.id, rating: 4 });
    ok((await good('getSong', { id: state.song.id })).song.userRating === 4, 'userRating is not 4');
    await good('setRating', { id: state.song.id, rating: 0 });
    await refused([0, 10], 'setRating', { id: state.song.id, rating: 6 });
  }],
  ['scrobble counts a play, submission=false does not', async () => {
    const plays = async () => (await good('getSong', { id: state.song.id })).song.playCount ?? 0;
    const before = await plays();
    await good('scrobble', { id: state.song.id, submission: false });
    ok((await good('getNowPlaying')).nowPlaying.entry.some((one) => one.id === state.song.id && one.username === options.user), 'not playing now');
    ok((await plays()) === before, 'playing now was counted');
    await good('scrobble', { id: state.song.id, time: Date.now() });
    ok((await plays()) === before + 1, 'the play was not counted');
    await call('scrobble', { id: ['gone', state.song.id], time: [Date.now() - 9000, Date.now() - 5000] });
    ok((await plays()) === before + 2, 'a song that is gone takes the others of an offline client with it');
  }],
  ['playback reports say where it is', async () => {
    const report = { mediaId: state.song.id, mediaType: 'song', ignoreScrobble: true };
    await good('reportPlayback', { ...report, state: 'playing', positionMs: 5000 });
    const playing = (await good('getNowPlaying')).nowPlaying.entry.find((one) => one.id === state.song.id && one.state);
    ok(playing?.state === 'playing' && playing.positionMs >= 5000, 'state and positionMs are missing');
    await good('reportPlayback', { ...report, state: 'stopped', positionMs: 6000 });
    await refused(10, 'reportPlayback', { mediaId: state.song.id });
  }, 'playbackReport'],
  ['the play queue is kept', async () => {
    const ids = state.album.song.slice(0, 2).map((one) => one.id);
    await good('savePlayQueue', { id: ids, current: ids.at(-1), position: 1234 });
    const { playQueue } = await good('getPlayQueue');
    ok(playQueue.position === 1234 && playQueue.entry.length === ids.length && String(playQueue.current) === ids.at(-1), 'not what was saved');
  }],
  ['the play queue by index', async () => {
    const ids = [state.song.id, state.song.id];
    await good('savePlayQueueByIndex', { id: ids, currentIndex: 1, position: 7 });
    ok((await good('getPlayQueueByIndex')).playQueueByIndex.currentIndex === 1, 'currentIndex is not 1');
    await refused([0, 10], 'savePlayQueueByIndex', { id: ids, currentIndex: 2 });
  }, 'indexBasedQueue'],
  ['bookmarks', async () => {
    await good('createBookmark', { id: state.song.id, position: 4321, comment: 'here' });
    const found = (await good('getBookmarks')).bookmarks.bookmark.find((one) => one.entry.id === state.song.id);
    ok(found?.position === 4321 && found.comment === 'here', 'not what was saved');
    await good('deleteBookmark', { id: state.song.id });
  }],
  ['playlists: make, change by index, replace, delete', async () => {
    const { playlist } = await good('createPlaylist', { name: 'conformance & <suite>', songId: [state.song.id, state.song.id] });
    shaped(playlist, 'Playlist', 'playlist');
    const id = playlist.id;
    try {
      await call('updatePlaylist', { playlistId: id, songIndexToRemove: 'first' });
      ok((await good('getPlaylist', { id })).playlist.entry.length === 2, 'a place that is no number took a song out');
      await good('updatePlaylist', { playlistId: id, name: 'renamed', comment: 'c', songIndexToRemove: 0 });
      const now = (await good('getPlaylist', { id })).playlist;
      ok(now.name === 'renamed' && now.comment === 'c' && now.entry.length === 1, 'not what was changed');
      await good('createPlaylist', { playlistId: id, songId: state.album.song.map((one) => one.id) });
      ok((await good('getPlaylist', { id })).playlist.entry.length === state.album.song.length, 'createPlaylist with playlistId replaces');
      list((await good('getPlaylists')).playlists.playlist, 'Playlist', 'playlists');
    } finally {
      await good('deletePlaylist', { id });
    }
    await refused(70, 'getPlaylist', { id });
  }],
  ['stream sends sound, seekable from the first byte', async () => {
    const whole = await send('stream', { id: state.song.id });
    const all = await bytes(whole);
    ok(whole.status === 200 && /^audio\//.test(whole.headers.get('content-type') ?? ''), `found ${whole.status} ${whole.headers.get('content-type')}`);
    ok(Number(whole.headers.get('content-length')) === all.length, 'Content-Length is not the length');
    const part = await send('stream', { id: state.song.id }, { headers: { Range: 'bytes=100-199' } });
    ok(part.status === 206 && part.headers.get('content-range') === `bytes 100-199/${all.length}`, `Range: ${part.status} ${part.headers.get('content-range')}`);
    ok((await bytes(part)).equals(all.subarray(100, 200)), 'the range is not that of the whole');
    ok((await send('stream', { id: state.song.id }, { headers: { Range: `bytes=${all.length}-` } })).status === 416, 'beyond the end is 416');
    const small = await bytes(await send('stream', { id: state.song.id, maxBitRate: 96 }));
    ok(small.length < all.length || state.song.bitRate <= 96, 'maxBitRate makes it no smaller');
    ok((await bytes(await send('download', { id: state.song.id }))).length > 0, 'download is empty');
  }],
  ['media errors are documents, not sound', async () => {
    await refused(70, 'stream', { id: 'nothing' });
    await refused(10, 'download');
    const root = await xml('getCoverArt', { id: 'nothing' });
    ok(root.attributes.status === 'failed', 'expected a failure');
  }],
  ['timeOffset starts later', async () => {
    const all = await bytes(await send('stream', { id: state.song.id, maxBitRate: 128 }));
    const late = await bytes(await send('stream', { id: state.song.id, maxBitRate: 128, timeOffset: Math.floor(state.song.duration / 2) }));
    ok(late.length > 0 && late.length < all.length * 0.8, `${late.length} of ${all.length} bytes at half of it`);
  }, 'transcodeOffset'],
  ['a decision, and the stream that was decided on', async () => {
    const decide = async (client) => {
      const response = await fetch(`${base}/rest/getTranscodeDecision?${query({ v: '1.16.1', c: 'conformance', f: 'json', ...withToken(), mediaId: state.song.id, mediaType: 'song' })}`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'suite', platform: 'node', ...client }),
      });
      return (await response.json())['subsonic-response'].transcodeDecision;
    };
    const direct = await decide({ directPlayProfiles: [{ containers: [], audioCodecs: [], protocols: [] }] });
    ok(direct.canDirectPlay === true, 'a client that plays everything plays it directly');
    const none = await decide({ directPlayProfiles: [{ containers: ['nothing'], audioCodecs: ['nothing'], protocols: ['http'] }] });
    ok(none.canDirectPlay === false && none.canTranscode === false, 'a client that plays nothing plays nothing');
    const aac = await decide({ transcodingProfiles: ['aac', 'opus', 'mp3'].map((audioCodec) => ({ container: audioCodec === 'aac' ? 'mp4' : audioCodec, audioCodec, protocol: 'http' })) });
    ok(aac.canTranscode === true && aac.transcodeStream && typeof aac.transcodeParams === 'string', 'aac, opus or mp3 over http');
    const stream = await fetch(`${base}/rest/getTranscodeStream?${query({ v: '1.16.1', c: 'conformance', ...withToken(), mediaId: state.song.id, mediaType: 'song' })}&transcodeParams=${aac.transcodeParams}`);
    ok(stream.status === 200 && (await bytes(stream)).length > 0, `the stream: ${stream.status}`);
  }, 'transcoding'],
  ['hls.m3u8 is a playlist; with two bit rates it has variants', async () => {
    const response = await send('hls.m3u8', { id: state.song.id, bitRate: [64, 256] });
    const text = await response.text();
    ok(/mpegurl/i.test(response.headers.get('content-type') ?? '') && text.startsWith('#EXTM3U'), `found ${response.headers.get('content-type')}`);
    const variants = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    ok(/#EXT-X-STREAM-INF/.test(text) && variants.length >= 2, `${variants.length} variants`);
    const media = await fetch(new URL(variants[0], response.url));
    if (media.status !== 404) ok((await media.text()).startsWith('#EXTM3U'), 'a variant leads to a playlist');
  }],
  ['a cover that is announced is a picture, in a size', async () => {
    for (const announced of [state.song, state.album, state.artist]) {
      if (announced.coverArt === undefined) continue; // none: a client shows its own
      const response = await send('getCoverArt', { id: announced.coverArt, size: 64 });
      ok(response.status === 200 && /^image\//.test(response.headers.get('content-type') ?? ''), `${announced.coverArt} is announced, and is no picture`);
    }
  }],
  ['lyrics by the id of a song', async () => {
    const { lyricsList } = await good('getLyricsBySongId', { id: state.song.id, enhanced: true });
    for (const lyrics of lyricsList.structuredLyrics ?? []) {
      ok(typeof lyrics.lang === 'string' && typeof lyrics.synced === 'boolean' && Array.isArray(lyrics.line), 'lyrics need lang, synced, line');
      for (const line of lyrics.line) ok(typeof line.value === 'string' && (!lyrics.synced || typeof line.start === 'number'), 'a line needs value, and start when synced');
      for (const cues of lyrics.cueLine ?? [])
        for (const cue of cues.cue) ok(Buffer.from(cues.value).subarray(cue.byteStart, cue.byteEnd + 1).toString() === cue.value, 'byteStart and byteEnd cut the cue out of its line');
    }
    await refused(70, 'getLyricsBySongId', { id: 'nothing' });
  }, 'songLyrics'],
  ['one podcast episode by its id', async () => void (await refused(70, 'getPodcastEpisode', { id: 'nothing' })), 'getPodcastEpisode'],
  ['shares', async () => {
    const user = (await good('getUser', { username: options.user })).user;
    await good('getShares');
    if (!user.shareRole) return;
    const share = shaped((await good('createShare', { id: state.song.id, description: 'suite' })).shares.share[0], 'Share', 'share');
    ok(share.entry.length === 1, 'one entry');
    await good('deleteShare', { id: share.id });
  }],
  ['lists of what a server may have none of', async () => {
    for (const method of ['getPodcasts', 'getNewestPodcasts', 'getInternetRadioStations', 'getBookmarks']) await good(method);
  }],
];

const answer = await good('getOpenSubsonicExtensions', {}, { login: {} }).catch(() => ({}));
const named = new Set((answer.openSubsonicExtensions ?? []).map((one) => one.name));
let [failed, skipped, number] = [0, 0, 0];
for (const [what, test, extension] of kTests) {
  if (options.only && !what.includes(options.only) && state.song) continue;
  number += 1;
  const of = extension ? ` (${extension})` : '';
  if (extension && !named.has(extension)) {
    skipped += 1;
    console.log(`ok ${number} - ${what}${of} # SKIP not offered`);
    continue;
  }
  try {
    await test();
    console.log(`ok ${number} - ${what}${of}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${number} - ${what}${of}\n  # ${error.message}`);
  }
}
console.log(`1..${number}\n# ${number - failed - skipped} hold, ${failed} do not, ${skipped} not offered`);
process.exit(failed > 0 ? 1 : 0);
