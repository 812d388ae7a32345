// SPDX-License-Identifier: Apache-2.0
// Where the tests find what the web application already depends on: the players and playwright-core live in
// player/node_modules once, pinned there; nothing is installed a second time for the tests.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const playerModules = path.join(repository, 'player/node_modules');
export const playerRequire = createRequire(path.join(repository, 'player/package.json'));

// The players as their authors ship them, by the names that exam pages use.
export const playerScripts = {
  'hls.js': path.join(playerModules, 'hls.js/dist/hls.min.js'),
  'dash.js': path.join(playerModules, 'dashjs/dist/modern/umd/dash.all.min.js'),
  'shaka.js': path.join(playerModules, 'shaka-player/dist/shaka-player.compiled.js'),
};

// One module of our own page's engines, `name` without .ts, as a browser takes it: for modules that import types only.
export async function engineScript(name) {
  const source = await readFile(path.join(repository, 'player/src/engines', `${path.basename(name, '.js')}.ts`), 'utf8');
  return (await playerRequire('esbuild').transform(source, { loader: 'ts', target: 'es2022' })).code;
}
