import { resolve } from 'node:path';

const engine = (name: string): string => resolve('node_modules', name, 'dist/cjs/index.js');

/**
 * Which form of the spelling engine is bundled: its ES modules call namespaces, which no ES module can be called as. For a
 * build that runs in the repository's folder.
 */
export const spellingEngine = {
  'hunspell-asm': engine('hunspell-asm'),
  'emscripten-wasm-loader': engine('emscripten-wasm-loader'),
};
