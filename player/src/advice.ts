// SPDX-License-Identifier: Apache-2.0
// What went wrong, and what the listener can do about it, in one or two sentences.
import type { PlaybackFailure } from './engines/engine';

const where = (failure: PlaybackFailure) => (failure.address ? new URL(failure.address, 'http://localhost/').pathname : 'the stream');

export function adviceFor(failure: PlaybackFailure): string {
  const said = `(${failure.engine}: ${failure.detail})`;
  switch (failure.cause) {
    case 'network':
      if (failure.status === 404) return `${where(failure)} is gone: it was removed or published anew. Reload the page to get the current list. ${said}`;
      if (failure.status === 401 || failure.status === 403) return `The server does not allow ${where(failure)}. Sign in again, then press play. ${said}`;
      if (failure.status) return `The server answered ${failure.status} for ${where(failure)}. Press play to try again; "segue status" tells which service is ill. ${said}`;
      return `No answer for ${where(failure)}. Check the connection, then press play to go on from here. ${said}`;
    case 'manifest':
      return `The manifest could not be read. Choose another player, or ingest the file again. ${said}`;
    case 'media':
      return `This browser could not decode the stream. Choose another codec or player above. ${said}`;
    case 'unsupported':
      return `This browser has no Media Source Extensions, which ${failure.engine} needs. Use a current Firefox, Chromium or Safari.`;
    default:
      return `Playback stopped. Press play to try again, or choose another player. ${said}`;
  }
}
