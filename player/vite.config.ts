// SPDX-License-Identifier: Apache-2.0
// The page starts from one small script; each player library is a chunk of its own that is fetched when it is chosen.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000, // kB: the player libraries are what they are, and lazy
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['index.html', 'operator.html'] },
  },
  test: { include: ['src/**/*.test.ts'] },
});
