// SPDX-License-Identifier: Apache-2.0
// Source files for tests, made in a folder: noise as tagged FLAC, and a small film.
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
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

// AAC as another encoder primes it, who has `priming` frames of lead-in (Apple's: 2112) where FFmpeg's has 1024: so many more frames of
// silence are encoded before the signal, and the edit list is told to leave them out as well.
export async function writeForeignAac(folder, name, signal, { priming, rate = '118k' }) {
  const kOwn = 1024;
  const silence = (priming - kOwn) * signal.channels;
  const samples = new Int16Array(silence + signal.samples.length);
  samples.set(signal.samples, silence);
  const wav = path.join(folder, `${name}.wav`);
  const file = path.join(folder, `${name}.m4a`);
  await writeWav(wav, { ...signal, samples });
  await ffmpeg('-i', wav, '-c:a', 'aac', '-b:a', rate, '-movie_timescale', String(signal.rate), '-metadata', `title=${name}`, file);
  await rm(wav);
  // elst (ISO/IEC 14496-12 8.6.6), version 0: count, segment_duration, media_time.
  const bytes = await readFile(file);
  const [duration, time] = [12, 16].map((offset) => bytes.indexOf('elst') + offset);
  if (bytes.readInt32BE(time) !== kOwn) throw new Error(`${file}: expected an edit at ${kOwn}, found ${bytes.readInt32BE(time)}`);
  bytes.writeUInt32BE(signal.frames, duration);
  bytes.writeInt32BE(priming, time);
  await writeFile(file, bytes);
  return file;
}

// A film in German and English, each with its subtitle ("de", "en") from beginning to end.
export async function writeFilmOfTwoLanguages(folder, name, seconds) {
  const file = path.join(folder, `${name}.mkv`);
  const inputs = ['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=25:d=${seconds}`];
  for (const hertz of [440, 880]) inputs.push('-f', 'lavfi', '-i', `sine=f=${hertz}:r=48000:d=${seconds}`);
  for (const language of ['de', 'en']) {
    const subtitles = path.join(folder, `${language}.srt`);
    await writeFile(subtitles, `1\n00:00:00,000 --> 00:00:${String(seconds).padStart(2, '0')},000\n${language}\n`);
    inputs.push('-i', subtitles);
  }
  const languages = ['a', 's'].flatMap((kind) => ['ger', 'eng'].flatMap((tag, i) => [`-metadata:s:${kind}:${i}`, `language=${tag}`]));
  const maps = [0, 1, 2, 3, 4].flatMap((i) => ['-map', `${i}`]);
  await ffmpeg(...inputs, ...maps, '-ac', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'pcm_s16le', '-c:s', 'srt', ...languages, file);
  return file;
}

// Moving test picture with sound; small, for the transcoder's sake. `words`: English subtitles as the text of an .srt file.
export async function writeFilm(folder, name, seconds, words) {
  const file = path.join(folder, `${name}.mkv`);
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=25:d=${seconds}`];
  const sound = ['-f', 'lavfi', '-i', `anoisesrc=d=${seconds}:r=48000:a=0.1:seed=3`];
  const text = path.join(folder, `${name}.srt`);
  if (words) await writeFile(text, words);
  const subtitles = words ? ['-i', text, '-c:s', 'srt', '-metadata:s:s:0', 'language=eng'] : [];
  await ffmpeg(...picture, ...sound, ...subtitles, '-ac', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'pcm_s16le', '-metadata', `title=${name}`, file);
  return file;
}
