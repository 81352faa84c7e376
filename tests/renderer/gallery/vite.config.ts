import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

// The renderer as it is shipped, its policy included, with the stage loaded before it. `npx vite --config <this file>`
// serves it for looking at: /renderer/index.html?scene=short

const repository = resolve(import.meta.dirname, '../../..');

const stageFirst: Plugin = {
  name: 'stage-first',
  transformIndexHtml: {
    order: 'pre',
    handler: (html, { server }) => {
      const staged = html
        .replace('<script', '<script type="module" src="../tests/renderer/gallery/stage.ts"></script><script')
        // What stands in for the scheme of attachments; pictures may come from there anyway.
        .replace('media-src att:', 'media-src att: blob:');
      // Hot reloading needs an inline script and a socket.
      return server === undefined
        ? staged
        : staged.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, '');
    },
  },
};

/** A language more than is shipped, to see the other direction: see `pseudo-language.ts`. */
const moreLanguages: Plugin = {
  name: 'more-languages',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source === './catalogues.ts' && importer?.endsWith('renderer/strings/strings.ts') === true
      ? resolve(import.meta.dirname, 'pseudo-language.ts')
      : null,
};

export default defineConfig({
  root: repository,
  base: './',
  publicDir: false,
  logLevel: 'warn',
  plugins: [stageFirst, moreLanguages, react()],
  build: {
    target: 'chrome114',
    modulePreload: false,
    assetsInlineLimit: 0,
    emptyOutDir: true,
    // As in the app's own build: nothing is fetched over a network.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: { input: resolve(repository, 'renderer/index.html') },
  },
});
