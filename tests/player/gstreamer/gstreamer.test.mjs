// SPDX-License-Identifier: Apache-2.0
// GStreamer as the fourth player (playbin with hlsdemux and dashdemux): what it gives out of one rendition is held against the programme,
// and with all levels to choose from it plays to the end. Nothing waits for a clock.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { compare } from '../lib/compare.mjs';
import { writeFilm, writeFlac } from '../lib/content.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { programmeOf } from '../lib/programme.mjs';
import { noise } from '../lib/signal.mjs';

const run = promisify(execFile);
const kSource = noise({ seed: 71, frames: 48000 * 7 + 321, rate: 48000 });
const forms = { HLS: 'master.m3u8', DASH: 'manifest.mpd' };
// GStreamer 1.22 cuts no lead-in: qtdemux passes over the edit list of a fragmented stream, opusdec is told no pre-skip (docs/players.md).
// A later one may cut it, but then all of it.
const kLeadIn = { flac: 0, aac: 1024, opus: 312 };
// One rendition of each codec, so that the reference is the very one that is played.
const filters = { flac: 'codecs=flac', aac: 'codecs=aac&max_bandwidth=80000', opus: 'codecs=opus&max_bandwidth=60000' };

// GStreamer's own verdict: an element's error ends gst-launch with 1.
const play = (url, audioSink) =>
  run('gst-launch-1.0', ['-q', 'playbin', `uri=${url}`, `audio-sink=${audioSink}`, 'video-sink=fakesink sync=false'], { timeout: 60_000 });

async function decode(url, rate, file) {
  const caps = `audio/x-raw,format=F32LE,rate=${rate},channels=2,layout=interleaved`;
  await play(url, `audioconvert ! ${caps} ! filesink location=${file}`);
  const bytes = await readFile(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

const isKnown = /version 1\.22\./.test((await run('gst-launch-1.0', ['--version'])).stdout);
const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-gstreamer-'));
try {
  await withPlatform(async (platform) => {
    const [song] = await platform.ingest([await writeFlac(folder, 'song', kSource, { title: 'Song' })]);
    const [film] = await platform.ingest([await writeFilm(folder, 'film', 5)]);
    for (const [form, manifest] of Object.entries(forms)) {
      for (const codec of ['flac', 'aac', 'opus']) {
        await test(`${form}, ${codec}: whole, in order, to the end`, async (t) => {
          const url = `${platform.edge}/v/${song.asset}`;
          const programme = await programmeOf(url, codec);
          const heard = await decode(`${url}/${manifest}?${filters[codec]}`, programme.rate, path.join(folder, `${form}-${codec}`));
          const found = compare(programme, heard);
          t.diagnostic(`before the start: ${found.first + found.head} samples; after the end: ${found.tail}`);
          assert.deepEqual([found.jumps, found.lost, found.pauses], [[], [], []]);
          // Counted from the first sample given out: Opus' lead-in begins with exact zeros, which are no head.
          const leadIns = isKnown ? [kLeadIn[codec]] : [0, kLeadIn[codec]];
          assert.ok(leadIns.includes(found.first + found.head), `lead-in: expected ${leadIns.join(' or ')}, found ${found.first + found.head}`);
          if (codec === 'flac') assert.deepEqual([found.tail, found.strange], [0, []]);
        });
      }
      for (const [name, { asset }] of Object.entries({ film, song })) {
        await test(`${form}: the ${name} plays through, all levels at hand`, () => play(`${platform.edge}/v/${asset}/${manifest}`, 'fakesink sync=false'));
      }
    }
  });
} finally {
  await rm(folder, { recursive: true });
}
