// SPDX-License-Identifier: Apache-2.0
// What should be heard of a published asset: its renditions as FFmpeg decodes them, lead-in and tail taken off.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

async function bytesOf(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} for ${url}`);
  return Buffer.from(await response.arrayBuffer());
}

// Init and all segments of a rendition in one file, as a player would have them.
async function joined(base, rendition) {
  const parts = [await bytesOf(`${base}/${rendition}/init.mp4`)];
  const playlist = (await bytesOf(`${base}/${rendition}.m3u8`)).toString();
  for (const name of playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) parts.push(await bytesOf(`${base}/${name}`));
  return Buffer.concat(parts);
}

// FFmpeg 5.1 and 7.1 treat edit lists and pre-skips of fragmented files differently: both are told to leave every sample in.
async function decode(file, codec) {
  const decoder = codec === 'opus' ? ['-c:a', 'libopus'] : [];
  const args = ['-v', 'error', ...decoder, '-ignore_editlist', '1', '-flags2', '+skip_manual', '-i', file, '-f', 'f32le', '-'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 28 });
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
}

// {rate, channels, frames, renditions} of one codec ('aac', 'opus', 'flac') of the asset at `url` (.../v/<asset>), lowest rate first.
export async function programmeOf(url, codec) {
  const generation = /^g(\d+)\//m.exec((await bytesOf(`${url}/master.m3u8`)).toString())[1];
  const asset = JSON.parse(await bytesOf(`${url}/g${generation}/asset.json`));
  const of = asset.renditions.filter((r) => r.codec === codec).sort((a, b) => a.average_bps - b.average_bps);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-programme-'));
  try {
    const renditions = [];
    for (const { id, lead_in: leadIn, duration, audio } of of) {
      const file = path.join(folder, `${id}.mp4`);
      await writeFile(file, await joined(`${url}/g${generation}`, id));
      const samples = await decode(file, codec);
      renditions.push(samples.subarray(leadIn * audio.channels, (leadIn + duration) * audio.channels));
    }
    return { rate: of[0].timescale, channels: of[0].audio.channels, frames: of[0].duration, renditions };
  } finally {
    await rm(folder, { recursive: true });
  }
}
