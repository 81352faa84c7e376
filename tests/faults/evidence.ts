/** What a long run came to, kept in the repository: the README quotes only what stands in such a file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

export const Evidence = z.strictObject({
  /** What was shown, in a sentence. */
  shows: z.string().min(1),
  /** As it can be typed again. */
  command: z.string().min(1),
  /** Each run's; a run has one more than the run before. */
  firstSeed: z.int().nonnegative(),
  runs: z.int().positive(),
  /** How many runs came to what. */
  verdicts: z.strictObject({
    valid: z.int().nonnegative(),
    invalid: z.int().nonnegative(),
    unknown: z.int().nonnegative(),
  }),
  /** Sums over all runs; where the name says `most`, the greatest. */
  counts: z.record(z.string(), z.number()),
  wallSeconds: z.number().nonnegative(),
  /** The commit; with `+` where the working tree differed from it. */
  commit: z.string().regex(/^[0-9a-f]{7,40}\+?$/),
  /** ISO 8601. */
  date: z.iso.datetime(),
  cores: z.int().positive(),
});
export type Evidence = z.infer<typeof Evidence>;

const repository = resolve(import.meta.dirname, '../..');

export function writeEvidence(name: string, evidence: Evidence): string {
  const path = join(repository, 'docs/evidence', `${name}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(Evidence.parse(evidence), null, 2)}\n`);
  return path;
}

/** @throws if it does not say all that evidence has to say */
export function readEvidence(path: string): Evidence {
  return Evidence.parse(JSON.parse(readFileSync(path, 'utf8')));
}

export function commitNow(): string {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: repository, encoding: 'utf8' }).trim();
  const product = ['contract', 'main', 'server', 'store', 'tests/faults'];
  const isChanged = git('status', '--porcelain', '--', ...product) !== '';
  return `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? '+' : ''}`;
}

/** Sums, and the greatest of those that say so: `most` and every measure in milliseconds. */
export function addUp(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) {
      const isMost = /Ms$/.test(name);
      const so = isMost ? `${name} most` : name;
      sums[so] = isMost ? Math.max(sums[so] ?? 0, count) : (sums[so] ?? 0) + count;
    }
  }
  return sums;
}
