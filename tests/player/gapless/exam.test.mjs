// SPDX-License-Identifier: Apache-2.0
// The gapless exam: what each player plays, recorded in Chromium and held against the source. docs/players.md reads the results.
//   FLAC       bit for bit the source
//   AAC, Opus  no sample lost or inserted at the start, inside, at joins of an album; the same samples as a decoder makes of the rendition
//   foreign    AAC of another encoder's priming, passed through: the same
//   switches   six forced changes of the level: nothing lost or inserted
// The end is asserted for FLAC alone: players that know no programme's end play the last frame's padding (the page's own test cuts it).
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { withBrowser } from '../lib/chromium.mjs';
import { compare, differing } from '../lib/compare.mjs';
import { writeFlac, writeForeignAac } from '../lib/content.mjs';
import { examine, inParallel } from '../lib/exam.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { programmeOf } from '../lib/programme.mjs';
import { join, noise } from '../lib/signal.mjs';
import { startWebServer } from '../lib/web_server.mjs';

const kAtOnce = Number(process.env.EXAM_PAGES ?? 8);
const players = { 'hls.js': 'master.m3u8', 'dash.js': 'manifest.mpd', 'shaka-hls': 'master.m3u8', 'shaka-dash': 'manifest.mpd' };
const codecs = ['flac', 'aac', 'opus'];

// Lengths that are multiples of no frame. The album is of 44.1 kHz, so that its Opus is resampled.
const kTrack = noise({ seed: 1, frames: 48000 * 6 + 1234, rate: 48000 });
const kSwitched = noise({ seed: 2, frames: 48000 * 8 + 777, rate: 48000 });
const kAlbum = [[101, 3], [333, 4], [555, 2]].map(([odd, seconds], i) => noise({ seed: 11 + i, frames: 44100 * seconds + odd, rate: 44100 }));
const kForeign = noise({ seed: 3, frames: 48000 * 5 + 555, rate: 48000 });
const kForeignPriming = 2112;
// Of bit rates within an eighth of a rung's, and below the rung itself, which stands beside what is passed through.
const kForeignLadder = 'ladder foreign\naac 128k\n';
const kForeignOnly = '&max_bandwidth=126000';

// Segments of 1 s, so that many switches fit into a short clip.
const kLadder = 'ladder exam\nsegment 1\naac 64k 128k 256k\nopus 48k 96k 160k\nflac\n';
const kSwitches = [[0.8, 0], [1.8, 2], [2.8, 1], [3.8, 0], [4.8, 2], [5.8, 1]].map(([at, level]) => ({ at, level }));
const kHardSwitches = [[1.3, 0], [3.1, 2], [4.9, 1], [6.3, 0]].map(([at, level]) => ({ at, level, hard: true }));

async function publish(platform, folder) {
  const track = await writeFlac(folder, 'track', kTrack, { title: 'Track' });
  const switched = await writeFlac(folder, 'switched', kSwitched, { title: 'Switched' });
  const ladder = path.join(folder, 'exam.ladder');
  await writeFile(ladder, kLadder);
  const album = [];
  for (const [i, signal] of kAlbum.entries()) album.push(await writeFlac(folder, `album-${i + 1}`, signal, { title: `Part ${i + 1}`, album: 'Joined', album_artist: 'Exam', artist: 'Exam', track: `${i + 1}/${kAlbum.length}` }));
  const [one] = await platform.ingest([track]);
  const [two] = await platform.ingest([switched], '--ladder', ladder);
  await writeFile(ladder, kForeignLadder);
  const [foreign] = await platform.ingest([await writeForeignAac(folder, 'foreign', kForeign, { priming: kForeignPriming })], '--ladder', ladder);
  const lines = await platform.ingest(album, '--album=always');
  const joined = lines.find((line) => line.assets);
  const asset = (line) => `${platform.edge}/v/${line.asset}`;
  return {
    track: { url: asset(one), source: kTrack },
    switched: { url: asset(two), source: kSwitched },
    foreign: { url: asset(foreign), source: kForeign, filter: kForeignOnly },
    album: { url: joined.album.replace('/master.m3u8', '').replace(platform.gateway, platform.edge), source: join(kAlbum) },
    'second of the album': { url: `${platform.edge}/v/${joined.assets[1]}`, source: kAlbum[1] },
  };
}

