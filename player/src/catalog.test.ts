// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { absence } from './catalog';

test.each([
  [undefined, 'The library cannot be reached. Is this device online?'],
  [503, 'The library is not available at the moment.'],
  [404, 'The library is not here any more.'],
  [403, 'The library is not open to you.'],
  [429, 'The library was asked for too often. Wait a moment.'],
  [418, 'The library could not be read: the server answered 418.'],
])('an answer of %s', (status, text) => expect(absence('The library', status)).toBe(text));
