// SPDX-License-Identifier: Apache-2.0
import { byId, h } from '../../dom';
import { clock } from '../../format';
import type { IngestState } from '../feed';
import { setFacts } from './facts';

type Running = NonNullable<IngestState['running']>[number];

function job({ file = '', seconds_done = 0, seconds_total = 0, speed = 0 }: Running): HTMLElement {
  const part = seconds_total > 0 ? Math.min(1, seconds_done / seconds_total) : 0;
  const bar = h('span', {});
  bar.style.width = `${part * 100}%`;
  const left = speed > 0 && seconds_total > 0 ? `, ${clock((seconds_total - seconds_done) / speed)} left` : '';
  return h(
    'div',
    { class: 'job' },
    h('p', { title: file }, file.split('/').at(-1) ?? '', h('span', {}, `${Math.round(part * 100)} %${speed > 0 ? `, ${speed.toFixed(1)}×` : ''}${left}`)),
    h('div', { class: 'meter' }, bar),
  );
}

export function showIngest(ingest: IngestState | null): void {
  const place = byId('ingest');
  if (!ingest) {
    place.replaceChildren(h('p', { class: 'nothing' }, 'The ingest worker says nothing.'));
    return;
  }
  const facts = h('dl', { class: 'facts row' });
  const failed = ingest.failed ?? 0;
  setFacts(facts, [
    ['waiting', String(ingest.queued ?? 0)],
    ['published', String(ingest.published ?? 0)],
    ['unchanged', String(ingest.unchanged ?? 0)],
    ['failed', String(failed), failed > 0 ? 'bad' : undefined],
  ]);
  // The newest come first; an error names its file.
  const errors = (ingest.errors ?? []).slice(0, 3).map(({ error }) => h('p', { class: 'failure' }, error));
  const running = ingest.running ?? [];
  const idle = running.length === 0 ? [h('p', { class: 'nothing' }, 'Nothing is being made.')] : running.map(job);
  place.replaceChildren(facts, ...idle, ...errors);
}
