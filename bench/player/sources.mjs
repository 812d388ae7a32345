// SPDX-License-Identifier: Apache-2.0
// What is packaged when nobody brings files: real music, and a moving test picture with it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ffmpeg = (...args) => run('ffmpeg', ['-v', 'error', '-y', ...args]);
const songs = ['1.16', '1.18'].map((version) => `/usr/share/games/wesnoth/${version}/data/core/music/battle.ogg`);

// [film, music] in the folder. Error: the package with the music is not installed (scripts/setup.sh installs it).
export async function makeSources(folder) {
  const song = songs.find((file) => existsSync(file));
  if (!song) throw new Error(`no music: expected ${songs.join(' or ')}`);
  const [film, music] = [path.join(folder, 'film.mkv'), path.join(folder, 'music.flac')];
  await ffmpeg('-ss', '20', '-t', '40', '-i', song, music);
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25'];
  await ffmpeg(...picture, '-i', music, '-t', '24', '-map', '0:v', '-map', '1:a', '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '16', '-c:a', 'copy', film);
  return [film, music];
}
