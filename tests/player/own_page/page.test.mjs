// SPDX-License-Identifier: Apache-2.0
// Our own page, served by the gateway, driven as a listener does and recorded as the exam records: whatever player it uses, it plays the
// programme and nothing after its exact end; an album's tracks follow one another without a sample between them.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { withBrowser } from '../lib/chromium.mjs';
import { compare } from '../lib/compare.mjs';
import { writeFlac } from '../lib/content.mjs';
import { inParallel } from '../lib/exam.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { programmeOf } from '../lib/programme.mjs';
import { noise } from '../lib/signal.mjs';

const kAtOnce = Number(process.env.EXAM_PAGES ?? 6);
const kTries = 3;
const kRate = 48000;
const engines = ['hls.js', 'dash.js', 'shaka-hls', 'shaka-dash'];
const codecs = ['aac', 'opus', 'flac'];
const worklet = await readFile(fileURLToPath(new URL('../page/recorder_worklet.js', import.meta.url)), 'utf8');
const kSong = noise({ seed: 51, frames: kRate * 4 + 999, rate: kRate });
const kAlbum = [3, 2].map((seconds, i) => noise({ seed: 61 + i, frames: kRate * seconds + 321 + i, rate: kRate }));

// The page's own policy forbids what the recorder needs: a script from somewhere else.
const kForRecorder = { bypassCSP: true };

// Inside the page: records the media element from now on.
async function startRecording({ rate, worklet }) {
  const context = new AudioContext({ sampleRate: rate, latencyHint: 'playback' });
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
  const options = { numberOfOutputs: 0, channelCount: 2, channelCountMode: 'explicit', channelInterpretation: 'discrete', processorOptions: { channels: 2 } };
  const node = new AudioWorkletNode(context, 'recorder', options);
  window.blocks = [];
  node.port.onmessage = (event) => window.blocks.push(event.data);
  context.createMediaElementSource(document.getElementById('media')).connect(node);
  await context.resume();
}

// Inside the page: everything recorded so far, as text that crosses to the test.
async function takeRecording() {
  const want = window.blocks.length + 3;
  while (window.blocks.length < want) await new Promise((resolve) => setTimeout(resolve, 20));
  const bytes = new Uint8Array(await new Blob(window.blocks).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

async function open(context, gateway) {
  const page = await context.newPage();
  await page.goto(`${gateway}/`);
  await page.waitForSelector('#library [data-asset]');
  return page;
}

// Opens the asset by its address and hears it to the end.
async function listen(context, gateway, { engine, codec, asset, programme }) {
  for (let left = kTries; ; left--) {
    const page = await open(context, gateway);
    try {
      await page.evaluate(startRecording, { rate: programme.rate, worklet });
      await page.evaluate((hash) => (location.hash = hash), `asset=${asset}&player=${engine}&codec=${codec}`);
      await page.waitForFunction(() => ['ended', 'failed'].includes(document.documentElement.dataset.playback));
      const bytes = Buffer.from(await page.evaluate(takeRecording), 'base64');
      const heard = compare(programme, new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
      const stalls = await page.textContent('#stalls-now');
      // As in lib/exam.mjs: what broke off on a busy machine is heard once more.
      if (left === 1 || (heard.pauses?.length === 0 && stalls === 'none')) return { ...heard, stalls, failure: await page.textContent('#failure') };
    } finally {
      await page.close();
    }
  }
}

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
    return withBrowser((context) => inParallel(rows, kAtOnce, (row) => listen(context, platform.gateway, row)), kForRecorder);
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
