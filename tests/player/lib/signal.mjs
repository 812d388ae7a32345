// SPDX-License-Identifier: Apache-2.0
// Test signals whose every stretch is recognisable: seeded noise, low-passed so that lossy codecs keep its waveform, with a slow swell
// so that no two places are equally loud. The first and last samples are far from zero: what is lost or padded there shows.
import { writeFile } from 'node:fs/promises';

function randomFrom(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 31 - 1;
  };
}

// Interleaved 16-bit samples; channels are independent so that a swap or a downmix shows as well.
export function noise({ seed, frames, channels = 2, rate }) {
  const samples = new Int16Array(frames * channels);
  for (let c = 0; c < channels; c++) {
    const random = randomFrom(seed * 7919 + c * 104729 + 1);
    let a = 0;
    let b = 0;
    for (let i = -64; i < frames; i++) {
      a += 0.35 * (random() - a);
      b += 0.35 * (a - b);
      if (i < 0) continue;
      const swell = 0.6 + 0.3 * Math.sin((2 * Math.PI * i) / (rate * 1.7));
      const value = Math.round(b * swell * 30000);
      samples[i * channels + c] = i === 0 || i === frames - 1 ? Math.sign(value || 1) * Math.max(Math.abs(value), 3000) : value;
    }
  }
  return { samples, frames, channels, rate };
}

export function join(signals) {
  const { channels, rate } = signals[0];
  const frames = signals.reduce((n, s) => n + s.frames, 0);
  const samples = new Int16Array(frames * channels);
  let at = 0;
  for (const s of signals) {
    samples.set(s.samples, at);
    at += s.samples.length;
  }
  return { samples, frames, channels, rate };
}

export async function writeWav(file, { samples, channels, rate }) {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  await writeFile(file, Buffer.concat([head, data]));
}
