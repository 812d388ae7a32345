// SPDX-License-Identifier: Apache-2.0
// A film of two languages on our page: whatever player it uses, it names them, plays and shows what is chosen, and does so again on the next
// visit. A link to nothing says so.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { withBrowser } from '../lib/chromium.mjs';
import { writeFilmOfTwoLanguages } from '../lib/content.mjs';
import { withPlatform } from '../lib/platform.mjs';

const options = (page, id) => page.$$eval(`#${id} option`, (all) => all.map((one) => one.textContent));
const chosen = (page) => page.evaluate(() => ['sound-language', 'subtitles-language'].map((id) => document.getElementById(id).selectedOptions[0]?.textContent));

async function choose(page) {
  await page.waitForFunction(() => document.getElementById('media').currentTime > 0 && document.querySelectorAll('#subtitles-language option').length === 3);
  assert.deepEqual(await options(page, 'sound-language'), ['Deutsch', 'English']);
  assert.deepEqual(await options(page, 'subtitles-language'), ['Off', 'Deutsch', 'English']);
  assert.deepEqual(await chosen(page), ['Deutsch', 'Off']);
  const english = page.waitForRequest(/\/(aac|opus|flac)[^/]*-en\//);
  await page.selectOption('#sound-language', { label: 'English' });
  await english;
  await page.selectOption('#subtitles-language', { label: 'English' });
}

async function isHeeded(page) {
  await page.waitForFunction(() => ['sound-language', 'subtitles-language'].every((id) => document.getElementById(id).selectedOptions[0]?.textContent === 'English'));
  const shown = () => [...document.getElementById('media').textTracks].some((track) => track.mode === 'showing' && track.activeCues?.[0]?.text === 'en');
  await page.waitForFunction(shown);
}

test('languages are chosen, heard, shown and kept', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-languages-'));
  try {
    await withPlatform(async ({ gateway, ingest }) => {
      const [{ asset }] = await ingest([await writeFilmOfTwoLanguages(folder, 'film', 20)]);
      await withBrowser(async (context) => {
        const page = await context.newPage();
        page.setDefaultTimeout(60_000);
        const levels = {};
        for (const engine of ['hls.js', 'dash.js', 'shaka-hls', 'shaka-dash']) {
          await page.goto('about:blank');
          await page.goto(`${gateway}/#asset=${asset}&player=${engine}`);
          await choose(page);
          await isHeeded(page);
          levels[engine] = (await options(page, 'quality')).length;
          await page.reload();
          await isHeeded(page);
          await page.evaluate(() => ['sound-language', 'subtitles-language'].forEach((name) => localStorage.removeItem(name)));
        }
        assert.equal(levels['shaka-hls'], levels['hls.js'], 'a level is no level of each language');
        await page.evaluate(() => (location.hash = 'asset=unknown'));
        await page.getByText('What this link names is not here').waitFor();
        await page.getByText('Back to the library').click();
        await page.locator('#lost').waitFor({ state: 'hidden' });
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
