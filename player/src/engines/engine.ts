// SPDX-License-Identifier: Apache-2.0
// The one face that hls.js, dash.js and Shaka Player have for this page. An engine plays one address into one media element
// and is thrown away with it; levels are in order of their bit rate.

export interface Level {
  bps: number;
  codec: string; // as the manifest spells it
  height?: number;
}

export interface Engine {
  levels(): Level[];
  // The level that is loaded now, and whether the player may choose by itself.
  level(): number | undefined;
  isAutomatic(): boolean;
  // Takes a level from the next segment on; undefined gives the choice back to the player.
  force(level: number | undefined): void;
  // The player's own estimate, bits a second.
  throughput(): number | undefined;
  destroy(): Promise<void> | void;
}

export interface EngineEvents {
  onChange: () => void; // levels or the level in use have changed
  onFailure: (failure: PlaybackFailure) => void; // playback cannot go on
}

// What went wrong, in the field's own terms; advice.ts turns it into words for a person.
export interface PlaybackFailure {
  engine: string;
  cause: 'network' | 'media' | 'manifest' | 'unsupported' | 'other';
  detail: string;
  status?: number;
  address?: string;
}

export type OpenEngine = (media: HTMLVideoElement, address: string, events: EngineEvents) => Promise<Engine>;

export const kEngines = {
  'hls.js': { label: 'hls.js', protocol: 'hls', open: () => import('./hls') },
  'dash.js': { label: 'dash.js', protocol: 'dash', open: () => import('./dash') },
  'shaka-hls': { label: 'Shaka · HLS', protocol: 'hls', open: () => import('./shaka') },
  'shaka-dash': { label: 'Shaka · DASH', protocol: 'dash', open: () => import('./shaka') },
} as const satisfies Record<string, { label: string; protocol: 'hls' | 'dash'; open: () => Promise<{ open: OpenEngine }> }>;

export type EngineName = keyof typeof kEngines;

export const isEngineName = (name: string | null | undefined): name is EngineName => name != null && name in kEngines;
