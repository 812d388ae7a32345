// SPDX-License-Identifier: Apache-2.0
// What was recorded against what should be heard. A recording is: silence, the programme, silence. Recorded frame r and programme frame s
// belong together where their surroundings correlate best; r - s is the offset there. Constant offset: nothing lost, nothing inserted.
//   head   samples heard before the programme's first (positive), or of the programme lost before the first heard (negative)
//   jumps  changes of the offset inside: [{at (programme frame), by}]
//   tail   samples heard after the programme's last (positive), or missing (negative)
//   lost   places that resemble nothing of the programme: something else was heard there
//   strange  places that are not, sample for sample, what a decoder makes of one of the renditions (at a switch: of two of them)
//   pauses stretches of exact silence inside what was heard

const kWindow = 1024; // frames correlated at each place: long enough to be unique, short enough to tell where a jump is
const kAlike = 0.7; // correlation above which a place is recognised
const kCertain = 0.9; // above which its place is beyond doubt
const kReach = 4800; // how far a jump is looked for, frames
const kSame = 2 ** -11; // two decoders' float arithmetic differ by less; other content by far more

function mono(interleaved, channels) {
  const out = new Float32Array(interleaved.length / channels);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    // Channels count differently, so that the sum of a swapped pair is another signal.
    for (let c = 0; c < channels; c++) sum += interleaved[i * channels + c] * (1 - 0.4 * c);
    out[i] = sum;
  }
  return out;
}

function correlation(a, i, b, j) {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < kWindow; k++) {
    const x = a[i + k];
    const y = b[j + k];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb + 1e-20);
}

// The offset near `guess` at which programme frames [s, s + kWindow) are found in the recording, in the rendition that fits best. Only where
// nothing is recognised close to the guess, everything within reach is tried.
function offsetAt(renditions, recorded, s, guess) {
  const best = { offset: guess, score: -1 };
  const tryAt = (offset) => {
    if (s + offset < 0 || s + offset + kWindow > recorded.length) return;
    for (const rendition of renditions) {
      const score = correlation(rendition, s, recorded, s + offset);
      if (score > best.score) Object.assign(best, { offset, score });
    }
  };
  tryAt(guess);
  for (let d = 1; d <= 4; d++) [guess - d, guess + d].forEach(tryAt);
  if (best.score > kAlike) return best;
  // Beside the true place others are nearly as good: a certain one is not the end before its neighbours were tried.
  for (let d = 5; d <= kReach && !(best.score > kCertain && d > Math.abs(best.offset - guess) + 4); d++) [guess - d, guess + d].forEach(tryAt);
  return best;
}

const isSilent = (recording, frame, channels) => {
  for (let c = 0; c < channels; c++) if (recording[frame * channels + c] !== 0) return false;
  return true;
};

// [first, last] frame that is not silent; undefined when all is.
function soundIn(recording, channels) {
  const total = recording.length / channels;
  let first = 0;
  while (first < total && isSilent(recording, first, channels)) first++;
  let last = total - 1;
  while (last > first && isSilent(recording, last, channels)) last--;
  return first < total ? [first, last] : undefined;
}

// programme: {renditions: what each rendition decodes to [Float32Array, interleaved], channels, frames}; recording: Float32Array alike.
export function compare({ renditions, channels, frames }, recording) {
  const sound = soundIn(recording, channels);
  if (!sound) return { silent: true };
  const [first, last] = sound;
  const asMono = renditions.map((samples) => mono(samples, channels));
  const heard = mono(recording, channels);
  const places = [];
  let guess = first;
  for (let s = 0; s + kWindow <= frames; s += kWindow) {
    const found = offsetAt(asMono, heard, s, guess);
    places.push({ s, ...found });
    if (found.score > kAlike) guess = found.offset;
  }
  // A place in the middle of a switch resembles both sides a little; what is certain tells whether anything moved.
  const certain = places.filter((p) => p.score > kCertain);
  const sure = certain.length > 0 ? certain : places.filter((p) => p.score > kAlike);
  if (sure.length === 0) return { unrecognised: true, first, heard: last + 1 - first };
  const jumps = [];
  for (let i = 1; i < sure.length; i++) {
    if (sure[i].offset !== sure[i - 1].offset) jumps.push({ at: sure[i].s, by: sure[i].offset - sure[i - 1].offset });
  }
  return {
    first,
    head: sure[0].offset - first,
    jumps,
    tail: last + 1 - (sure[sure.length - 1].offset + frames),
    lost: places.filter((p) => p.score <= kAlike).map((p) => p.s),
    strange: places.filter((p) => !renditions.some((r) => isSame(r, p.s, recording, p.s + p.offset, channels))).map((p) => p.s),
    pauses: pausesIn(recording, channels, first, last),
  };
}

function isSame(a, i, b, j, channels) {
  for (let k = 0; k < kWindow * channels; k++) {
    if (Math.abs(a[i * channels + k] - b[j * channels + k]) > kSame) return false;
  }
  return true;
}

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

// Chromium makes 16-bit samples into floats with two scales, 1/32768 below zero and 1/32767 above, so that both ends are reached. Each of
// the 65536 values has its own float: this gives the value back, or NaN for a float that is none of them.
function int16Of(float) {
  const value = float * (float < 0 ? 32768 : 32767);
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1 / 256 ? whole : Number.NaN;
}

// Frames of a recording that are not bit for bit the 16-bit source's, from recorded frame `first` on.
export function differing({ samples, channels }, recording, first) {
  let count = 0;
  for (let i = 0; i < samples.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      if (int16Of(recording[first * channels + i + c]) !== samples[i + c]) {
        count++;
        break;
      }
    }
  }
  return count;
}
