// SPDX-License-Identifier: Apache-2.0
// Prometheus' text format, as far as an edge prints it: one value a line, labels as one text.

export interface Sample {
  at: number; // ms
  values: Map<string, number>; // 'segue_edge_hits_total', 'segue_edge_responses_total{status="200"}'
}

export function parseMetrics(text: string, at: number): Sample {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ');
    if (space <= 0 || line.startsWith('#')) continue;
    const value = Number(line.slice(space + 1));
    if (Number.isFinite(value)) values.set(line.slice(0, space), value);
  }
  return { at, values };
}

export function labelsOf(name: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, label, value] of name.matchAll(/(\w+)="([^"]*)"/g)) labels[label] = value;
  return labels;
}

// How much a counter grew between two samples. An edge that was started anew counts from nothing.
export function growth(from: Sample, to: Sample, name: string): number {
  const [before, after] = [from.values.get(name) ?? 0, to.values.get(name) ?? 0];
  return after >= before ? after - before : after;
}

export function sumOf(from: Sample, to: Sample, names: string[]): number {
  return names.reduce((sum, name) => sum + growth(from, to, name), 0);
}

export interface Bucket {
  upTo: number; // s; Infinity: the last
  count: number; // in this bucket alone
}

export function histogram(from: Sample, to: Sample, name: string): Bucket[] {
  const found: Bucket[] = [];
  for (const key of to.values.keys()) {
    if (!key.startsWith(`${name}_bucket{`)) continue;
    const { le } = labelsOf(key);
    found.push({ upTo: le === '+Inf' ? Infinity : Number(le), count: growth(from, to, key) });
  }
  found.sort((a, b) => a.upTo - b.upTo);
  for (let i = found.length - 1; i > 0; i--) found[i].count -= found[i - 1].count;
  return found;
}

// The bound below which that part of all lies, interpolated within its bucket. undefined: nothing was counted.
export function quantile(buckets: Bucket[], part: number): number | undefined {
  const all = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  if (all === 0) return undefined;
  let below = 0;
  let lower = 0;
  for (const { upTo, count } of buckets) {
    if (count > 0 && below + count >= part * all) return upTo === Infinity ? lower : lower + ((part * all - below) / count) * (upTo - lower);
    below += count;
    if (upTo !== Infinity) lower = upTo;
  }
  return lower;
}
