// SPDX-License-Identifier: Apache-2.0
// The operator's page of a running platform: it shows what was really asked for, and its health; from elsewhere it wants a token.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { withBrowser } from '../lib/chromium.mjs';
import { writeFlac } from '../lib/content.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { noise } from '../lib/signal.mjs';
import { repository } from '../lib/toolchain.mjs';

const run = promisify(execFile);
const segue = process.env.SEGUE ?? path.join(repository, 'segue');
const kSong = noise({ seed: 71, frames: 48000 * 3, rate: 48000 });
const kShots = process.env.OPERATOR_SHOTS; // a folder for screenshots, when somebody wants to look

async function shoot(page, name) {
  if (!kShots) return;
  await mkdir(kShots, { recursive: true });
  await page.screenshot({ path: path.join(kShots, `${name}.png`), fullPage: true });
}

// Asks for every address of the media playlists, `times` times.
async function listen(gateway, asset, times) {
  const master = new URL(`/v/${asset}/master.m3u8`, gateway);
  const lines = async (address) => (await (await fetch(address)).text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const playlists = await lines(master);
  let requests = times;
  for (let i = 0; i < times; i++) {
    for (const playlist of i === 0 ? playlists : playlists.slice(0, 1)) {
      const address = new URL(playlist, master);
      const segments = await lines(address);
      for (const segment of segments) await (await fetch(new URL(segment, address))).arrayBuffer();
      requests += 1 + segments.length;
    }
    if (i > 0) await fetch(master);
  }
  return requests;
}

const text = (page, id) => page.textContent(`#${id}`);
const facts = (page, id) => page.$$eval(`#${id} div`, (rows) => Object.fromEntries(rows.map((row) => [row.children[0].textContent, row.children[1].textContent])));

test('the page shows a running platform', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-operator-'));
  try {
    const file = await writeFlac(folder, 'noise', kSong, { title: 'White Noise' });
    await withPlatform(async ({ gateway, home, ingest }) => {
      const [published] = await ingest([file]);
      assert.equal(published.state, 'published');
      await withBrowser(async (context) => {
        const page = await context.newPage();
        const complaints = [];
        page.on('pageerror', (error) => complaints.push(String(error)));
        await page.setViewportSize({ width: 1360, height: 900 });
        await page.goto(`${gateway}/operator`);
        await page.waitForFunction(() => document.getElementById('state').dataset.state === 'live');
        const requests = await listen(gateway, published.asset, 6);
        // The table of the most asked for has all of them, by name.
        await page.waitForFunction((wanted) => Number(document.querySelector('#top td')?.textContent) >= wanted, requests);
        await page.waitForFunction(() => document.querySelector('#top th[scope=row]').textContent.startsWith('White Noise'));
        await page.waitForFunction(() => Number(document.querySelector('#answers dd')?.textContent) > 0);
        await page.waitForFunction(() => document.querySelectorAll('#traffic path.first[d^=M]').length === 1);
        assert.match(await text(page, 'hits-now'), /^\d+(\.\d+)? %$/);
        assert.equal((await facts(page, 'ingest dl')).published, '1');
        assert.match(await text(page, 'cache-bytes'), /[kM]B$/);
        const health = await page.$$eval('#health li', (rows) => rows.map((row) => [row.children[0].textContent, row.className]));
        for (const service of ['redis', 'ingest', 'origin', 'catalog', 'edge', 'operator', 'gateway', 'follows purges']) {
          assert.ok(health.some(([name, mood]) => name === service && mood === 'good'), `${service}: ${JSON.stringify(health)}`);
        }
        await shoot(page, 'desktop');
        await page.setViewportSize({ width: 390, height: 844 });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than a phone');
        await shoot(page, 'phone');

        // An outage of the API: what is shown is grey, and says of when it is; then it lives again.
        const outage = (route) => route.fulfill({ status: 503, body: '' });
        await context.route('**/api/v1/operator/**', outage);
        await page.waitForFunction(() => document.querySelectorAll('#board [data-old]').length === document.querySelectorAll('#board > section').length);
        assert.equal(await page.getAttribute('#state', 'data-state'), 'lost');
        assert.match(await text(page, 'state'), /^no answer, numbers of \d/);
        await shoot(page, 'outage');
        await context.unroute('**/api/v1/operator/**', outage);
        await page.waitForFunction(() => document.getElementById('state').textContent === 'live' && !document.querySelector('[data-old]'));

        // By another name of this machine: a token is wanted, and enough.
        const env = { ...process.env, SEGUE_HOME: home };
        await run(segue, ['token', '--new-key', 'ops', '--algorithm', 'EdDSA'], { env });
        const token = (await run(segue, ['token', '--api', 'edge:read', '--subject', 'test'], { env })).stdout.trim();
        await context.route('**/api/v1/operator/**', (route) => route.continue({ headers: { ...route.request().headers(), 'x-forwarded-for': '203.0.113.7' } }));
        await page.reload();
        await page.waitForSelector('#sign-in:not([hidden])');
        await shoot(page, 'sign-in');
        await page.fill('#token', token);
        await page.click('#sign-in button');
        await page.waitForFunction(() => document.getElementById('state').dataset.state === 'live');
        assert.ok(await page.isVisible('#board'));
        assert.deepEqual(complaints, []);
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
