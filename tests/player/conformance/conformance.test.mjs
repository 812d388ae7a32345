// SPDX-License-Identifier: Apache-2.0
// What independent readers say: MPDs against the schema of ISO/IEC 23009-1 (its licence keeps it out of this repository: where
// ../shared/schemas is absent that part says so and is skipped), manifests and track files read by FFmpeg, track files by GPAC's mp4box.js,
// and by its MP4Box where that is installed (Debian 12 has none).
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { writeFilm, writeFlac } from '../lib/content.mjs';
import { readTrackFile } from '../lib/mp4box.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { noise } from '../lib/signal.mjs';
import { repository } from '../lib/toolchain.mjs';

const run = promisify(execFile);
const schema = path.join(repository, '../shared/schemas/DASH-MPD.xsd');
const has = (program) => {
  try {
    execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
};

async function publish(platform, folder) {
  const part = (n, seconds) => noise({ seed: 90 + n, frames: 44100 * seconds + n, rate: 44100 });
  const song = await writeFlac(folder, 'song', part(1, 6), { title: 'Söng & <Dance>' });
  const album = [];
  for (const n of [2, 3]) album.push(await writeFlac(folder, `part-${n}`, part(n, 3), { title: `Part ${n}`, album: 'Both', album_artist: 'Exam', track: String(n - 1) }));
  const [track] = await platform.ingest([song]);
  const [film] = await platform.ingest([await writeFilm(folder, 'film', 5)]);
  const joined = (await platform.ingest(album, '--album=always')).find((line) => line.assets);
  const albumAsset = /\/v\/([^/]+)\//.exec(joined.album)[1];
  const at = (asset) => ({ url: `${platform.edge}/v/${asset}`, folder: path.join(platform.home, 'store', asset, 'g1') });
  return { track: at(track.asset), film: at(film.asset), album: at(albumAsset), 'second of the album': at(joined.assets[1]) };
}

async function checkSchema(mpd, folder) {
  const file = path.join(folder, 'checked.mpd');
  await writeFile(file, mpd);
  await run('xmllint', ['--noout', '--nonet', '--schema', schema, file]);
}

// FFmpeg's own opinion: an empty stderr.
async function probe(address) {
  const { stdout, stderr } = await run('ffprobe', ['-v', 'warning', '-of', 'json', '-show_format', '-show_streams', address]);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

const packetsOf = async (file) => {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-count_packets', '-of', 'json', '-show_entries', 'stream=nb_read_packets', file]);
  return Number(JSON.parse(stdout).streams[0].nb_read_packets);
};

const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-conformance-'));
try {
  await withPlatform(async (platform) => {
    const assets = await publish(platform, folder);
    for (const [name, asset] of Object.entries(assets)) {
      const skip = existsSync(schema) ? false : 'the schema is not here: ../shared/schemas/DASH-MPD.xsd';
      await test(`${name}: the origin's MPD is valid`, { skip }, async () => checkSchema(await (await fetch(`${asset.url}/manifest.mpd`)).text(), folder));
      await test(`${name}: the folder's MPD is valid`, { skip }, async () => checkSchema(await readFile(path.join(asset.folder, 'manifest.mpd')), folder));
      await test(`${name}: FFmpeg reads both manifests`, async () => {
        for (const manifest of ['master.m3u8', 'manifest.mpd']) {
          const { streams } = await probe(`${asset.url}/${manifest}`);
          const kinds = new Set(streams.map((stream) => stream.codec_type));
          assert.deepEqual(kinds, new Set(name === 'film' ? ['video', 'audio'] : ['audio']));
        }
      });
      const files = (await readdir(asset.folder)).filter((file) => /\.cmf[av]$/.test(file));
      const { renditions } = JSON.parse(await readFile(path.join(asset.folder, 'asset.json')));
      await test(`${name}: FFmpeg reads ${files.length} track files to the length that asset.json states`, async () => {
        for (const file of files) {
          const rendition = renditions.find((r) => r.file === file);
          const { streams, format } = await probe(path.join(asset.folder, file));
          assert.equal(streams.length, 1);
          assert.ok(Math.abs(Number(format.duration) - rendition.duration / rendition.timescale) < 0.1, `${file}: ${format.duration} s`);
        }
      });
      await test(`${name}: mp4box.js reads ${files.length} track files as asset.json states them, sample by sample`, async () => {
        for (const file of files) {
          const { codec, codecs, timescale, duration, lead_in: leadIn, tail } = renditions.find((r) => r.file === file);
          const ticks = leadIn + duration + tail;
          const packets = await packetsOf(path.join(asset.folder, file));
          const edit = codec === 'aac' ? leadIn : 0; // Opus tells it as pre-skip alone
          const expected = { tracks: 1, codec: codecs, timescale, samples: packets, ticks, end: ticks, leadIn: edit };
          assert.deepEqual({ file, ...(await readTrackFile(path.join(asset.folder, file))) }, { file, ...expected });
        }
      });
      await test(`${name}: MP4Box reads ${files.length} track files`, { skip: has('MP4Box') ? false : 'MP4Box is not installed' }, async () => {
        for (const file of files) await run('MP4Box', ['-info', path.join(asset.folder, file)]);
      });
    }
  });
} finally {
  await rm(folder, { recursive: true });
}
