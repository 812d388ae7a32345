// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bytes, counted, duration, percent } from './format';
import { History, pointOf } from './history';
import { growth, histogram, labelsOf, parseMetrics, quantile } from './metrics';
import { purgeLag } from './purge_lag';
import { scopeText } from './scope';
import { areaOf, pathOf } from './sparkline';

const kFirst = parseMetrics(
  `# HELP segue_edge_hits_total answers
# TYPE segue_edge_hits_total counter
segue_edge_hits_total 10
segue_edge_misses_total 10
segue_edge_sent_bytes_total 1000
segue_edge_hit_bytes_total 500
segue_edge_origin_seconds_bucket{le="0.010"} 1
segue_edge_origin_seconds_bucket{le="0.100"} 1
segue_edge_origin_seconds_bucket{le="+Inf"} 1
nonsense
`,
  0,
);
const kSecond = parseMetrics(
  `segue_edge_hits_total 25
segue_edge_misses_total 15
segue_edge_sent_bytes_total 5000
segue_edge_hit_bytes_total 3500
segue_edge_origin_seconds_bucket{le="0.010"} 1
segue_edge_origin_seconds_bucket{le="0.100"} 5
segue_edge_origin_seconds_bucket{le="+Inf"} 5
`,
  2000,
);

test('text becomes values, labels become names', () => {
  expect(kFirst.values.get('segue_edge_hits_total')).toBe(10);
  expect(kFirst.values.has('nonsense')).toBe(false);
  expect(labelsOf('m{a="1",b="x y"}')).toEqual({ a: '1', b: 'x y' });
});

test('rates and ratios between two samples', () => {
  expect(pointOf(kFirst, kSecond)).toEqual({ at: 2000, requests: 10, bytes: 2000, hits: 0.75, hitBytes: 0.75 });
  expect(pointOf(kSecond, { ...kSecond, at: 4000 })).toEqual({ at: 4000, requests: 0, bytes: 0, hits: undefined, hitBytes: undefined });
  expect(growth(kSecond, kFirst, 'segue_edge_hits_total')).toBe(10); // started anew
});

test('a histogram tells its quantiles', () => {
  const buckets = histogram(kFirst, kSecond, 'segue_edge_origin_seconds');
  expect(buckets).toEqual([
    { upTo: 0.01, count: 0 },
    { upTo: 0.1, count: 4 },
    { upTo: Infinity, count: 0 },
  ]);
  expect(quantile(buckets, 0.5)).toBeCloseTo(0.055);
  expect(quantile([], 0.5)).toBeUndefined();
  expect(quantile([{ upTo: 1, count: 0 }, { upTo: Infinity, count: 3 }], 0.5)).toBe(1);
});

test('a history keeps five minutes', () => {
  const history = new History();
  expect(history.ago(60_000)).toBeUndefined();
  for (let at = 0; at <= 400_000; at += 2000) history.add({ at, values: new Map() });
  expect(history.points()).toHaveLength(150);
  expect(history.ago(60_000)?.at).toBe(340_000);
  expect(history.last?.at).toBe(400_000);
});

test('a line with a gap is two stretches', () => {
  const path = pathOf(
    [
      { at: 0, value: 0 },
      { at: 1000, value: 10 },
      { at: 2000, value: undefined },
      { at: 3000, value: 5 },
      { at: 4000, value: 5 },
    ],
    4000,
    300_000,
    10,
  );
  expect(path).toBe('M592.0 148.0L594.0 6.0M598.0 77.0L600.0 77.0');
  expect(areaOf(path)).toBe('M592.0 148.0L594.0 6.0L594.0 150L592.0 150ZM598.0 77.0L600.0 77.0L600.0 150L598.0 150Z');
});

test.each([
  [0.0006, '0.6 ms'],
  [0.005, '5 ms'],
  [0.0123, '12 ms'],
  [0.821, '821 ms'],
  [1, '1 s'],
  [1.54, '1.5 s'],
  [undefined, '–'],
])('duration(%d) is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

test.each([
  [0, '0 B'],
  [872_000, '872 kB'],
  [21_474_836_480, '21.5 GB'],
])('bytes(%d) is %s', (value, text) => expect(bytes(value)).toBe(text));

test.each([
  [0.476, '47.6 %'],
  [0.9987, '99.87 %'],
  [1, '100 %'],
  [undefined, '–'],
])('percent(%d) is %s', (part, text) => expect(percent(part)).toBe(text));

test.each([
  [0, '0 answers'],
  [1, '1 answer'],
  [2, '2 answers'],
])('counted(%d) is %s', (value, text) => expect(counted(value, 'answer')).toBe(text));

test.each<[Record<string, number>, string, boolean]>([
  [{ purged_total: 0, purge_lag_seconds: 30 }, '–', false],
  [{}, '–', false],
  [{ purged_total: 3, purge_lag_seconds: 0.5 }, '500 ms', false],
  [{ purged_total: 3, purge_lag_seconds: 30 }, '30 s', true],
  [{ purged_total: 0, purges_missed_total: 1, purge_lag_seconds: 30 }, '30 s', true],
  [{ purged_total: 3 }, 'no log', true],
])('the lag of purges in %j is %s', (values, text, isBad) => {
  expect(purgeLag(new Map(Object.entries(values).map(([name, value]) => [`segue_edge_${name}`, value])))).toEqual({ text, isBad });
});

test.each([
  [null, 'this machine’s edge'],
  [0, 'this machine’s edge'],
  [1, 'this machine’s edge'],
  [3, 'this machine’s edge, one of 3'],
])('of %s edges the graphs show one, and say which', (edges, text) => {
  expect(scopeText(edges)).toBe(text);
});
