// SPDX-License-Identifier: Apache-2.0
// Whose figures the graphs show: the API asks the edge of its own machine, and no other. Health and purges tell of all edges.

// `edges`: how many are known edges, this one among them; null: Redis does not say.
export function scopeText(edges: number | null): string {
  return edges !== null && edges > 1 ? `this machine’s edge, one of ${edges}` : 'this machine’s edge';
}
