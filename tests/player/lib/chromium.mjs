// SPDX-License-Identifier: Apache-2.0
// One headless Chromium for a test: Debian's own, with a fresh profile that is removed afterwards, and no traffic of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { playerRequire } from './toolchain.mjs';

const { chromium } = playerRequire('playwright-core');

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  // Pages that are measured in parallel must not be slowed down for being in the background.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

// Runs `use(context)` (`options`: further ones of Playwright's) in a browser that is closed and cleaned away whatever happens.
// Playwright mutes audio by default; muted, Chromium plays into a null sink all the same, but the recording would be silent.
export async function withBrowser(use, options = {}) {
  const profile = await mkdtemp(path.join(os.tmpdir(), 'segue-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: flags,
    ignoreDefaultArgs: ['--mute-audio'],
    ...options,
  });
  // Pages wait for events, however long a busy machine takes; ctest ends what lasts for ever.
  context.setDefaultTimeout(0);
  context.setDefaultNavigationTimeout(0);
  try {
    return await use(context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
