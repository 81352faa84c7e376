/**
 * Runs the end-to-end tests on a screen of their own: `npm run e2e -- [Playwright's arguments]`. For root they run as an
 * unprivileged user (scripts/as-user), because Chromium's sandbox has to be on.
 */
import { join, resolve } from 'node:path';
import { buildIfNeeded } from './build.ts';
import { runToEnd } from './child.ts';
import { command, say } from './command.ts';
import { findElectronRuntime } from './electron-runtime.ts';
import { startScreen } from './screen.ts';

const repository = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);

await command(process.getuid?.() === 0 ? asUser : play);

async function asUser(): Promise<number> {
  const again = [join(import.meta.dirname, 'as-user'), process.execPath, import.meta.filename, ...args];
  return runToEnd(again, await prepared());
}

async function play(): Promise<number> {
  const runtime = process.env['ELECTRON_OVERRIDE_DIST_PATH'] === undefined ? await prepared() : {};
  const screen = process.platform === 'linux' ? await startScreen() : undefined;
  try {
    const playwright = join(repository, 'node_modules', '@playwright', 'test', 'cli.js');
    return await runToEnd([process.execPath, playwright, 'test', ...args], { ...runtime, ...screen?.env });
  } finally {
    await screen?.stop();
  }
}

async function prepared(): Promise<Record<string, string>> {
  await buildIfNeeded({ repository, say });
  const { dist } = await findElectronRuntime({ repository, env: process.env, say });
  return { ELECTRON_OVERRIDE_DIST_PATH: dist };
}
