// SPDX-License-Identifier: Apache-2.0
// What was recorded against what the source holds. A recording is: silence, the programme, silence. Recorded frame r and source frame s
// belong together where their surroundings correlate best; r - s is the offset there. Constant offset: nothing lost, nothing inserted.
//   head  samples heard before the source's first (positive), or of the source lost before the first heard (negative)
//   jumps changes of the offset inside: [{at (source frame), by}]
//   tail  samples heard after the source's last (positive), or missing (negative)

const kWindow = 1024; // frames correlated at each place: long enough to be unique, short enough to tell where a jump is

function mono(interleaved, channels, scale) {
  const out = new Float32Array(interleaved.length / channels);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    // Channels count differently, so that the sum of a swapped pair is another signal.
    for (let c = 0; c < channels; c++) sum += interleaved[i * channels + c] * (1 - 0.4 * c);
    out[i] = sum * scale;
  }
  return out;
}

function correlation(a, i, b, j, n) {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < n; k++) {
    const x = a[i + k];
    const y = b[j + k];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb + 1e-20);
}

// The offset near `guess` at which source frames [s, s + kWindow) are found in the recording. A clear local peak at the guess is taken at
// once; only where the offset changed is everything within `reach` tried.
function offsetAt(source, recorded, s, guess, reach) {
  const scoreAt = (offset) => (s + offset < 0 || s + offset + kWindow > recorded.length ? -1 : correlation(source, s, recorded, s + offset, kWindow));
  const here = scoreAt(guess);
  if (here > 0.6 && [1, 2, 3].every((d) => scoreAt(guess - d) < here && scoreAt(guess + d) < here)) return { offset: guess, score: here };
  let best = { offset: guess, score: here };
  for (let offset = guess - reach; offset <= guess + reach; offset++) {
    const score = scoreAt(offset);
    if (score > best.score) best = { offset, score };
  }
  return best;
}

const isSilent = (recording, frame, channels) => {
  for (let c = 0; c < channels; c++) if (recording[frame * channels + c] !== 0) return false;
  return true;
};

// source: {samples: Int16Array, frames, channels}; recording: Float32Array, interleaved alike.
export function compare(source, recording) {
  const { channels, frames } = source;
  const total = recording.length / channels;
  let first = 0;
  while (first < total && isSilent(recording, first, channels)) first++;
  let last = total - 1;
  while (last > first && isSilent(recording, last, channels)) last--;
  if (first === total) return { silent: true };

  const a = mono(source.samples, channels, 1 / 32768);
  const b = mono(recording, channels, 1);
  const reach = 4800;
  const places = [];
  let guess = first;
  for (let s = 0; s + kWindow <= frames; s += kWindow) {
    const found = offsetAt(a, b, s, guess, reach);
    places.push({ s, ...found });
    if (found.score > 0.7) guess = found.offset;
  }
  const sure = places.filter((p) => p.score > 0.7);
  if (sure.length === 0) return { unrecognised: true, first, heard: last + 1 - first };
  const jumps = [];
  for (let i = 1; i < sure.length; i++) {
    if (sure[i].offset !== sure[i - 1].offset) jumps.push({ at: sure[i].s, by: sure[i].offset - sure[i - 1].offset });
  }
  return {
    head: sure[0].offset + 0 - first,
    jumps,
    tail: last + 1 - (sure[sure.length - 1].offset + frames),
    worst: Math.min(...places.map((p) => p.score)),
    lost: places.filter((p) => p.score <= 0.7).map((p) => p.s),
    different: differing(source, recording, sure[0].offset),
    pauses: pausesIn(recording, channels, first, last),
    first,
  };
}

// Frames that are not bit for bit the source's, at a constant offset.
function differing({ samples, frames, channels }, recording, offset) {
  let count = 0;
  for (let i = 0; i < frames; i++) {
    for (let c = 0; c < channels; c++) {
      if (recording[(i + offset) * channels + c] !== samples[i * channels + c] / 32768) {
        count++;
        break;
      }
    }
  }
  return count;
}

// Stretches of exact silence inside what was heard: the source has none, so the player stalled or the recorder was starved.
function pausesIn(recording, channels, first, last) {
  const pauses = [];
  let run = 0;
  for (let i = first; i <= last; i++) {
    if (isSilent(recording, i, channels)) run++;
    else {
      if (run >= 16) pauses.push({ at: i - run - first, frames: run });
      run = 0;
    }
  }
  return pauses;
}
