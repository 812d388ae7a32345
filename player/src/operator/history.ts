// SPDX-License-Identifier: Apache-2.0
// The last five minutes of samples, and what is drawn from them.
import { growth, type Sample, sumOf } from './metrics';

export const kSpanMs = 300_000;

const kLeastSpanMs = 60_000;

const kEdge = 'segue_edge_';
const kServed = ['hits_total', 'stale_total', 'misses_total', 'passes_total'].map((name) => kEdge + name);

export interface Point {
  at: number;
  requests: number; // a second
  bytes: number; // a second
  hits?: number; // part of requests; undefined: there were none
  hitBytes?: number; // part of bytes
}

export class History {
  private readonly samples: Sample[] = [];

  add(sample: Sample): void {
    this.samples.push(sample);
    while (this.samples.length > 2 && sample.at - this.samples[0].at > kSpanMs) this.samples.shift();
  }

  get last(): Sample | undefined {
    return this.samples.at(-1);
  }

  // What a graph shows: all there is, at least a minute.
  get span(): number {
    const { last } = this;
    return last ? Math.min(kSpanMs, Math.max(kLeastSpanMs, last.at - this.samples[0].at)) : kSpanMs;
  }

  // The sample of about that long ago, at most the oldest; undefined before there are two.
  ago(ms: number): Sample | undefined {
    const { last } = this;
    if (!last || this.samples.length < 2) return undefined;
    return this.samples.find((sample) => last.at - sample.at <= ms && sample !== last) ?? this.samples.at(-2);
  }

  points(): Point[] {
    const found: Point[] = [];
    for (let i = 1; i < this.samples.length; i++) found.push(pointOf(this.samples[i - 1], this.samples[i]));
    return found;
  }
}

export function pointOf(from: Sample, to: Sample): Point {
  const seconds = Math.max(0.001, (to.at - from.at) / 1000);
  const requests = sumOf(from, to, kServed);
  const bytes = growth(from, to, kEdge + 'sent_bytes_total');
  return {
    at: to.at,
    requests: requests / seconds,
    bytes: bytes / seconds,
    hits: requests > 0 ? growth(from, to, kEdge + 'hits_total') / requests : undefined,
    hitBytes: bytes > 0 ? Math.min(1, growth(from, to, kEdge + 'hit_bytes_total') / bytes) : undefined,
  };
}
