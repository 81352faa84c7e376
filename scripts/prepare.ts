/**
 * Makes the repository ready to run: builds when the sources are not those of the last build, and finds an Electron.
 * Prints the folder of that Electron on stdout, for ELECTRON_OVERRIDE_DIST_PATH.
 */
import { resolve } from 'node:path';
import { buildIfNeeded } from './build.ts';
import { command, say } from './command.ts';
import { findElectronRuntime } from './electron-runtime.ts';

const repository = resolve(import.meta.dirname, '..');

await command(async () => {
  await buildIfNeeded({ repository, say });
  const { dist } = await findElectronRuntime({ repository, env: process.env, say });
  process.stdout.write(`${dist}\n`);
});
