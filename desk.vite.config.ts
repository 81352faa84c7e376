import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** The business's desk: a page of its own, which the service hands out under this path. */
export default defineConfig({
  root: 'desk',
  base: '/desk/',
  publicDir: false,
  plugins: [react()],
  build: {
    target: 'es2023',
    outDir: resolve('out/desk'),
    emptyOutDir: true,
    minify: true,
    // Inlined assets and the preload helper would need `data:` and inline script.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
