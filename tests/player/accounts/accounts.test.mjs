// SPDX-License-Identifier: Apache-2.0
// A platform that lets no guests in: the page says so, the link of `segue user setup` makes the first account in it, and whoever is signed
// in sees and plays what is theirs; whoever signs out leaves nothing on the page.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { withBrowser } from '../lib/chromium.mjs';
import { writeFlac } from '../lib/content.mjs';
import { withPlatform } from '../lib/platform.mjs';
import { noise } from '../lib/signal.mjs';

test('guests none: set up, signed in, signed out', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-accounts-'));
  try {
    await withPlatform(async (platform) => {
      const song = await writeFlac(folder, 'song', noise({ seed: 5, frames: 96000, rate: 48000 }), { title: 'Mine alone' });
      const [{ asset }] = await platform.ingest([song]);
      await platform.segue('user', 'guests', 'none', '--json');
      const [{ url }] = await platform.segue('user', 'setup', '--json');
      await withBrowser(async (context) => {
        const page = await context.newPage();
        page.setDefaultTimeout(60_000);
        await page.goto(`${platform.gateway}/`);
        await page.getByText('Sign in to see what is here.').waitFor();
        assert.equal(await page.locator('#library [data-asset]').count(), 0);

        await page.goto(url);
        await page.locator('dialog input[name=user]').fill('ada');
        await page.locator('dialog input[name=password]').fill('long enough');
        await page.locator('dialog button').click();
        await page.locator('dialog').waitFor({ state: 'detached' });
        await page.locator(`#tracks [data-asset="${asset}"]`).waitFor();
        assert.equal(new URL(page.url()).hash, '');
        assert.equal(await page.locator('#notice').isVisible(), false);

        await page.locator(`#tracks [data-asset="${asset}"] .row`).click();
        await page.waitForFunction(() => document.getElementById('media').currentTime > 0);

        await page.getByText('Sign out').click();
        await page.getByText('Sign in to see what is here.').waitFor();
        assert.equal(await page.locator('#tracks [data-asset]').count(), 0);

        // The code is spent.
        await page.goto('about:blank');
        await page.goto(url);
        await page.locator('dialog input[name=user]').fill('eve');
        await page.locator('dialog input[name=password]').fill('long enough');
        await page.locator('dialog button').click();
        await page.getByText('This link is spent or a day old').waitFor();
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
