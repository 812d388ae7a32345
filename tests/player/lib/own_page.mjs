// SPDX-License-Identifier: Apache-2.0
// Our own page, driven as a listener does and recorded: every sample that its media element gave out.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compare } from './compare.mjs';
import { brokeOff } from './exam.mjs';

const worklet = await readFile(fileURLToPath(new URL('../page/recorder_worklet.js', import.meta.url)), 'utf8');

// The page's own policy forbids what the recorder needs: a script from somewhere else.
export const kForRecorder = { bypassCSP: true };

// Inside the page: records the media element from now on.
async function startRecording({ rate, worklet }) {
  const context = new AudioContext({ sampleRate: rate, latencyHint: 'playback' });
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
  const options = { numberOfOutputs: 0, channelCount: 2, channelCountMode: 'explicit', channelInterpretation: 'discrete', processorOptions: { channels: 2 } };
  const node = new AudioWorkletNode(context, 'recorder', options);
  window.blocks = [];
  node.port.onmessage = (event) => window.blocks.push(event.data);
  context.createMediaElementSource(document.getElementById('media')).connect(node);
  await context.resume();
}

// Inside the page: everything recorded so far, as text that crosses to the test.
async function takeRecording() {
  const want = window.blocks.length + 3;
  while (window.blocks.length < want) await new Promise((resolve) => setTimeout(resolve, 20));
  const bytes = new Uint8Array(await new Blob(window.blocks).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

async function open(context, gateway) {
  const page = await context.newPage();
  await page.goto(`${gateway}/`);
  await page.waitForSelector('#library [data-asset]');
  return page;
}

const kPatience = 120_000; // ms; on a loaded machine an audio context may stand still, and is asked again by itself

async function hear(page, { engine, codec, what, programme }) {
  await page.evaluate(startRecording, { rate: programme.rate, worklet });
  await page.evaluate((hash) => (location.hash = hash), `${what}&player=${engine}&codec=${codec}`);
  await page.waitForFunction(() => ['ended', 'failed'].includes(document.documentElement.dataset.playback));
  const bytes = Buffer.from(await page.evaluate(takeRecording), 'base64');
  const heard = compare(programme, new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
  const stalls = await page.textContent('#stalls-now');
  return { ...heard, stalls, failure: await page.textContent('#failure'), brokeOff: brokeOff({ ...heard, stalls: stalls === 'none' ? 0 : 1 }) };
}

// Opens what an address names ("asset=…", "playlist=…") and hears it to the end.
export async function listen(context, gateway, job) {
  const page = await open(context, gateway);
  let timer;
  try {
    const tired = new Promise((resolve) => (timer = setTimeout(resolve, kPatience, { failure: 'stood still', brokeOff: true })));
    return await Promise.race([hear(page, job), tired]);
  } finally {
    clearTimeout(timer);
    await page.close();
  }
}

// Inside the page: the levels to choose from, worst first.
const levelsShown = () =>
  [...document.getElementById('quality').options]
    .filter((option) => option.value !== '')
    .map(({ value, textContent }) => ({ value, text: textContent, kbps: Number(/([\d.]+) kbit/.exec(textContent)?.[1]) }))
    .sort((a, b) => a.kbps - b.kbps);

// Opens an asset and takes the best level by hand, then the worst: tells what was asked for after each choice until a segment of
// `wanted` ([best, worst], ids of renditions) came, and what the page showed in the end.
export async function takeLevels(context, gateway, { engine, asset, wanted }) {
  const page = await open(context, gateway);
  try {
    await page.evaluate((hash) => (location.hash = hash), `asset=${asset}&player=${engine}`);
    await page.waitForFunction(() => document.getElementById('quality').options.length > 2 && document.getElementById('media').currentTime > 0.5);
    const chosen = [];
    for (const [i, rendition] of wanted.entries()) {
      const { value, text } = (await page.evaluate(levelsShown)).at(i - 1);
      const asked = page.waitForRequest((request) => request.url().includes(`/${rendition}/`) && request.url().endsWith('.m4s'));
      await page.selectOption('#quality', value);
      await asked;
      await page.waitForFunction((shown) => document.getElementById('level-now').textContent === shown, text);
      chosen.push({ text, kept: await page.inputValue('#quality') === value });
    }
    await page.waitForFunction(() => parseFloat(document.getElementById('buffer-now').textContent) > 0);
    const shown = (id) => page.textContent(`#${id}`);
    return { chosen, buffer: await shown('buffer-now'), throughput: await shown('throughput-now'), failure: await shown('failure') };
  } finally {
    await page.close();
  }
}
