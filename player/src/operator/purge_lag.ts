// SPDX-License-Identifier: Apache-2.0
// How far an edge is behind the log of purges. Where nothing was ever purged there is nothing to be behind of; that Redis is away is told under Health.
import { duration } from './format';

const kMostSeconds = 2; // above it Redis does not answer (docs/edge.md)

export function purgeLag(values: ReadonlyMap<string, number>): { text: string; isBad: boolean } {
  const seen = (values.get('segue_edge_purged_total') ?? 0) + (values.get('segue_edge_purges_missed_total') ?? 0);
  if (seen === 0) return { text: '–', isBad: false };
  const lag = values.get('segue_edge_purge_lag_seconds');
  return lag === undefined ? { text: 'no log', isBad: true } : { text: duration(lag), isBad: lag > kMostSeconds };
}
