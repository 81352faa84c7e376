import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** A one-line sabotage of the product, and the test that has to notice it. */
export interface Mutant {
  /** The promise it breaks, `K-04`. */
  readonly promise: string;
  /** What the sabotaged product does, as a sentence without a subject. */
  readonly name: string;
  /** The product's file, from the repository's root. */
  readonly file: string;
  /** Occurs exactly once in it. */
  readonly find: string;
  readonly replace: string;
  /** The test file that has to turn red. */
  readonly test: string;
  /** Part of the title of a test in it, without what `it.each` fills in. */
  readonly title: string;
  /** The test mounts a disk, which only root may. */
  readonly needsRoot?: true;
}

/** @throws if `find` does not stand exactly once in the source. */
export function sabotaged(source: string, { file, find, replace }: Mutant): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`"${find}" occurs ${times} times in ${file}`);
  if (find === replace) throw new Error(`nothing is changed in ${file}`);
  return source.replace(find, () => replace);
}

/**
 * A copy of the repository to sabotage: what runs in processes of its own (store, vault, service) is reached as well as
 * what the test runner loads. Packages are the repository's own.
 */
export class SabotagedCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'onethread-mutants-'));

  constructor(repository: string) {
    const notCopied = ['.git', 'node_modules', 'out', 'artifacts', 'test-results', '.runtime'];
    for (const name of readdirSync(repository)) {
      if (!notCopied.includes(name))
        cpSync(join(repository, name), join(this.folder, name), { recursive: true });
    }
    symlinkSync(join(repository, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** What the test says while the mutant is in place. */
  async tryOut(mutant: Mutant): Promise<Verdict> {
    const path = join(this.folder, mutant.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, sabotaged(source, mutant));
    try {
      return verdictOn(await this.#run(mutant), mutant.title);
    } finally {
      writeFileSync(path, source);
    }
  }

  /** What the test says of the product as it is. */
  async control(mutant: Mutant): Promise<Verdict> {
    return verdictOn(await this.#run(mutant), mutant.title);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #run({ test, title }: Mutant): Promise<unknown> {
    const report = join(this.folder, 'mutant-report.json');
    rmSync(report, { force: true });
    const child = spawn(
      process.execPath,
      [
        join(this.folder, 'node_modules', 'vitest', 'vitest.mjs'),
        ...['run', test, '--testNamePattern', title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')],
        ...['--configLoader=native', '--reporter=json', `--outputFile=${report}`],
      ],
      { cwd: this.folder, stdio: 'ignore' },
    );
    const impatience = setTimeout(() => child.kill('SIGKILL'), limitMs);
    await once(child, 'exit');
    clearTimeout(impatience);
    return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  }
}

/** No test that a mutant names takes half of this. */
const limitMs = 5 * 60_000;

/**
 * `red`: the named test failed. `green`: it passed. `broken`: something else went wrong (the file could not be loaded, no
 * test has that title, the run hung), which proves nothing.
 */
export type Verdict = { readonly kind: 'red' | 'green' | 'broken'; readonly why: string };

const Report = z.object({
  testResults: z.array(
    z.object({
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
});

/** What a run's JSON report says about the tests whose title contains `title`. */
export function verdictOn(raw: unknown, title: string): Verdict {
  const report = Report.safeParse(raw);
  if (!report.success) return { kind: 'broken', why: 'the run wrote no report' };
  const unloadable = report.data.testResults.find(({ assertionResults }) => assertionResults.length === 0);
  if (unloadable !== undefined) return { kind: 'broken', why: firstLine(unloadable.message ?? '') };
  const named = report.data.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName, status }) => fullName.includes(title) && ['passed', 'failed'].includes(status));
  if (named.length === 0) return { kind: 'broken', why: 'no test of this title was run' };
  const failed = named.find(({ status }) => status === 'failed');
  if (failed === undefined) return { kind: 'green', why: `${named.length} passed` };
  const why = firstLine(failed.failureMessages[0] ?? '');
  // Code that does not even hang together would turn any test red.
  if (/^(SyntaxError|ReferenceError|TransformError)|is not a function/.test(why))
    return { kind: 'broken', why };
  return { kind: 'red', why };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
