// SPDX-License-Identifier: Apache-2.0
// Our own page, served by the gateway, driven as a listener does and recorded as the exam records: whatever player it uses, it plays the
// programme and nothing after its exact end; an album's tracks follow one another without a sample between them. A level taken by hand is
// the one that is loaded from then on, and the page shows it, the buffer and the throughput.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { withBrowser } from '../lib/chromium.mjs';
import { writeFlac } from '../lib/content.mjs';
import { inParallel } from '../lib/exam.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { programmeOf } from '../lib/programme.mjs';
import { kForRecorder, listen, takeLevels } from '../lib/own_page.mjs';
import { noise } from '../lib/signal.mjs';

const kAtOnce = Number(process.env.EXAM_PAGES ?? 6);
const kRate = 48000;
const engines = ['hls.js', 'dash.js', 'shaka-hls', 'shaka-dash'];
const codecs = ['aac', 'opus', 'flac'];
const kSong = noise({ seed: 51, frames: kRate * 4 + 999, rate: kRate });
const kAlbum = [3, 2].map((seconds, i) => noise({ seed: 61 + i, frames: kRate * seconds + 321 + i, rate: kRate }));

// Longer than any player buffers ahead: what is chosen after the start is still to be loaded.
const kLong = noise({ seed: 71, frames: kRate * 80, rate: kRate });
const kWanted = ['aac-256', 'aac-64'];

const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-page-'));
const rows = engines.flatMap((engine) => codecs.flatMap((codec) => ['song', 'album'].map((kind) => ({ engine, codec, kind }))));
let heard, taken;
try {
  heard = await withPlatform(async (platform) => {
    const song = (await platform.ingest([await writeFlac(folder, 'song', kSong, { title: 'Song' })]))[0].asset;
    const files = [];
    for (const [i, part] of kAlbum.entries()) files.push(await writeFlac(folder, `part-${i}`, part, { title: `Part ${i}`, album: 'Both', album_artist: 'Exam', track: `${i + 1}` }));
    const joined = (await platform.ingest(files, '--album=always')).find((line) => line.assets);
    const assets = { song, album: /\/v\/([^/]+)\//.exec(joined.album)[1] };
    const programmes = new Map();
    for (const row of rows) {
      row.asset = assets[row.kind];
      const key = row.asset + row.codec;
      if (!programmes.has(key)) programmes.set(key, await programmeOf(`${platform.edge}/v/${row.asset}`, row.codec));
      row.programme = programmes.get(key);
    }
    const ladder = path.join(folder, 'two.ladder');
    await writeFile(ladder, 'ladder two\naac 64k 256k\n');
    const [long] = await platform.ingest([await writeFlac(folder, 'long', kLong, { title: 'Long' })], '--ladder', ladder);
    return withBrowser(async (context) => {
      taken = await inParallel(engines, engines.length, (engine) => takeLevels(context, platform.gateway, { engine, asset: long.asset, wanted: kWanted }));
      return inParallel(rows, kAtOnce, (row) => listen(context, platform.gateway, { ...row, what: `asset=${row.asset}` }));
    }, kForRecorder);
  });
} finally {
  await rm(folder, { recursive: true });
}

for (const [i, { engine, codec, kind }] of rows.entries()) {
  test(`the page with ${engine}: ${kind}, ${codec}, to the exact end`, () => {
    if (heard[i].error) throw heard[i].error;
    const { head, jumps, tail, pauses, lost, stalls, failure } = heard[i];
    assert.deepEqual({ head, jumps, tail, pauses, lost, stalls, failure }, { head: 0, jumps: [], tail: 0, pauses: [], lost: [], stalls: 'none', failure: '' });
  });
}
for (const [i, engine] of engines.entries()) {
  test(`the page with ${engine}: a level taken by hand is loaded and shown, beside buffer and throughput`, () => {
    if (taken[i].error) throw taken[i].error;
    const { chosen, buffer, throughput, failure } = taken[i];
    assert.deepEqual([chosen.map(({ kept }) => kept), failure], [[true, true], '']);
    assert.match(chosen[0].text, /\b2[5-9]\d kbit\/s/);
    assert.match(chosen[1].text, /\b[67]\d kbit\/s/);
    assert.match(buffer, /^\d+\.\d s$/);
    assert.match(throughput, /^\d+(\.\d)? [kM]bit\/s$/);
  });
}
