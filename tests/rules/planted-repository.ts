import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';

export const repository = resolve(import.meta.dirname, '../..');

/** A small file planted to see what the lint says of it. */
export interface Planted {
  /** Inside the repository. */
  readonly path: string;
  readonly code: string;
}

const Report = z.array(
  z.object({ filePath: z.string(), messages: z.array(z.object({ ruleId: z.string().nullable() })) }),
);

/**
 * Lint files in an otherwise empty repository that has our lint configuration and our rooms.
 *
 * @returns the rules each file breaks, by its path.
 */
export async function lintPlanted(files: readonly Planted[]): Promise<ReadonlyMap<string, string[]>> {
  const root = mkdtempSync(join(tmpdir(), 'onethread-rules-'));
  try {
    for (const name of ['eslint.config.js', 'rooms.js', 'tsconfig.base.json', 'package.json']) {
      copyFileSync(join(repository, name), join(root, name));
    }
    symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
    for (const { path, code } of files) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), code);
    }
    const report = Report.parse(JSON.parse(await eslint(root)));
    return new Map(
      report.map(({ filePath, messages }) => [
        relative(root, filePath),
        messages.map(({ ruleId }) => ruleId ?? 'does not parse'),
      ]),
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** ESLint's JSON report. It ends with 1 when it has objections, which is what we are here for. */
function eslint(cwd: string): Promise<string> {
  const command = join(repository, 'node_modules', 'eslint', 'bin', 'eslint.js');
  return new Promise((done, reject) => {
    execFile(
      process.execPath,
      [command, '.', '--format', 'json'],
      { cwd, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error && error.code !== 1) reject(new Error(stderr || error.message));
        else done(stdout);
      },
    );
  });
}

/** A relative import of `to` for a file in the folder of `from`. */
export function importOf(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return `import { planted } from '${path.startsWith('.') ? path : `./${path}`}';\nexport const used = planted;\n`;
}

/** A file of the repository as text. */
export function read(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}
