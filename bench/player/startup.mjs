// SPDX-License-Identifier: Apache-2.0
// Start-up: from a player's load call to its first `playing`, ours from a warm edge against FFmpeg's own packaging behind plain nginx, in
// turn, in one run; on bare loopback and through a line of 1.5 Mbit/s with a round trip of 60 ms.
//   node bench/player/startup.mjs [--rounds 7] [--only audio|video] [--line bare|slow] [--requests] [FILM MUSIC]
// FILM: a file with picture and sound, MUSIC: lossless; without them, 24 s of a test picture and 40 s of the music of Debian's Wesnoth
// package. Prints a table of medians in milliseconds (smallest to largest), and the requests of the last round with --requests.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { withBrowser } from '../../tests/player/lib/chromium.mjs';
import { withPlainNginx } from '../../tests/player/lib/plain_nginx.mjs';
import { withPlatform } from '../../tests/player/lib/platform.mjs';
import { startWebServer } from '../../tests/player/lib/web_server.mjs';
import { packageAudio, packageVideo } from './ffmpeg_peer.mjs';
import { makeSlowLink } from './slow_link.mjs';
import { makeSources } from './sources.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' }, only: { type: 'string' }, line: { type: 'string' }, requests: { type: 'boolean', default: false } },
});
const protocols = { 'hls.js': 'hls', 'hls.js, prompt': 'hls', 'dash.js': 'dash', 'shaka-hls': 'hls', 'shaka-dash': 'dash' };
const manifests = { hls: 'master.m3u8', dash: 'manifest.mpd' };
const kSlow = { rate: 1_500_000, roundTripMs: 60 };

async function warm(address) {
  for (const name of Object.values(manifests)) await fetch(`${address}/${name}`);
}

async function prepare(platform, folder) {
  const contents = [];
  const [film, music] = positionals.length === 2 ? positionals : await makeSources(folder);
  if (options.only !== 'video') {
    const [{ asset }] = await platform.ingest([music]);
    for (const codec of ['aac', 'opus', 'flac']) {
      await packageAudio(music, codec, path.join(folder, codec));
      contents.push({ name: `audio, ${codec}`, ours: `/v/${asset}`, query: `?codecs=${codec}`, theirs: `/${codec}` });
    }
  }
  if (options.only !== 'audio') {
    const [{ asset }] = await platform.ingest([film]);
    await packageVideo(film, path.join(folder, 'video'));
    contents.push({ name: 'video', ours: `/v/${asset}`, query: '', theirs: '/video' });
    contents.push({ name: 'video, their sound apart', ours: `/v/${asset}`, query: '', theirs: '/video-apart', only: 'hls' });
  }
  return contents;
}

async function measure(context, web, job) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  try {
    await page.goto(`${web.url}/start.html`);
    await page.waitForFunction('window.ready');
    return await page.evaluate((j) => window.start(j), job);
  } finally {
    await page.close();
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const spread = (values) => `${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))}`;

async function runTable(context, web, contents, line, ours, theirs) {
  console.log(`\n${line}\n| content | player | ours ms | FFmpeg + nginx ms | ratio |\n|---|---|---|---|---|`);
  for (const content of contents) {
    for (const [player, protocol] of Object.entries(protocols)) {
      if (content.only && content.only !== protocol) continue;
      const addresses = {
        ours: `${ours}${content.ours}/${manifests[protocol]}${content.query}`,
        theirs: `${theirs}${content.theirs}/${protocol}/${manifests[protocol]}`,
      };
      const times = { ours: [], theirs: [] };
      const last = {};
      // The first round only warms: the edge's cache, the file cache, the player's compiled code.
      for (let round = 0; round <= Number(options.rounds); round++) {
        for (const side of round % 2 ? ['ours', 'theirs'] : ['theirs', 'ours']) {
          last[side] = await measure(context, web, { player, url: addresses[side] }).catch((error) => ({ milliseconds: Number.NaN, error: error.message.split('\n')[0] }));
          if (round > 0) times[side].push(last[side].milliseconds);
        }
      }
      const [a, b] = [median(times.ours), median(times.theirs)];
      console.log(`| ${content.name} | ${player} | ${Math.round(a)} (${spread(times.ours)}) | ${Math.round(b)} (${spread(times.theirs)}) | ${(a / b).toFixed(2)} |`);
      for (const side of ['ours', 'theirs']) {
        if (last[side].error) console.log(`  ${side}: ${last[side].error}`);
        else if (options.requests) console.log(`  ${side}: ${last[side].requests.map((r) => `${r.name} ${r.from}-${r.to}`).join(', ')}`);
      }
    }
  }
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-startup-'));
const web = await startWebServer({});
try {
  await withPlatform(async (platform) => {
    const contents = await prepare(platform, folder);
    for (const content of contents) await warm(`${platform.edge}${content.ours}`);
    await withPlainNginx(folder, (peer) =>
      withBrowser(async (context) => {
        if (options.line !== 'slow') await runTable(context, web, contents, 'bare loopback', platform.edge, peer);
        if (options.line === 'bare') return;
        const link = await makeSlowLink({ ...kSlow, targets: [platform.edge, peer] });
        await runTable(context, web, contents, '1.5 Mbit/s, 60 ms', ...link.addresses);
        link.close();
      }),
    );
  });
} finally {
  await web.close();
  await rm(folder, { recursive: true, force: true });
}
