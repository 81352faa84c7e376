import type { Damage } from './spoiling.ts';
import { spoiltRuns } from './spoilt-runs.ts';
import { spoiltThreads } from './spoilt-threads.ts';

/** Ways to spoil a good history, each of which one invariant has to object to. */
export const damages: readonly Damage[] = [...spoiltThreads, ...spoiltRuns];
