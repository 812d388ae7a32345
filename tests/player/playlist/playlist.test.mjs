// SPDX-License-Identifier: Apache-2.0
// A playlist as one presentation, through the gateway, recorded as the exam records.
//   three tracks that were encoded apart: every player plays them through; FLAC joins bit for bit; our own page cuts AAC at the true joins
//   a stretch of an album's run: no sample lost or inserted at its join, AAC
//   an album by its id, and a smart list whose rules tell that album: one timeline, exact in AAC
//   a private list: by the address that the API gave out, and by no other
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { withBrowser } from '../lib/chromium.mjs';
import { differing } from '../lib/compare.mjs';
import { writeFlac } from '../lib/content.mjs';
import { examine, inParallel } from '../lib/exam.mjs';
import { listener } from '../lib/listener.mjs';
import { kForRecorder, listen } from '../lib/own_page.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { programmeOf } from '../lib/programme.mjs';
import { join, noise } from '../lib/signal.mjs';
import { startWebServer } from '../lib/web_server.mjs';

const kAtOnce = Number(process.env.EXAM_PAGES ?? 6);
const kRate = 44100;
const players = ['hls.js', 'dash.js', 'shaka-hls', 'shaka-dash'];
const kTracks = [3, 4, 3].map((seconds, i) => noise({ seed: 71 + i, frames: kRate * seconds + 13_111 * (i + 1), rate: kRate }));
const kAlbum = [3, 4, 3].map((seconds, i) => noise({ seed: 81 + i, frames: kRate * seconds + 11_777 * (i + 1), rate: kRate }));

const withCodec = (address, codec) => `${address}${address.includes('?') ? '&' : '?'}codecs=${codec}`;

// Several programmes one after another, rendition by rendition.
function joinProgrammes(all) {
  const renditions = all[0].renditions.map((_, i) => {
    const parts = all.map((programme) => programme.renditions[i]);
    const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
    return joined;
  });
  return { ...all[0], frames: all.reduce((sum, programme) => sum + programme.frames, 0), renditions };
}

async function publish(platform, folder) {
  const tracks = [];
  for (const [i, signal] of kTracks.entries()) tracks.push(await writeFlac(folder, `track-${i}`, signal, { title: `Track ${i}` }));
  const album = [];
  for (const [i, signal] of kAlbum.entries()) album.push(await writeFlac(folder, `part-${i}`, signal, { title: `Part ${i}`, album: 'Run', album_artist: 'Exam', track: `${i + 1}` }));
  // Ingest tells them as they are done.
  const told = await platform.ingest(tracks, '--album=never');
  const apart = tracks.map((file) => told.find((line) => line.file === file).asset);
  const joined = (await platform.ingest(album, '--album=always')).find((line) => line.assets);
  return { apart, run: joined.assets, timeline: /\/v\/([^/]+)\//.exec(joined.album)[1] };
}

const rows = [
  ...players.flatMap((player) => ['flac', 'aac'].map((codec) => ({ list: 'apart', player, codec, gapsByFormat: codec === 'aac' }))),
  ...players.map((player) => ({ list: 'run', player, codec: 'aac' })),
  ...['album', 'smart'].flatMap((list) => ['hls.js', 'shaka-dash'].map((player) => ({ list, player, codec: 'aac' }))),
  ...['album', 'smart'].map((list) => ({ list, engine: 'dash.js', codec: 'aac' })),
  ...['dash.js', 'shaka-dash', 'hls.js'].flatMap((engine) => ['aac', 'flac'].map((codec) => ({ list: 'apart', engine, codec }))),
];
const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-playlist-'));
const web = await startWebServer({});
let heard, refusals, opinions;
try {
  heard = await withPlatform(async (platform) => {
    const assets = await publish(platform, folder);
    const ada = await listener(platform);
    const lists = { apart: await ada.create('Apart', assets.apart), run: await ada.create('Run', assets.run.slice(1)), open: await ada.create('Open', assets.apart) };
    lists.album = await ada.album(assets.run[0]);
    lists.smart = await ada.smart('Rules', { match: 'all', rules: [{ field: 'album', op: 'is', value: 'Run' }] });
    for (const list of [lists.open, lists.smart]) await ada.publish(list);
    const addresses = {};
    for (const name of ['apart', 'run', 'album', 'smart']) addresses[name] = await ada.addresses(lists[name]);
    const plain = `${platform.gateway}/v/playlist/${lists.apart.id}/master.m3u8`;
    refusals = [(await fetch(plain)).status, (await fetch(`${plain}?token=forged`)).status, (await fetch(plain.replace(lists.apart.id, lists.open.id))).status];
    opinions = {};
    for (const [name, { hls, dash }] of Object.entries(addresses))
      for (const address of [hls, dash]) {
        // What it says of a fault stands in the error.
        const [said] = await platform.segue('validate', '--json', platform.gateway + address).catch((error) => [{ findings: [error.message] }]);
        opinions[`${name} ${/[^/]*\.(m3u8|mpd)/.exec(address)[0]}`] = said;
      }
    const parts = { apart: assets.apart, run: assets.run.slice(1), album: [assets.timeline], smart: [assets.timeline] };
    const programmes = new Map();
    for (const row of rows) {
      const key = row.list + row.codec;
      if (!programmes.has(key)) programmes.set(key, joinProgrammes(await Promise.all(parts[row.list].map((asset) => programmeOf(`${platform.edge}/v/${asset}`, row.codec)))));
      row.programme = programmes.get(key);
      row.source = join(row.list === 'apart' ? kTracks : row.list === 'run' ? kAlbum.slice(1) : kAlbum);
      const { hls, dash } = addresses[row.list];
      if (row.player) row.url = `${platform.gateway}${withCodec(row.player.endsWith('dash') || row.player === 'dash.js' ? dash : hls, row.codec)}`;
    }
    return withBrowser(
      (context) =>
        inParallel(rows, kAtOnce, (row) =>
          row.engine
            ? listen(context, platform.gateway, { ...row, what: `playlist=${lists[row.list === 'apart' ? 'open' : row.list].id}` })
            : examine(context, web, `${row.player}-${Math.random()}`, row),
        ),
      kForRecorder,
    );
  });
} finally {
  await web.close();
  await rm(folder, { recursive: true });
}

test('a private list plays by its own address alone; a public one by its id', () => assert.deepEqual(refusals, [404, 401, 200]));
test('the validator finds no fault', () => {
  for (const [name, said] of Object.entries(opinions)) assert.deepEqual(said.findings, [], name);
});
for (const [i, row] of rows.entries()) {
  test(`${row.engine ? `the page with ${row.engine}` : row.player}: ${row.list}, ${row.codec}`, (t) => {
    if (heard[i].error) throw heard[i].error;
    const { head, jumps, pauses, lost, tail, stalls, silent, unrecognised, samples, first } = heard[i];
    t.diagnostic(JSON.stringify({ head, jumps, pauses, lost, tail, stalls }));
    assert.equal(silent ?? unrecognised, undefined, 'it was heard');
    if (row.engine) return assert.deepEqual({ head, jumps, pauses, lost, tail, stalls }, { head: 0, jumps: [], pauses: [], lost: [], tail: 0, stalls: 'none' });
    assert.deepEqual([head, stalls], [0, 0]);
    // Lossy files that were encoded apart: played through; what stands at their joins is the formats' limit.
    if (row.gapsByFormat) return;
    assert.deepEqual([jumps, pauses, lost], [[], [], []]);
    if (row.codec === 'flac') assert.deepEqual([differing(row.source, samples, first), tail], [0, 0]);
  });
}
