// SPDX-License-Identifier: Apache-2.0
// A table of recordings, made by several pages of one browser at once: each plays an address through a player, in real time, and hands
// back every sample that the media element gave out.
import { compare } from './compare.mjs';

const kTries = 3;

// One sitting: {player, url, rate, channels, ...} as record.html takes it.
async function record(context, web, name, sitting) {
  const page = await context.newPage();
  try {
    await page.goto(`${web.url}/record.html`);
    await page.waitForFunction('window.ready');
    const told = await page.evaluate((job) => window.record(job), { ...sitting, upload: `${web.url}/upload/${name}` });
    const bytes = web.uploads.get(name);
    web.uploads.delete(name);
    return { ...told, samples: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) };
  } finally {
    await page.close();
  }
}

// Records and compares with the programme. On a machine too busy to decode or render in time the sound breaks off: exact silence inside, a
// stall though all is buffered, a player that gives up at the end (record.html). Nothing is known then, and the sitting is repeated; what
// our streams do to a player, they do every time.
export async function examine(context, web, name, { programme, ...sitting }) {
  for (let left = kTries; ; left--) {
    const told = await record(context, web, name, { rate: programme.rate, channels: programme.channels, ...sitting });
    const heard = compare(programme, told.samples);
    const brokenOff = told.abandoned || told.stalls > 0 || heard.pauses?.length > 0;
    if (!brokenOff || left === 1) return { ...told, ...heard };
  }
}

// Runs work(item) for all items, at most `atOnce` at the same time; results in the items' order, an error in place of a result.
export async function inParallel(items, atOnce, work) {
  const results = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]).catch((error) => ({ error }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}
