import { availableParallelism } from 'node:os';
import { commitNow, writeEvidence } from '../evidence.ts';

export interface LongRun {
  /** The file's, under docs/evidence. */
  readonly name: string;
  readonly shows: string;
  readonly command: string;
  readonly seed: number;
  readonly runs: number;
  /** Runs after which something was wrong. */
  readonly invalid: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Tells what a test came to; keeps it as evidence where `ONETHREAD_EVIDENCE` asks for that. */
export function tellLongRun({ name, shows, command, seed, runs, invalid, counts, seconds }: LongRun): void {
  console.info(`${name}: ${JSON.stringify({ runs, invalid, ...counts, seconds })}`);
  if (process.env['ONETHREAD_EVIDENCE'] === undefined) return;
  writeEvidence(name, {
    ...{ shows, command, firstSeed: seed, runs, counts, wallSeconds: seconds },
    verdicts: { valid: runs - invalid, invalid, unknown: 0 },
    ...{ commit: commitNow(), date: new Date().toISOString(), cores: availableParallelism() },
  });
}
