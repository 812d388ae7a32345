// SPDX-License-Identifier: Apache-2.0
// Since when each part of the board is old. A part is fresh from an answer until a question fails.
export type Part = 'metrics' | 'status';

export class Freshness {
  private readonly heard = new Map<Part, number>(); // ms, of the last answer
  private readonly silent = new Set<Part>();

  answered(part: Part, at: number): void {
    this.heard.set(part, at);
    this.silent.delete(part);
  }
  failed(part: Part): void {
    this.silent.add(part);
  }
  isOld(part: Part): boolean {
    return this.silent.has(part);
  }

  // What the head of the page says; `clock` tells a time of day.
  text(clock: (at: number) => string): string {
    if (this.silent.size === 0) return this.heard.has('metrics') ? 'live' : 'connecting';
    const times = [...this.silent].map((part) => this.heard.get(part));
    const known = times.filter((at): at is number => at !== undefined);
    if (known.length === 0) return 'no answer';
    const what = this.silent.size === 2 || this.heard.size < 2 ? 'numbers' : 'grey numbers';
    return `no answer, ${what} of ${clock(Math.min(...known))}`;
  }
}
