// SPDX-License-Identifier: Apache-2.0
// The stored folder on any web server: the same exam as behind the origin, from plain nginx. An album's folder is made of ranges of its
// tracks' files, with EXT-X-DISCONTINUITY and a Period for each track. One codec an asset, for a plain server has no filters.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { withBrowser } from '../lib/chromium.mjs';
import { differing } from '../lib/compare.mjs';
import { writeFlac } from '../lib/content.mjs';
import { examine, inParallel } from '../lib/exam.mjs';
import { withPlainNginx } from '../lib/plain_nginx.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { programmeOf } from '../lib/programme.mjs';
import { join, noise } from '../lib/signal.mjs';
import { startWebServer } from '../lib/web_server.mjs';

const kAtOnce = Number(process.env.EXAM_PAGES ?? 8);
const kRate = 48000;
const players = { 'hls.js': 'master.m3u8', 'dash.js': 'manifest.mpd', 'shaka-hls': 'master.m3u8', 'shaka-dash': 'manifest.mpd' };
const ladders = { flac: 'flac\n', aac: 'aac 128k\n', opus: 'opus 96k\n' };

// [{codec, kind, url (below the store), source, programme}]
async function publish(platform, folder) {
  const assets = [];
  for (const [n, [codec, ladder]] of Object.entries(ladders).entries()) {
    const parts = [3, 2].map((seconds, i) => noise({ seed: 31 + 10 * n + i, frames: kRate * seconds + 555 + i, rate: kRate }));
    const inside = path.join(folder, codec);
    const ladderFile = `${inside}.ladder`;
    await writeFile(ladderFile, `ladder static-${codec}\n${ladder}`);
    const album = [];
    for (const [i, part] of parts.entries()) album.push(await writeFlac(folder, `${codec}-${i}`, part, { title: `${codec} ${i}`, album: codec, album_artist: 'Exam', track: `${i + 1}` }));
    const lines = await platform.ingest(album, '--ladder', ladderFile, '--album=always');
    const joined = lines.find((line) => line.assets);
    const of = async (kind, asset, source) => assets.push({ codec, kind, url: `/${asset}/g1`, source, programme: await programmeOf(`${platform.edge}/v/${asset}`, codec) });
    await of('track', joined.assets[0], parts[0]);
    await of('album', /\/v\/([^/]+)\//.exec(joined.album)[1], join(parts));
  }
  return assets;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-static-'));
const web = await startWebServer({});
let rows;
let heard;
try {
  heard = await withPlatform(async (platform) => {
    const assets = await publish(platform, folder);
    rows = assets.flatMap((asset) => Object.keys(players).map((player) => ({ ...asset, player })));
    return withPlainNginx(path.join(platform.home, 'store'), (peer) =>
      withBrowser((context) =>
        inParallel(rows, kAtOnce, ({ player, url, programme }) => examine(context, web, `${player}-${Math.random()}`, { player, url: `${peer}${url}/${players[player]}`, programme })),
      ),
    );
  });
} finally {
  await web.close();
  await rm(folder, { recursive: true });
}

for (const [i, { player, kind, codec, source }] of rows.entries()) {
  test(`${player}: folder of ${kind === 'album' ? 'an album' : 'a track'}, ${codec}`, (t) => {
    if (heard[i].error) throw heard[i].error;
    const { head, jumps, pauses, stalls, lost, tail, samples, first } = heard[i];
    t.diagnostic(`after the end: ${tail} samples; ${heard[i].log.join(' ')}`);
    assert.deepEqual({ head, jumps, pauses, stalls, lost }, { head: 0, jumps: [], pauses: [], stalls: 0, lost: [] });
    if (codec === 'flac') assert.deepEqual([differing(source, samples, first), tail], [0, 0]);
  });
}
