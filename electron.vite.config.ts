import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import { dictionaries } from './main/adapters/spelling-hunspell.ts';
import { spellingEngine } from './scripts/spelling-engine.ts';

/** CommonJS, because an ES module as main does not start on the oldest Electron we support. */
const commonjs = {
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs',
} as const;

/**
 * The policy stands in index.html and holds in every build. Only the dev server goes without it: hot reloading needs an
 * inline script and a socket.
 */
const withoutPolicyInDev: Plugin = {
  name: 'without-policy-in-dev',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ''),
};

/** The dictionaries as they are, each with its licence beside it: data of their own, read by a process of their own. */
const withDictionaries: Plugin = {
  name: 'with-dictionaries',
  generateBundle() {
    for (const name of dictionaries)
      for (const [part, ending] of [
        ['index.aff', 'aff'],
        ['index.dic', 'dic'],
        ['license', 'license.txt'],
      ] as const)
        this.emitFile({
          type: 'asset',
          fileName: `dictionaries/${name}.${ending}`,
          source: readFileSync(resolve(`node_modules/dictionary-${name}`, part)),
        });
  },
};

export default defineConfig({
  main: {
    plugins: [withDictionaries],
    resolve: { alias: spellingEngine },
    build: {
      target: 'node18',
      outDir: 'out/main',
      minify: true,
      // `dependencies` are the native modules (keytar, the SQLite binding): they stay outside, everything else is bundled.
      externalizeDeps: true,
      rolldownOptions: {
        input: {
          start: resolve('main/start.ts'),
          vault: resolve('main/adapters/vault-process.ts'),
          store: resolve('store/entry.ts'),
          erase: resolve('main/erase-thread.ts'),
          spelling: resolve('main/adapters/spelling-process.ts'),
        },
        output: commonjs,
      },
    },
  },
  preload: {
    build: {
      target: 'node18',
      outDir: 'out/preload',
      minify: true,
      rolldownOptions: { input: { preload: resolve('preload/preload.ts') }, output: commonjs },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react(), withoutPolicyInDev],
    build: {
      target: 'chrome114',
      outDir: 'out/renderer',
      minify: true,
      // Inlined assets and the preload helper would need `data:` and inline script.
      assetsInlineLimit: 0,
      modulePreload: false,
      // In kilobytes. The page comes from the disk.
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: { input: resolve('renderer/index.html') },
    },
  },
});
