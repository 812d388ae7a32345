// SPDX-License-Identifier: Apache-2.0
// Lossy codecs pad the last frame of a programme; no player cuts that padding. We do: before anything is appended to an audio
// SourceBuffer, its append window is narrowed to the programme's exact end, whichever player does the appending.
// Of a playlist each track has a window of its own, from its true start to the next one's: what an encoder puts before and behind a track is
// heard nowhere.
// (Chromium cuts a frame that ends beyond the window to the sample; measured in tests/player/gapless.)
import type { AssetDetail, Period, Rendition } from './catalog';

const kCodecs: [RegExp, string][] = [
  [/^mp4a\.40/i, 'aac'],
  [/^opus$/i, 'opus'],
  [/^flac$/i, 'flac'],
  [/^alac$/i, 'alac'],
];

// The name that asset.json uses for the codec of `audio/mp4; codecs="mp4a.40.2"`; undefined for anything else than one audio codec.
export function audioCodecOf(mime: string): string | undefined {
  const found = /^audio\/mp4\s*;\s*codecs="?([^",]+)"?$/i.exec(mime.trim());
  return found ? kCodecs.find(([pattern]) => pattern.test(found[1].trim()))?.[1] : undefined;
}

// Seconds of media time at which the programme of these renditions ends. Opus' pre-skip is dropped by the decoder without moving
// time, so its media time runs on for that long; an edit list (AAC) moves time instead.
export function programmeEnd(rendition: Rendition): number {
  const lead = rendition.codec === 'opus' ? rendition.lead_in : 0;
  return (rendition.duration + lead) / rendition.timescale;
}

export function endsByCodec(detail: AssetDetail): Map<string, number> {
  const ends = new Map<string, number>();
  for (const rendition of detail.renditions) if (rendition.audio) ends.set(rendition.codec, programmeEnd(rendition));
  return ends;
}

// The window of what is appended with this offset; undefined when it belongs to none of the periods.
export function windowAt(periods: Period[], codec: string, offset: number): { start: number; end: number } | undefined {
  const kNear = 0.1; // seconds: players round
  const period = periods.find((p) => codec in p.shifts && Math.abs(p.shifts[codec] - offset) < kNear);
  if (!period) return undefined;
  const lead = period.leads[codec] ?? 0;
  // What plays first begins with its own lead-in, which the decoder drops.
  return { start: period.start === 0 ? 0 : period.start + lead, end: period.end + lead };
}

let ends = new Map<string, number>();
let periods: Period[] = [];
const codecs = new WeakMap<SourceBuffer, string | undefined>();

// From the next append on. An empty map cuts nothing.
export function cutEndsAt(wanted: Map<string, number>): void {
  ends = wanted;
  periods = [];
}
export function cutPeriods(wanted: Period[]): void {
  ends = new Map();
  periods = wanted;
}

// Once, before any player is loaded.
export function watchSourceBuffers(): void {
  const sources = [globalThis.MediaSource, (globalThis as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource];
  for (const source of sources.filter((s) => s !== undefined)) {
    const add = source.prototype.addSourceBuffer;
    source.prototype.addSourceBuffer = function (mime: string) {
      const buffer = add.call(this, mime);
      codecs.set(buffer, audioCodecOf(mime));
      return buffer;
    };
  }
  const { appendBuffer, changeType } = SourceBuffer.prototype;
  SourceBuffer.prototype.changeType = function (mime: string) {
    changeType.call(this, mime);
    codecs.set(this, audioCodecOf(mime));
  };
  SourceBuffer.prototype.appendBuffer = function (data: BufferSource) {
    const codec = codecs.get(this) ?? '';
    const joined = windowAt(periods, codec, this.timestampOffset);
    if (joined) {
      this.appendWindowEnd = Number.POSITIVE_INFINITY; // the start must stay before the end meanwhile
      this.appendWindowStart = joined.start;
      this.appendWindowEnd = joined.end;
    }
    const end = ends.get(codec);
    if (end !== undefined && this.appendWindowEnd > end) this.appendWindowEnd = end;
    appendBuffer.call(this, data);
  };
}
