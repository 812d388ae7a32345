// SPDX-License-Identifier: Apache-2.0
// The engines to choose from; each is loaded when it is chosen.
import type { OpenEngine } from './engine';

export const kEngines = {
  'hls.js': { label: 'hls.js', protocol: 'hls', open: () => import('./hls') },
  'dash.js': { label: 'dash.js', protocol: 'dash', open: () => import('./dash') },
  'shaka-hls': { label: 'Shaka · HLS', protocol: 'hls', open: () => import('./shaka') },
  'shaka-dash': { label: 'Shaka · DASH', protocol: 'dash', open: () => import('./shaka') },
} as const satisfies Record<string, { label: string; protocol: 'hls' | 'dash'; open: () => Promise<{ open: OpenEngine }> }>;

export type EngineName = keyof typeof kEngines;

export const isEngineName = (name: string | null | undefined): name is EngineName => name != null && name in kEngines;
