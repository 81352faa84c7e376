import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const repository = resolve(import.meta.dirname, '..');

/**
 * Build the business's desk.
 *
 * @param folder where its files go; whatever is there goes first.
 */
export async function buildDesk(folder: string): Promise<void> {
  const vite = join(repository, 'node_modules', 'vite', 'bin', 'vite.js');
  // The other loaders write beside the configuration, where who runs the tests may not write.
  const args = [
    vite,
    'build',
    '--config',
    'desk.vite.config.ts',
    '--configLoader',
    'native',
    '--outDir',
    folder,
    '--logLevel',
    'warn',
  ];
  // The same page, whoever builds it: under a test's NODE_ENV it would be the developers' React.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, args, { cwd: repository, env });
}
