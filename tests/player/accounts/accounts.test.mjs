// SPDX-License-Identifier: Apache-2.0
// A platform that lets no guests in: the page says so, the link of `segue user setup` makes the first account in it, an invitation another,
// and whoever is signed in sees, finds and plays what is theirs; whoever signs out leaves nothing on the page.
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

        // Found by the catalog, which forgives what the list on the page does not.
        await page.locator('#search').fill('mine aolne');
        await page.locator(`#tracks [data-asset="${asset}"]`).waitFor();
        await page.locator('#search').fill('nothing of this name');
        await page.getByText('Nothing found for').waitFor();
        await page.locator('#search').fill('');
        await page.locator(`#tracks [data-asset="${asset}"]`).waitFor();

        // Lists of one's own: one that plays as one presentation, and one that is too long for that.
        const [{ key }] = await platform.segue('user', 'api-key', 'ada', '--create', '--json');
        const made = async (name, tracks) => {
          const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
          const response = await fetch(`${platform.gateway}/api/v1/playlists`, { method: 'POST', headers, body: JSON.stringify({ name, tracks }) });
          assert.equal(response.status, 201);
          return (await response.json()).id;
        };
        const lists = [[await made('Evening', [asset]), 1], [await made('Everything', Array(1001).fill(asset)), 1001]];
        await page.reload();
        const state = (wanted) => page.waitForFunction((state) => document.documentElement.dataset.playback === state, wanted);
        for (const [list, rows] of lists) {
          await page.locator(`[data-list="${list}"]`).click();
          await page.locator('#open-list .rows li').nth(rows - 1).waitFor({ state: 'attached' });
          assert.equal(await page.locator('#open-list .rows li').count(), rows);
          await page.locator('#open-list .play-all').click();
          await state('playing');
          await page.locator('#open-list [aria-label="Back to the library"]').click();
          if (rows === 1) await state('ended');
        }

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

        // Whom the administrator invites.
        const [invitation] = await platform.segue('user', 'invitation', '--create', '--json');
        await page.goto('about:blank');
        await page.goto(invitation.url);
        await page.locator('dialog input[name=user]').fill('eve');
        await page.locator('dialog input[name=password]').fill('long enough');
        await page.locator('dialog button').click();
        await page.locator(`#tracks [data-asset="${asset}"]`).waitFor();
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
