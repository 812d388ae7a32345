// SPDX-License-Identifier: Apache-2.0
// A round of the real players on real output, as a listener uses them: play, seek, take a level, hear the end; no error, no stall.
// Of joined sound the seek crosses the join: on an album's timeline and in a playlist of tracks that were encoded apart; a track that is
// the second of an album, and begins inside the encoder's run, seeks by itself.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { withBrowser } from '../lib/chromium.mjs';
import { writeFilm, writeFlac } from '../lib/content.mjs';
import { inParallel } from '../lib/exam.mjs';
import { listener } from '../lib/listener.mjs';
import { withPlainNginx } from '../lib/plain_nginx.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { noise } from '../lib/signal.mjs';
import { startWebServer } from '../lib/web_server.mjs';

const kAtOnce = Number(process.env.EXAM_PAGES ?? 6);
const kPatience = 90_000; // ms; beside five other pages a player may miss what it waits for, and is asked again by itself
const kSeconds = 12;
const kSeekTo = 8.5;
const kParts = [5, kSeconds]; // of the album
const players = { 'hls.js': 'master.m3u8', 'dash.js': 'manifest.mpd', 'shaka-hls': 'master.m3u8', 'shaka-dash': 'manifest.mpd' };
// `lowest`: the rendition that the forced lowest level must bring; levels: how many a player offers at least.
const contents = [
  { name: 'audio only', source: 'song', query: '', levels: 3, lowest: /^(aac-64|opus-48)\// },
  { name: 'AAC', source: 'song', query: '?codecs=aac', levels: 3, lowest: /^aac-64\// },
  { name: 'Opus', source: 'song', query: '?codecs=opus', levels: 3, lowest: /^opus-48\// },
  { name: 'FLAC', source: 'song', query: '?codecs=flac', levels: 1, lowest: /^flac\// },
  { name: 'video and audio', source: 'film', query: '', levels: 2, lowest: /^h264-240\//, picture: true },
  { name: 'the second track of an album, AAC', source: 'second', query: '?codecs=aac', levels: 3, lowest: /^aac-64\// },
  { name: "an album's timeline, AAC", source: 'album', query: '?codecs=aac', levels: 3, lowest: /^aac-64\//, seconds: kParts[0] + kSeconds },
  { name: 'a playlist, FLAC', source: 'list', query: 'codecs=flac', levels: 1, lowest: /^flac\//, seconds: kSeconds + kParts[0], seekTo: kSeconds + 1 },
  { name: 'subtitles', source: 'film', query: '', levels: 2, lowest: /^h264-240\//, picture: true, words: true },
  { name: 'subtitles, from the folder', source: 'film', query: '', levels: 2, lowest: /./, picture: true, words: true, fromFolder: true },
];
// One over all segments and the seek, and two that overlap behind it: [text, start, end].
const cues = [
  ['all along', 0.2, 11.5],
  ['a & b', 9, 10],
  ['second\nline', 9.5, 10.5],
];
const srtTime = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23).replace('.', ',');
const srt = cues.map(([text, start, end], i) => `${i + 1}\n${srtTime(start)} --> ${srtTime(end)}\n${text}\n`).join('\n');

async function sitting(context, web, job) {
  let timer;
  const page = await context.newPage();
  try {
    await page.goto(`${web.url}/round.html`);
    await page.waitForFunction('window.ready');
    const tired = new Promise((resolve) => (timer = setTimeout(resolve, kPatience, { steps: ['went on for ever'] })));
    const told = await Promise.race([page.evaluate((j) => window.round(j), job), tired]);
    return { ...told, brokeOff: told.stalls === undefined || told.stalls > 0 || told.abandoned };
  } finally {
    clearTimeout(timer);
    await page.close();
  }
}

// dash.js is not asked for words: beside five other pages it did not always show a cue of the first segments, and the round would wait.
const rows = contents.flatMap((content) => Object.keys(players).filter((player) => !content.words || player !== 'dash.js').map((player) => ({ ...content, player })));
const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-round-'));
const web = await startWebServer({});
let told;
try {
  told = await withPlatform(async (platform) => {
    const song = await writeFlac(folder, 'song', noise({ seed: 5, frames: 44100 * kSeconds + 17, rate: 44100 }), { title: 'Song' });
    const film = await writeFilm(folder, 'film', kSeconds, srt);
    const album = [];
    for (const [i, seconds] of kParts.entries()) album.push(await writeFlac(folder, `part-${i}`, noise({ seed: 6 + i, frames: 44100 * seconds + 33, rate: 44100 }), { title: `Part ${i}`, album: 'Run', album_artist: 'Exam', track: `${i + 1}` }));
    const [one, two] = [...(await platform.ingest([song])), ...(await platform.ingest([film]))];
    const joined = (await platform.ingest(album, '--album=always')).find((line) => line.assets);
    const assets = { song: one.asset, film: two.asset, second: joined.assets[1], album: /\/v\/([^/]+)\//.exec(joined.album)[1] };
    const ada = await listener(platform);
    const list = await ada.addresses(await ada.create('Two', [one.asset, joined.assets[0]]));
    return withPlainNginx(path.join(platform.home, 'store'), (plain) => {
      const base = ({ source, fromFolder }) => (fromFolder ? `${plain}/${assets[source]}/g1` : `${platform.edge}/v/${assets[source]}`);
      const ofList = ({ player, query }) => `${platform.gateway}${players[player].endsWith('.mpd') ? list.dash : list.hls}&${query}`;
      const address = (row) => (row.source === 'list' ? ofList(row) : `${base(row)}/${players[row.player]}${row.query}`);
      const job = (row) => ({ player: row.player, url: address(row), seekTo: row.seekTo ?? kSeekTo, words: row.words && cues[0][0] });
      return withBrowser((context) => inParallel(rows, kAtOnce, (row) => sitting(context, web, job(row))));
    });
  });
} finally {
  await web.close();
  await rm(folder, { recursive: true });
}

for (const [i, row] of rows.entries()) {
  test(`${row.player}: ${row.name}`, () => {
    if (told[i].error) throw told[i].error;
    const { steps, stalls, abandoned, levels, duration, picture, loaded } = told[i];
    assert.deepEqual(steps, ['plays', ...(row.words ? ['reads'] : []), 'seeks', 'plays on', 'ends']);
    assert.deepEqual({ stalls, abandoned }, { stalls: 0, abandoned: false });
    assert.ok(levels >= row.levels, `levels: ${levels}`);
    assert.ok(Math.abs(duration - (row.seconds ?? kSeconds)) < 0.1, `duration: ${duration}`);
    if (!row.fromFolder) assert.ok(loaded.some((name) => row.lowest.test(name)), `loaded: ${loaded.join(' ')}`);
    if (row.words) {
      assert.deepEqual(told[i].cues.map(([text]) => text).sort(), cues.map(([text]) => text).sort());
      // HLS: one file, each cue once. DASH tells a cue again in each segment that it crosses.
      if (row.player === 'hls.js' || row.player === 'shaka-hls') assert.deepEqual([told[i].cues, told[i].most], [cues, 3]);
    }
    assert.equal(picture[0] > 0, row.picture === true, `picture: ${picture}`);
  });
}
