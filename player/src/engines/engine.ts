// SPDX-License-Identifier: Apache-2.0
// The one face that hls.js, dash.js and Shaka Player have for this page. An engine plays one address into one media element
// and is thrown away with it; levels are in order of their bit rate.
import type { Language } from '../language';

export interface Level {
  bps: number;
  codec: string; // as the manifest spells it
  height?: number;
}

// The languages of sound, or of subtitles: each once, none while nothing is known.
export interface Languages {
  all(): Language[];
  chosen(): Language | undefined; // undefined: no subtitles
  choose(language: Language | undefined): void; // one of all(); sound has always one
}

export interface Engine {
  levels(): Level[];
  // The level that is loaded now, and whether the player may choose by itself.
  level(): number | undefined;
  isAutomatic(): boolean;
  // Takes a level from the next segment on; undefined gives the choice back to the player.
  force(level: number | undefined): void;
  readonly sound: Languages;
  readonly subtitles: Languages; // none are shown before one is chosen
  // The player's own estimate, bits a second.
  throughput(): number | undefined;
  destroy(): Promise<void> | void;
}

export interface EngineEvents {
  onChange: () => void; // levels, languages, or what of them is in use have changed
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
