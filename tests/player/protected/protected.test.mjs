// SPDX-License-Identifier: Apache-2.0
// A platform that was started with `segue up --protected`: nobody without a token that is good gets a protected byte, what the API, the page
// and `segue ingest` hand out plays in real players, goes on when its tokens run out, and the home stays shut over a restart.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { withBrowser } from '../lib/chromium.mjs';
import { writeFlac } from '../lib/content.mjs';
import { inParallel } from '../lib/exam.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { noise } from '../lib/signal.mjs';

const run = promisify(execFile);
const kRate = 48000;
const kLife = 8; // seconds that tokens live at least, and at most twice as long
const engines = ['hls.js', 'dash.js', 'shaka-hls'];

const status = async (address, init) => (await fetch(address, init)).status;
const text = async (address) => {
  const response = await fetch(address);
  assert.equal(response.status, 200, address);
  return response.text();
};
const bytes = async (address) => (await fetch(address, { headers: { Range: 'bytes=0-99' } })).status;
// Of an address as it is written: fetch() resolves dots.
const written = (base, target) => new Promise((resolve, reject) => http.get(base, { path: target }, (answer) => resolve(answer.resume().statusCode)).once('error', reject));
const named = (playlist, pattern) => playlist.split('\n').find((line) => pattern.test(line));
const tokenOf = (address) => /\/t\/([^/]+)\/v\//.exec(address)?.[1];
const assetAt = (gateway, id) => text(`${gateway}/api/v1/tracks/${id}`).then((answer) => JSON.parse(answer).track);