function table() {
  const rows = [];
  for (const player of Object.keys(players)) {
    for (const codec of codecs) {
      for (const asset of ['track', 'album', 'second of the album']) rows.push({ player, codec, asset });
      if (codec !== 'flac') rows.push({ player, codec, asset: 'switched', switches: kSwitches });
      if (codec !== 'flac') rows.push({ player, codec, asset: 'switched', switches: kHardSwitches });
      if (codec === 'aac') rows.push({ player, codec, asset: 'foreign' });
    }
  }
  return rows.map((row) => ({ ...row, title: `${row.player}: ${row.asset}, ${row.codec}${row.switches?.[0].hard ? ', at once' : ''}` }));
}

// The reference itself: FFmpeg's decode of our best rendition lies on the source to the sample.
function checkReference(source, programme) {
  if (source.rate !== programme.rate) return;
  const floats = Float32Array.from(source.samples, (sample) => sample / 32768);
  const found = compare({ renditions: [floats], channels: source.channels, frames: source.frames }, programme.renditions.at(-1));
  assert.deepEqual([programme.frames - source.frames, found.head, found.jumps, found.tail, found.lost], [0, 0, [], 0, []]);
}

function judge(row, heard) {
  const { source } = row;
  assert.equal(heard.silent ?? heard.unrecognised, undefined, 'it was heard');
  assert.deepEqual({ head: heard.head, jumps: heard.jumps, pauses: heard.pauses, stalls: heard.stalls }, { head: 0, jumps: [], pauses: [], stalls: 0 });
  const levels = heard.loaded.map((name) => name.split('/')[0]);
  if (row.switches) {
    // A decoder that goes on with another rendition's frame needs one to settle: at most two places a switch resemble neither.
    assert.ok(heard.lost.length <= 2 * row.switches.length, `places not recognised: ${heard.lost}`);
    assert.ok(new Set(levels).size > 1, `levels loaded: ${heard.loaded.join(' ')}`);
  } else if (new Set(levels).size === 1) {
    assert.deepEqual([heard.lost, heard.strange], [[], []]);
  }
  if (row.asset === 'foreign') assert.deepEqual(new Set(levels), new Set(['aac-source']));
  if (row.codec === 'flac') assert.deepEqual([differing(source, heard.samples, heard.first), heard.tail], [0, 0]);
}

const rows = table();
const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-exam-'));
const web = await startWebServer({});
let heard;
try {
  heard = await withPlatform(async (platform) => {
    const assets = await publish(platform, folder);
    const programmes = new Map();
    for (const row of rows) {
      const { url, source, filter = '' } = assets[row.asset];
      const key = url + row.codec;
      if (!programmes.has(key)) programmes.set(key, await programmeOf(url, row.codec));
      Object.assign(row, { source, programme: programmes.get(key), url: `${url}/${players[row.player]}?codecs=${row.codec}${filter}` });
    }
    return withBrowser((context) =>
      inParallel(rows, kAtOnce, ({ player, url, programme, switches }) => examine(context, web, `${player}-${Math.random()}`, { player, url, programme, switches, ahead: switches && 2 })),
    );
  });
} finally {
  await web.close();
  await rm(folder, { recursive: true });
}

for (const asset of ['track', 'switched', 'foreign', 'album', 'second of the album']) {
  test(`${asset}: the reference is the source`, () => rows.filter((row) => row.asset === asset && row.player === 'hls.js').forEach((row) => checkReference(row.source, row.programme)));
}
for (const [i, row] of rows.entries()) {
  test(row.title, (t) => {
    if (heard[i].error) throw heard[i].error;
    t.diagnostic(`after the end: ${heard[i].tail} samples; loaded ${heard[i].loaded.join(' ')}; ${heard[i].log.join(' ')}`);
    judge(row, heard[i]);
  });
}
