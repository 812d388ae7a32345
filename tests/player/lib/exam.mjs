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

// What broke off tells nothing of our streams: on a machine too busy to decode or render in time there is exact silence inside, a stall
// though all is buffered, a player that gives up at the end (record.html), or whole render quanta of 128 frames are missing or too many
// (seen once in some hundred sittings beside builds: 1,024 frames of Opus, in which nothing is that long).
const kQuantum = 128;
export function brokeOff({ stalls = 0, pauses = [], jumps = [], abandoned = false }) {
  return abandoned || stalls > 0 || pauses.length > 0 || (jumps.length > 0 && jumps.every(({ by }) => by % kQuantum === 0));
}

// Records and compares with the programme. `gapsByFormat`: what stands at its joins is no sign of a busy machine.
export async function examine(context, web, name, { programme, gapsByFormat = false, ...sitting }) {
  const told = await record(context, web, name, { rate: programme.rate, channels: programme.channels, ...sitting });
  const heard = { ...told, ...compare(programme, told.samples) };
  return { ...heard, brokeOff: brokeOff(gapsByFormat ? { ...heard, pauses: [], jumps: [] } : heard) };
}

// Runs work(item) for all items, at most `atOnce` at the same time; results in the items' order, an error in place of a result. Then those
// that broke off once more, each alone: what our streams do to a player, they do every time.
export async function inParallel(items, atOnce, work) {
  const results = new Array(items.length);
  const run = async (i) => (results[i] = await work(items[i]).catch((error) => ({ error })));
  let next = 0;
  const lane = async () => {
    while (next < items.length) await run(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  for (let left = kTries; left > 0; left--) for (const i of items.keys()) if (results[i].brokeOff) await run(i);
  return results;
}
