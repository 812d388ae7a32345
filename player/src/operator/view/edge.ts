// SPDX-License-Identifier: Apache-2.0
// The cards that the edge's metrics fill.
import { byId, h, setText } from '../../dom';
import { bytes, count, counted, duration, percent } from '../format';
import { purgeLag } from '../purge_lag';
import type { History } from '../history';
import { type Bucket, growth, histogram, labelsOf, quantile, type Sample } from '../metrics';
import { draw } from '../sparkline';
import { setFacts } from './facts';

const kMinute = 60_000;
const svgOf = (id: string) => document.getElementById(id) as unknown as SVGSVGElement;

function lastMinutes(span: number): string {
  const minutes = Math.round(span / kMinute);
  return minutes === 1 ? 'last minute' : `last ${minutes} minutes`;
}

export function showTraffic(history: History): void {
  const points = history.points();
  const now = history.last?.at ?? 0;
  const latest = points.at(-1);
  setText(byId('requests-now'), count(latest?.requests));
  setText(byId('bytes-now'), latest ? `${bytes(latest.bytes)}/s` : '–');
  draw(
    svgOf('traffic'),
    [
      { values: points.map(({ at, requests }) => ({ at, value: requests })), kind: 'first', label: (top) => `${count(top)} requests/s` },
      { values: points.map((point) => ({ at: point.at, value: point.bytes })), kind: 'second', label: (top) => `${bytes(top)}/s` },
    ],
    now,
    history.span,
  );
  const said = [...points].reverse();
  setText(byId('hits-now'), percent(said.find((point) => point.hits !== undefined)?.hits));
  setText(byId('hit-bytes-now'), percent(said.find((point) => point.hitBytes !== undefined)?.hitBytes));
  draw(
    svgOf('ratio'),
    [
      { values: points.map(({ at, hits }) => ({ at, value: hits })), kind: 'first', top: 1, label: () => '100 %' },
      { values: points.map(({ at, hitBytes }) => ({ at, value: hitBytes })), kind: 'second', top: 1, label: () => lastMinutes(history.span) },
    ],
    now,
    history.span,
  );
}

// Two lines under each, the number and its unit: else as many as fit, which is not as many for all.
function bucketName({ upTo }: Bucket, before: Bucket | undefined): string {
  return (upTo === Infinity ? `>${duration(before?.upTo)}` : duration(upTo)).replace(' ', '\n');
}

export function showOrigin(history: History): void {
  const [from, to] = [history.ago(kMinute), history.last];
  if (!from || !to) return;
  const buckets = histogram(from, to, 'segue_edge_origin_seconds');
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  setText(byId('origin-median'), duration(quantile(buckets, 0.5)));
  setText(byId('origin-slow'), duration(quantile(buckets, 0.95)));
  byId('origin').replaceChildren(
    ...buckets.map((bucket, i) => {
      const bar = h('span', { class: 'bar', title: counted(bucket.count, 'answer') });
      bar.style.height = `${(bucket.count / most) * 100}%`;
      return h('div', {}, h('div', { class: 'column' }, bar), h('span', {}, bucketName(bucket, buckets[i - 1])));
    }),
  );
  showAnswers(from, to);
}

function showAnswers(from: Sample, to: Sample): void {
  const byStatus = [...to.values.keys()]
    .filter((name) => name.startsWith('segue_edge_responses_total{'))
    .map((name) => ({ status: labelsOf(name).status ?? '', answers: growth(from, to, name) }))
    .filter(({ answers }) => answers > 0)
    .sort((a, b) => b.answers - a.answers);
  const facts = byStatus.slice(0, 6).map(({ status, answers }): [string, string, string?] => [status, count(answers), status >= '500' ? 'bad' : undefined]);
  setFacts(byId('answers'), [
    ...(facts.length > 0 ? facts : [['none', '0'] as [string, string]]),
    ['joined another’s fetch', count(growth(from, to, 'segue_edge_collapsed_total'))],
    ['stale', count(growth(from, to, 'segue_edge_stale_total'))],
    ['without an answer', count(growth(from, to, 'segue_edge_errors_total')), growth(from, to, 'segue_edge_errors_total') > 0 ? 'bad' : undefined],
  ]);
}

export function showCache(history: History): void {
  const { last } = history;
  if (!last) return;
  const value = (name: string) => last.values.get(`segue_edge_${name}`) ?? 0;
  const limit = value('bytes_limit');
  setText(byId('cache-bytes'), bytes(value('bytes')));
  setText(byId('cache-limit'), `of ${bytes(limit)}`);
  byId('cache-meter').style.width = `${limit > 0 ? Math.min(100, (value('bytes') / limit) * 100) : 0}%`;
  setFacts(byId('cache'), [
    ['objects', count(value('objects'))],
    ['stored', count(value('stored_total'))],
    ['evicted', count(value('evicted_total'))],
    ['not admitted', count(value('not_admitted_total'))],
    ['from origins', bytes(value('origin_bytes_total'))],
  ]);
}

export function showPurges(history: History): void {
  const { last } = history;
  if (!last) return;
  const lag = purgeLag(last.values);
  const missed = last.values.get('segue_edge_purges_missed_total') ?? 0;
  setText(byId('purge-lag'), lag.text);
  byId('purge-lag').classList.toggle('bad', lag.isBad);
  setFacts(byId('purges'), [
    ['applied', count(last.values.get('segue_edge_purged_total') ?? 0)],
    [missed === 1 ? 'time that some may be missing' : 'times that some may be missing', count(missed), missed > 0 ? 'bad' : undefined],
  ]);
}
