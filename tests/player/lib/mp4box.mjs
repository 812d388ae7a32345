// SPDX-License-Identifier: Apache-2.0
// A track file as GPAC's reader for JavaScript (mp4box.js) understands it, box by box and sample by sample.
import { readFile } from 'node:fs/promises';
import { playerRequire } from './toolchain.mjs';

const mp4box = playerRequire('mp4box');

// {tracks, codec, timescale, samples, ticks (of all samples), end (of the last one), leadIn (of the edit list)}
export async function readTrackFile(path) {
  const bytes = await readFile(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  buffer.fileStart = 0;
  const file = mp4box.createFile();
  let info;
  file.onReady = (told) => (info = told);
  file.onError = (module, message) => {
    throw new Error(`${path}: ${module} ${message}`);
  };
  file.appendBuffer(buffer);
  file.flush();
  if (!info) throw new Error(`${path}: mp4box.js found no moov`);
  const [track] = info.tracks;
  const samples = file.getTrackSamplesInfo(track.id);
  const last = samples.at(-1);
  return {
    tracks: info.tracks.length,
    codec: track.codec,
    timescale: track.timescale,
    samples: samples.length,
    ticks: samples.reduce((sum, { duration }) => sum + duration, 0),
    end: last.dts + last.duration - samples[0].dts,
    leadIn: track.edits?.[0].media_time ?? 0,
  };
}
