// SPDX-License-Identifier: Apache-2.0
import Hls, { Events, type InitPTSFoundData } from 'hls.js';
import { expect, test } from 'vitest';
import { promptAudio } from './prompt_start';

test('sound does not wait for the clock once the time stamp is known', () => {
  const calls: string[] = [];
  class Waiting {
    onInitPtsFound() {
      calls.push('found');
    }
    tickImmediate() {
      calls.push('tick');
    }
  }
  const controller = new (promptAudio(Waiting))();
  controller.onInitPtsFound(Events.INIT_PTS_FOUND, {} as InitPTSFoundData);
  expect(calls).toEqual(['found', 'tick']);
});

test("hls.js' own controller still has what is replaced", () => {
  const { prototype } = Hls.DefaultConfig.audioStreamController ?? expect.fail('no audio-stream controller');
  expect(prototype.onInitPtsFound).toBeTypeOf('function');
  expect(prototype.tickImmediate).toBeTypeOf('function');
});
