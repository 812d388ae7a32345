// SPDX-License-Identifier: Apache-2.0
// What is measured while something plays: the time from load to sound, stalls, the buffer ahead, and each media request's rate.
// Independent of the player library: the media element and the browser's resource timing tell it all.

export interface Reading {
  at: number; // performance.now()
  value: number;
}

const kKeepMs = 60_000;
const kEveryMs = 250;
const kMediaRequest = /\.(m4s|mp4|cmfa|cmfv)(\?|$)/;
// A response from the browser's cache, or too small to say anything about the network.
const kLeastBytes = 2_000;

export function bufferAhead(media: HTMLMediaElement): number {
  const { buffered, currentTime } = media;
  for (let i = 0; i < buffered.length; i++) {
    if (buffered.start(i) <= currentTime + 0.1 && currentTime < buffered.end(i)) return buffered.end(i) - currentTime;
  }
  return 0;
}

export class Meter {
  readonly buffer: Reading[] = [];
  readonly requests: Reading[] = []; // bits a second, at the response's end
  startupMs: number | undefined;
  stalls = 0;
  stalledMs = 0;
  bytes = 0;
  requestCount = 0;
  private loadedAt = 0;
  private stalledAt: number | undefined;

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly onReading: () => void,
  ) {
    media.addEventListener('playing', () => this.playing());
    media.addEventListener('waiting', () => this.waiting());
    media.addEventListener('seeking', () => (this.stalledAt = undefined));
    setInterval(() => this.read(), kEveryMs);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.request(entry as PerformanceResourceTiming);
    }).observe({ type: 'resource', buffered: false });
  }

  // A new load call begins now.
  begin(): void {
    this.loadedAt = performance.now();
    this.startupMs = this.stalledAt = undefined;
    this.stalls = this.stalledMs = this.bytes = this.requestCount = 0;
    this.buffer.length = this.requests.length = 0;
  }

  private playing(): void {
    const now = performance.now();
    this.startupMs ??= now - this.loadedAt;
    if (this.stalledAt !== undefined) this.stalledMs += now - this.stalledAt;
    this.stalledAt = undefined;
  }

  private waiting(): void {
    if (this.startupMs === undefined || this.media.seeking || this.media.ended) return;
    this.stalls++;
    this.stalledAt = performance.now();
  }

  private request(entry: PerformanceResourceTiming): void {
    if (!kMediaRequest.test(entry.name)) return;
    const bytes = entry.encodedBodySize;
    this.requestCount++;
    this.bytes += bytes;
    const seconds = (entry.responseEnd - entry.requestStart) / 1000;
    if (bytes >= kLeastBytes && seconds > 0) this.requests.push({ at: entry.responseEnd, value: (bytes * 8) / seconds });
  }

  private read(): void {
    const now = performance.now();
    this.buffer.push({ at: now, value: bufferAhead(this.media) });
    for (const series of [this.buffer, this.requests]) {
      while (series.length > 0 && series[0].at < now - kKeepMs) series.shift();
    }
    this.onReading();
  }
}
