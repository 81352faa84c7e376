import type { Mutant } from './sabotage.ts';

const checkers = {
  I1: 'noLoss',
  I2: 'once',
  I3: 'noPhantom',
  I4: 'oneOrder',
  I5: 'firstWrittenFirst',
  I6: 'nothingTakenBack',
  I7: 'durability',
  I8: 'isolation',
  I9: 'nothingReadable',
  I10: 'boundedEffort',
  I11: 'alive',
  I12: 'honestWords',
} as const;

const judgeTest = 'tests/faults/test/checkers.test.ts';

/** Group Q: the judge of the fault harness, each of whose checkers has to be missed when it is silent. */
export const judge: readonly Mutant[] = [
  ...Object.entries(checkers).map(([invariant, checker]): Mutant => ({
    promise: 'Q-04',
    name: `never objects by ${invariant}`,
    file: 'tests/faults/checkers/all.ts',
    find: `${invariant}: ${checker},`,
    replace: `${invariant}: () => ({ breaches: [], checked: 1 }),`,
    test: judgeTest,
    title: 'to a history that ',
  })),
  {
    promise: 'Q-04',
    name: 'takes a run that proves nothing for a good one',
    file: 'tests/faults/verdict.ts',
    find: "doubts.length > 0 ? 'unknown' : 'valid'",
    replace: "'valid'",
    test: judgeTest,
    title: 'is unknown when no fault hit',
  },
];
