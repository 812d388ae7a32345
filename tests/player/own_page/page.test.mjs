// SPDX-License-Identifier: Apache-2.0
// Our own page, served by the gateway, driven as a listener does and recorded as the exam records: whatever player it uses, it plays the
// programme and nothing after its exact end; an album's tracks follow one another without a sample between them.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { withBrowser } from '../lib/chromium.mjs';
import { writeFlac } from '../lib/content.mjs';
import { inParallel } from '../lib/exam.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { programmeOf } from '../lib/programme.mjs';
import { kForRecorder, listen } from '../lib/own_page.mjs';
import { noise } from '../lib/signal.mjs';

const kAtOnce = Number(process.env.EXAM_PAGES ?? 6);
const kRate = 48000;
const engines = ['hls.js', 'dash.js', 'shaka-hls', 'shaka-dash'];
const codecs = ['aac', 'opus', 'flac'];
const kSong = noise({ seed: 51, frames: kRate * 4 + 999, rate: kRate });
const kAlbum = [3, 2].map((seconds, i) => noise({ seed: 61 + i, frames: kRate * seconds + 321 + i, rate: kRate }));

const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-page-'));
const rows = engines.flatMap((engine) => codecs.flatMap((codec) => ['song', 'album'].map((kind) => ({ engine, codec, kind }))));
let heard;
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
    return withBrowser((context) => inParallel(rows, kAtOnce, (row) => listen(context, platform.gateway, { ...row, what: `asset=${row.asset}` })), kForRecorder);
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
