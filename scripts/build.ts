import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildDesk } from './build-desk.ts';
import { command, say } from './command.ts';

const run = promisify(execFile);

/** All that goes into `out/`. The lockfile stands for the packages that are bundled. */
const sources = [
  '{contract,main,store,preload,renderer,desk}/**/*.*',
  'electron.vite.config.ts',
  'desk.vite.config.ts',
  'tsconfig*.json',
  'package-lock.json',
];

type Build = { readonly repository: string; readonly say: (sentence: string) => void };

/**
 * Build the app, unless `out/` was made from exactly these sources.
 *
 * @returns whether it was built now.
 * @throws Error with the bundler's own words.
 */
export async function buildIfNeeded({ repository, say }: Build): Promise<boolean> {
  const stamp = join(repository, 'out', '.built-from');
  const wanted = fingerprint(repository);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false;
  say('Building the app.');
  const bundler = join(repository, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  try {
    await run(process.execPath, [bundler, 'build', '--logLevel', 'warn'], { cwd: repository });
    await buildDesk(join(repository, 'out', 'desk'));
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The build failed.\n${stdout}${stderr}`);
  }
  writeFileSync(stamp, wanted);
  return true;
}

function fingerprint(repository: string): string {
  const hash = createHash('sha256');
  for (const name of globSync(sources, { cwd: repository }).sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(repository, name)));
  }
  return hash.digest('hex');
}

if (import.meta.main) {
  await command(async () => {
    await buildIfNeeded({ repository: join(import.meta.dirname, '..'), say });
  });
}
