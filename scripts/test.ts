/**
 * `./test`, once the machine has what it needs: every check in order, then a look for processes that were left running,
 * then one closing line, `N passed, N failed`. A check that is no test suite counts as one failure when it fails.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runToEnd } from './child.ts';
import { ProcessWatch } from './leftovers.ts';
import type { Leftover } from './leftovers.ts';
import { none, playwrightCounts, vitestCounts } from './test-counts.ts';
import type { Counts } from './test-counts.ts';

type Step = {
  readonly name: string;
  readonly command: readonly string[];
  /** Reads a suite's own count. */
  readonly counts?: (file: string) => Counts;
  /** Where the suite writes it. */
  readonly report?: string;
};

const repository = resolve(import.meta.dirname, '..');
const results = join(repository, 'test-results');
const unitReport = join(results, 'unit.json');
const rootReport = join(results, 'unit-root.json');
const e2eReport = join(results, 'e2e.json');
const bin = (name: string): string => join(repository, 'node_modules', '.bin', name);
const script = (name: string): string[] => [process.execPath, join(import.meta.dirname, name)];

/** Tests that mount a disk or make a network of their own; only root may, and they say that they are skipped for others. */
const forRoot =
  process.getuid?.() === 0
    ? [
        'tests/store/disk-full.test.ts',
        'tests/canary/raw-device.test.ts',
        'tests/faults/test/disk.test.ts',
        'tests/faults/test/half-open.test.ts',
        'tests/faults/test/power.test.ts',
      ]
    : [];
const without = (files: readonly string[]): string[] => files.map((file) => `--exclude=${file}`);

const vitest = (report: string): string[] => [
  bin('vitest'),
  'run',
  // The other loaders write beside the configuration.
  '--configLoader=native',
  '--reporter=dot',
  '--reporter=json',
  `--outputFile.json=${report}`,
];

const steps: readonly Step[] = [
  { name: 'types', command: [bin('tsc'), '-b'] },
  { name: 'lint', command: [bin('eslint'), '.', '--max-warnings', '0'] },
  { name: 'format', command: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
  {
    name: 'unit',
    // As an unprivileged user: what nobody may read or write is no obstacle to root, and Chromium's sandbox is.
    command: [join(import.meta.dirname, 'as-user'), ...vitest(unitReport), ...without(forRoot)],
    counts: vitestCounts,
    report: unitReport,
  },
  ...(forRoot.length > 0
    ? [
        {
          name: 'unit, what needs root',
          command: [...vitest(rootReport), ...forRoot],
          counts: vitestCounts,
          report: rootReport,
        },
      ]
    : []),
  { name: 'build', command: script('build.ts') },
  { name: 'e2e', command: script('e2e.ts'), counts: playwrightCounts, report: e2eReport },
];

/** The longest check takes a third of this on two quiet cores; one that takes all of it hangs. */
const limitMs = 40 * 60_000;

/** How long what was started may take to end once its suite has. */
const leavingMs = 10_000;

/** Tools that ask for `node` get the one of package.json. */
const path = `${join(repository, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
/** A log keeps no colours. */
const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' };

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => (interrupted = true));

const watch = new ProcessWatch(repository);
const sum = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
mkdirSync(results, { recursive: true });
for (const step of steps) await take(step);
await lookForLeftovers();
if (sum.passed === 0) sum.failed += 1;
for (const failure of failures) process.stdout.write(`\nfailed: ${failure.replace(`${repository}/`, '')}`);
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed${skipped}\n`);
process.exit(sum.failed > 0 ? 1 : 0);

async function take(step: Step): Promise<void> {
  const began = performance.now();
  process.stdout.write(`\n== ${step.name}\n`);
  if (step.report !== undefined) rmSync(step.report, { force: true });
  const code = await runToEnd(
    step.command,
    { ONETHREAD_TEST_RUN: watch.mark, PATH: path, ...plain },
    limitMs,
  );
  const counts = step.counts?.(step.report ?? '') ?? none;
  failures.push(...counts.failures);
  if (code !== 0 && counts.failures.length === 0) failures.push(step.name);
  sum.passed += counts.passed;
  sum.skipped += counts.skipped;
  // A suite may also fail outside of its tests: it then says so by its exit code alone.
  sum.failed += code === 0 ? counts.failed : Math.max(counts.failed, 1);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`== ${step.name}: ${code === 0 ? 'passed' : `failed (${code})`}, ${seconds} s\n`);
  if (interrupted) process.exit(code);
}

async function lookForLeftovers(): Promise<void> {
  process.stdout.write('\n== processes left running\n');
  const left = await waitUntilGone(Date.now() + leavingMs);
  for (const { pid, command, marked } of left) {
    process.stdout.write(`   ${pid} ${command}\n`);
    // The mark proves that it is ours to end; what only looks like ours is told and left alone.
    if (marked) endNow(pid);
  }
  process.stdout.write(`== processes left running: ${left.length === 0 ? 'none' : left.length}\n`);
  if (left.length > 0) sum.failed += 1;
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // gone by itself
  }
}

async function waitUntilGone(deadline: number): Promise<Leftover[]> {
  const left = watch.leftovers(unprivilegedUid());
  if (left.length === 0 || Date.now() > deadline) return left;
  await new Promise((resume) => setTimeout(resume, 100));
  return waitUntilGone(deadline);
}

/** The uid that scripts/as-user drops to, if we are root. */
function unprivilegedUid(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    return Number(execFileSync('id', ['-u', 'onethread'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}