// What does not hold at once comes to hold: a token runs out, an edge looks at its keys once a second.
async function becomes(wanted, ask) {
  for (;;) {
    const found = await ask();
    if (found === wanted) return;
    assert.ok([200, 206, 401, 403].includes(found), `answers ${found}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// From a multivariant playlist down to a segment, by what each names.
async function segmentOf(master) {
  const media = new URL(named(await text(master), /^[^#].*\.m3u8/), master);
  return new URL(named(await text(media), /^[^#]/), media);
}

async function refuses(platform, asset, other) {
  const { gateway, edge } = platform;
  const [{ token }] = await platform.segue('token', '--path', `/v/${asset}/`, '--expires', '1h', '--json');
  const [{ token: brief }] = await platform.segue('token', '--path', `/v/${asset}/`, '--expires', '1s', '--json');
  const forged = token.slice(0, -1) + (token.endsWith('A') ? 'E' : 'A');
  const inside = new URL(await segmentOf(`${gateway}/t/${token}/v/${asset}/master.m3u8`)).pathname.replace(/^\/t\/[^/]+/, '');
  for (const at of [gateway, edge]) {
    const rows = [
      [inside, 401],
      [`/v/${asset}/master.m3u8`, 401],
      [`/v/${asset}/manifest.mpd`, 401],
      [`/v/${asset}/g1/asset.json`, 401],
      [`/t/${token}${inside}`, 200],
      [`/t/${forged}${inside}`, 403],
      [`/t/${token}/v/${other}/master.m3u8`, 403],
      [`/t/${token}${inside.replace(asset, other)}`, 403],
      [`${inside}?token=${token}`, 200],
      [`${inside}?token=${forged}`, 403],
      [`/t/none${inside}`, 403],
    ];
    for (const [target, wanted] of rows) assert.equal(await status(at + target), wanted, at + target);
    // Covers lie open (this one is not there); nothing that only looks like one does.
    const covers = [['cover.jpg', 404], ['aac-64/1.m4s/../../cover.jpg', 400], ['aac-64/1.m4s/%2e%2e/%2e%2e/cover.jpg', 400], ['cover.jpg/../aac-64/1.m4s', 401], ['cover.jpg/aac-64/1.m4s', 401]];
    for (const [target, wanted] of covers) assert.equal(await written(at, `/v/${asset}/g1/${target}`), wanted, target);
    await becomes(401, () => bytes(`${at}/t/${brief}${inside}`));
    const preflight = await fetch(at + inside, { method: 'OPTIONS', headers: { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'GET' } });
    assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, '*']);
    assert.equal((await fetch(at + inside)).headers.get('access-control-allow-origin'), '*');
  }
  // A browser that was given the token in the query carries it on by the cookie of that folder.
  const manifest = await fetch(`${gateway}/v/${asset}/master.m3u8?token=${token}`);
  const cookie = manifest.headers.get('set-cookie');
  assert.ok(cookie?.startsWith(`segue-token=${token}; Path=/v/${asset}/`), cookie);
  assert.equal(await status(gateway + inside, { headers: { Cookie: cookie.split(';')[0] } }), 200);
  return token;
}

// Plays for longer than any token lives: the page has asked for another one meanwhile, and never said that it failed.
async function outlives(context, gateway, { engine, asset }) {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const tokens = new Set();
  page.on('response', (response) => response.ok() && response.url().endsWith('.m4s') && tokens.add(tokenOf(response.url())));
  await page.goto(`${gateway}/`);
  await page.waitForSelector('#library [data-asset]');
  await page.evaluate(() => {
    window.states = [];
    new MutationObserver(() => window.states.push(document.documentElement.dataset.playback)).observe(document.documentElement, { attributeFilter: ['data-playback'] });
  });
  await page.evaluate((hash) => (location.hash = hash), `asset=${asset}&player=${engine}`);
  const plays = () => page.evaluate(() => document.documentElement.dataset.playback === 'playing');
  for (;;) {
    await page.waitForEvent('response', { timeout: 60_000 });
    const states = await page.evaluate(() => window.states);
    assert.ok(!states.includes('failed'), `${engine}: ${states} ${await page.textContent('#failure')}`);
    if (tokens.size > 1 && (await plays())) break;
  }
  const at = await page.evaluate(() => document.getElementById('media').currentTime);
  await page.waitForFunction((at) => document.getElementById('media').currentTime > at + 1, at);
  await page.close();
  return { at, tokens: tokens.size };
}

// As a client of OpenSubsonic plays it: it logs in for the playlist, and shows nothing of that to what the playlist names.
async function playsByRest(gateway, asset, password, seconds) {
  const address = `${gateway}/rest/hls.m3u8?v=1.16.1&c=exam&u=ada&p=${password}&id=${asset}&bitRate=64&bitRate=256`;
  const variants = (await text(address)).split('\n').filter((line) => /^[^#]/.test(line));
  assert.equal(variants.length, 2);
  const { stdout, stderr } = await run('ffmpeg', ['-v', 'error', '-i', address, '-f', 's16le', '-ac', '2', '-'], { encoding: 'buffer', maxBuffer: 1 << 28 });
  assert.equal(stderr.toString(), '');
  assert.ok(Math.abs(stdout.length / 4 / kRate - seconds) < 0.1, `${stdout.length / 4 / kRate} s of ${seconds}`);
  return variants.every((line) => tokenOf(line));
}

async function logsOf(home) {
  const folder = path.join(home, 'log');
  return (await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8')))).join('');
}

test('protected: refused without a token, played with one, renewed, remembered', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-protected-'));
  try {
    await withPlatform(
      async (platform) => {
        const { gateway } = platform;
        const files = [];
        for (const [i, seconds] of [90, 2, 2].entries()) {
          const signal = noise({ seed: 40 + i, frames: kRate * seconds, rate: kRate });
          files.push(await writeFlac(folder, `song-${i}`, signal, { title: `Song ${i}`, album: i > 0 ? 'Pair' : 'Long', artist: 'Exam', track: `${i + 1}` }));
        }
        const lines = await platform.ingest(files);
        const ingested = files.map((file) => lines.find((line) => line.file === file));
        const [long, ...pair] = ingested.map((line) => line.asset);

        // What is handed out plays as it is: by ingest, by the API, by search.
        assert.ok(ingested.every((line) => tokenOf(line.hls) && tokenOf(line.dash)));
        assert.equal(await bytes(await segmentOf(ingested[0].hls)), 206);
        assert.equal(await bytes(await segmentOf(gateway + (await assetAt(gateway, long)).hls)), 206);
        const hit = JSON.parse(await text(`${gateway}/api/v1/search?q=Song`)).tracks.hits[0];
        assert.equal(await bytes(await segmentOf(gateway + hit.hls)), 206);
        const token = await refuses(platform, long, pair[0]);

        // An album as one presentation: of the catalog, over media that has a token for each track.
        const albums = JSON.parse(await text(`${gateway}/api/v1/albums`)).albums;
        const list = albums.find((album) => album.title === 'Pair').id;
        assert.equal(await bytes(await segmentOf(`${gateway}/v/playlist/${list}/master.m3u8`)), 206);
        const mpd = await text(`${gateway}/v/playlist/${list}/manifest.mpd`);
        assert.match(mpd, /<BaseURL>\.\.\/\.\.\/\.\.\/t\/s1\.[^<]*<\/BaseURL>/);

        // By OpenSubsonic, too: the variants carry the token that the login brought.
        await platform.segue('user', 'add', 'ada', '--json');
        const [{ password }] = await platform.segue('user', 'app-password', 'ada', '--create', '--json');
        assert.equal(await playsByRest(gateway, pair[0], password, 2), true);

        // An operator brings it onto the edge without a token, and the log has none.
        const [brought] = await platform.segue('edge', 'preposition', '--everywhere', '--json', `/v/${pair[1]}/master.m3u8`);
        assert.equal(brought.failed, 0);

        const played = await withBrowser(async (context) => {
          const page = await context.newPage();
          await page.goto(`${gateway}/#playlist=${list}`);
          await page.waitForFunction(() => document.documentElement.dataset.playback === 'ended');
          await page.close();
          return inParallel(engines, engines.length, (engine) => outlives(context, gateway, { engine, asset: long }));
        });
        for (const one of played) if (one.error) throw one.error;

        // Keys rotate while all runs: tokens of the old one are refused, new ones are handed out.
        await platform.say('token', '--new-key', 'next');
        await platform.say('token', '--drop-key', 'media');
        await becomes(403, () => status(`${gateway}/t/${token}/v/${long}/master.m3u8`));
        await becomes(200, async () => status(gateway + (await assetAt(gateway, long)).hls));

        await platform.say('down');
        await platform.say('up');
        assert.equal(await status(`${gateway}/v/${long}/master.m3u8`), 401);
        await platform.say('up', '--open');
        assert.equal(await status(`${gateway}/v/${long}/master.m3u8`), 200);
        assert.equal((await assetAt(gateway, long)).hls, `/v/${long}/master.m3u8`);
        assert.equal(await playsByRest(gateway, pair[0], password, 2), false);
        const logs = await logsOf(platform.home);
        assert.ok(!logs.includes(token.split('.').pop()), 'a token stands in a log');
      },
      { up: ['--protected'], env: { SEGUE_TOKEN_LIFE: `${kLife}s` } },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
