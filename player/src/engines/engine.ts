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
