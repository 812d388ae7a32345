// SPDX-License-Identifier: Apache-2.0
// The search box: every word of the query must begin some word of the entry; case and accents do not matter ("bjork" finds "Björk").
import type { Entry } from './catalog';

export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function words(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

export function matches(query: string, entry: Pick<Entry, 'title' | 'artists' | 'album'>): boolean {
  const asked = words(query);
  const offered = words([entry.title, ...entry.artists, entry.album].join(' '));
  return asked.every((word) => offered.some((candidate) => candidate.startsWith(word)));
}
