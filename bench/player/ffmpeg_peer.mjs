// SPDX-License-Identifier: Apache-2.0
// The same sources packaged by FFmpeg's own HLS and DASH muxers, with the rates of our ladder and segments of 4 s, as its manual shows it.
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const rates = { aac: ['64k', '128k', '256k'], opus: ['48k', '96k', '160k'], flac: [null] };
const encoders = { aac: 'aac', opus: 'libopus', flac: 'flac' };
const pictures = [[360, '900k'], [480, '1600k'], [720, '3200k']];

const hls = (streams, folder) => [
  '-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-master_pl_name', 'master.m3u8',
  '-hls_segment_filename', path.join(folder, '%v-%d.m4s'), '-var_stream_map', streams, path.join(folder, '%v.m3u8'),
];
const dash = (sets, folder) => ['-f', 'dash', '-seg_duration', '4', '-adaptation_sets', sets, path.join(folder, 'manifest.mpd')];

function audioArguments(codec) {
  return rates[codec].flatMap((rate, i) => ['-map', '0:a', `-c:a:${i}`, encoders[codec], ...(rate ? [`-b:a:${i}`, rate] : [])]);
}

// Makes folder/hls and folder/dash of one codec of sound.
export async function packageAudio(source, codec, folder) {
  const streams = rates[codec].map((_, i) => `a:${i}`).join(' ');
  for (const [form, args] of [['hls', hls(streams, path.join(folder, 'hls'))], ['dash', dash('id=0,streams=a', path.join(folder, 'dash'))]]) {
    await mkdir(path.join(folder, form), { recursive: true });
    await run('ffmpeg', ['-v', 'error', '-y', '-i', source, '-vn', '-strict', '-2', ...audioArguments(codec), ...args]);
  }
}

const sound = (n) => Array.from({ length: n }, (_, i) => ['-map', '0:a', `-c:a:${i}`, 'aac', `-b:a:${i}`, '128k']).flat();
const video = pictures.flatMap(([height, rate], i) => [
  '-map', '0:v', `-filter:v:${i}`, `scale=-2:${height}`, `-c:v:${i}`, 'libx264', `-preset:v:${i}`, 'veryfast', `-maxrate:v:${i}`, rate,
  `-bufsize:v:${i}`, rate, `-crf:v:${i}`, '23', `-g:v:${i}`, '50', `-keyint_min:v:${i}`, '50', `-sc_threshold:v:${i}`, '0',
]);

// Video with sound, in the two forms that FFmpeg's manual shows: folder/hls, whose levels hold both, and folder/dash; and folder-apart/hls,
// whose sound is a rendition of its own, as in CMAF.
export async function packageVideo(source, folder) {
  const apart = `${folder}-apart`;
  for (const form of [`${folder}/hls`, `${folder}/dash`, `${apart}/hls`]) await mkdir(form, { recursive: true });
  const common = ['-v', 'error', '-y', '-i', source];
  await run('ffmpeg', [...common, ...video, ...sound(3), ...hls('v:0,a:0 v:1,a:1 v:2,a:2', path.join(folder, 'hls'))]);
  await run('ffmpeg', [...common, ...video, ...sound(1), ...dash('id=0,streams=v id=1,streams=a', path.join(folder, 'dash'))]);
  const streams = 'a:0,agroup:sound,default:yes v:0,agroup:sound v:1,agroup:sound v:2,agroup:sound';
  await run('ffmpeg', [...common, ...video, ...sound(1), ...hls(streams, path.join(apart, 'hls'))]);
}
