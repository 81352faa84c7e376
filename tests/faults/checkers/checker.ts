import type { Past } from './past.ts';

export const invariants = {
  I1: 'no loss',
  I2: 'no duplicate',
  I3: 'no phantom',
  I4: 'one order',
  I5: 'first written, first shown',
  I6: 'nothing shown is taken back',
  I7: 'durability',
  I8: 'isolation',
  I9: 'nothing readable at rest',
  I10: 'bounded effort',
  I11: 'alive',
  I12: 'honest words on the screen',
} as const;
export type Invariant = keyof typeof invariants;

/** One way in which a history breaks an invariant. */
export interface Breach {
  readonly invariant: Invariant;
  /** The message it is about. */
  readonly name: string | null;
  readonly dev: string;
  /** Microseconds, as in the history. */
  readonly t: number;
  readonly says: string;
}

export interface Findings {
  readonly breaches: readonly Breach[];
  /** How many things it looked at: an invariant that had nothing to look at was not proven. */
  readonly checked: number;
  /** For the evidence. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** What is too much. Milliseconds unless it says otherwise. */
export interface Limits {
  readonly convergedMs: number;
  /** How long the words on the screen may lag behind what is true. */
  readonly honestMs: number;
  readonly startMs: number;
  readonly inputP99Ms: number;
  /** The most that each counted number may come to, by name. */
  readonly counted: Readonly<Record<string, number>>;
  /** Of one device: so many requests for a run, for each message and for each second. */
  readonly requests: { readonly run: number; readonly message: number; readonly second: number };
}

export const usualLimits: Limits = {
  convergedMs: 15_000,
  honestMs: 2_000,
  /** The machine's own slowness counts here; how soon a start is over is measured elsewhere. */
  startMs: 30_000,
  inputP99Ms: 100,
  counted: { rssMb: 500, loopDelayP99Ms: 100, unhandled: 0, whitePages: 0 },
  requests: { run: 100, message: 10, second: 5 },
};

export type Checker = (past: Past, limits: Limits) => Findings;

/** Collects breaches, one for each message and device. */
export class Complaints {
  readonly breaches: Breach[] = [];
  readonly #invariant: Invariant;
  readonly #said = new Set<string>();

  constructor(invariant: Invariant) {
    this.#invariant = invariant;
  }

  add(where: { readonly dev: string; readonly t: number }, name: string | null, says: string): void {
    const about = `${where.dev} ${name ?? says}`;
    if (this.#said.has(about)) return;
    this.#said.add(about);
    this.breaches.push({ invariant: this.#invariant, name, dev: where.dev, t: where.t, says });
  }
}
