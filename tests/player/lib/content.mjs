// SPDX-License-Identifier: Apache-2.0
// Source files for tests, made in a folder: noise as tagged FLAC, and a small film.
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeWav } from './signal.mjs';

const run = promisify(execFile);
const ffmpeg = (...args) => run('ffmpeg', ['-v', 'error', '-y', ...args]);

// tags: {title, artist, album, track}. Returns the file's path.
export async function writeFlac(folder, name, signal, tags = {}) {
  const wav = path.join(folder, `${name}.wav`);
  const flac = path.join(folder, `${name}.flac`);
  await writeWav(wav, signal);
  const metadata = Object.entries(tags).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
  await ffmpeg('-i', wav, ...metadata, flac);
  await rm(wav);
  return flac;
}

// Moving test picture with sound; small, for the transcoder's sake.
export async function writeFilm(folder, name, seconds) {
  const file = path.join(folder, `${name}.mkv`);
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=25:d=${seconds}`];
  const sound = ['-f', 'lavfi', '-i', `anoisesrc=d=${seconds}:r=48000:a=0.1:seed=3`];
  await ffmpeg(...picture, ...sound, '-ac', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'pcm_s16le', '-metadata', `title=${name}`, file);
  return file;
}
