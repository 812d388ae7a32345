// SPDX-License-Identifier: Apache-2.0
// Services, edges that follow the log of purges, and origins of edges that balance.
import { byId, h } from '../../dom';
import type { PlatformStatus } from '../feed';
import { labelsOf, type Sample } from '../metrics';

function row(good: boolean, name: string, what: string): HTMLElement {
  return h('li', { class: good ? 'good' : 'bad' }, h('b', {}, name), h('span', {}, what));
}

// An edge's name is host:folder; the folder's end tells more than its start.
function shortName(edge: string): string {
  const colon = edge.indexOf(':');
  return colon < 0 ? edge : `${edge.slice(0, colon)} ${edge.slice(colon + 1).split('/').slice(-2).join('/')}`;
}

function restarts(times: number): string {
  return times === 0 ? '' : times === 1 ? ', restarted once' : `, restarted ${times} times`;
}

function spanOf(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

export function showHealth(status: PlatformStatus, last: Sample | undefined): void {
  const rows = status.services.map((one) => row(one.healthy, one.name, (one.healthy ? 'healthy' : one.detail || one.state) + restarts(one.restarts)));
  for (const edge of status.edges ?? []) rows.push(row(true, 'follows purges', shortName(edge)));
  for (const { name, seconds } of status.silent_edges) rows.push(row(false, 'follows purges', `${shortName(name)}, not heard of for ${spanOf(seconds)}`));
  if (!status.edges || status.edges.length === 0) rows.push(row(false, 'follows purges', status.edges ? 'no edge' : 'Redis does not say'));
  for (const [name, value] of last?.values ?? []) {
    if (name.startsWith('segue_edge_upstream_up{')) rows.push(row(value === 1, labelsOf(name).origin ?? '', value === 1 ? 'origin, in' : 'origin, out'));
  }
  byId('health').replaceChildren(...rows);
}
