import { isolation, nothingReadable } from './isolation.ts';
import type { Checker, Invariant } from './checker.ts';
import { alive, boundedEffort } from './effort.ts';
import { honestWords } from './honest.ts';
import { durability, nothingTakenBack } from './kept.ts';
import { noLoss } from './no-loss.ts';
import { noPhantom, once } from './once.ts';
import { firstWrittenFirst, oneOrder } from './order.ts';

/** One checker for each invariant of the harness. */
export const checkers: Readonly<Record<Invariant, Checker>> = {
  I1: noLoss,
  I2: once,
  I3: noPhantom,
  I4: oneOrder,
  I5: firstWrittenFirst,
  I6: nothingTakenBack,
  I7: durability,
  I8: isolation,
  I9: nothingReadable,
  I10: boundedEffort,
  I11: alive,
  I12: honestWords,
};
