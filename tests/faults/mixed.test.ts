import { describe, expect, it } from 'vitest';
import { mixedInCi, mixedPlan, troublePlan } from './mixed-plan.ts';
import { usualLimits } from './checkers/checker.ts';
import { readPlanFile, regressions } from './plans/plan-file.ts';
import type { Plan } from './plans/plan.ts';
import { play } from './run.ts';
import { demandsOf, judge, printed, type Demands } from './verdict.ts';

/** A run takes ten seconds on a quiet machine. */
const patienceMs = 180_000;
/** Against hanging, on a machine that may be busy; the long run holds devices to the fifteen seconds of D-01. */
const quietMs = 60_000;
const limits = { ...usualLimits, convergedMs: quietMs, startMs: quietMs, honestMs: 20_000 };
const seeds = Array.from({ length: 10 }, (_, n) => n + 1);

async function verdictOn(plan: Plan, demands: Partial<Demands> = {}): Promise<string> {
  const { events } = await play(plan, { quietMs });
  const verdict = judge(events, { ...demandsOf(plan), ...demands }, limits);
  return verdict.kind === 'valid' ? 'valid' : printed(verdict);
}

/** The usual load under these kinds of trouble alone. */
const under = (times: Readonly<Record<string, number>>): Plan => troublePlan(1, mixedInCi, times);

describe('Three devices of one person', () => {
  it.each(seeds)(
    'D-01 D-02 D-03 D-04 lose nothing, double nothing and show one order under mixed faults, seed %i',
    async (seed) => {
      expect(await verdictOn(mixedPlan(seed, mixedInCi))).toBe('valid');
    },
    patienceMs,
  );

  it(
    'D-10 lose nothing when their stores are killed again and again',
    async () => {
      expect(
        await verdictOn(troublePlan(1, { ...mixedInCi, loadMs: 10_000 }, { storeKilled: 45 }), { hits: 12 }),
      ).toBe('valid');
    },
    patienceMs,
  );

  it(
    'D-11 agree although their clocks jump, drift, stand still and show other centuries',
    async () => {
      const plan = under({ clockJump: 5, clockDrift: 2, clockStopped: 1, clockSet: 3 });
      expect(await verdictOn(plan, { hits: 10 })).toBe('valid');
    },
    patienceMs,
  );

  it(
    'D-12 fill every gap after lost events, lost sessions and cut feeds',
    async () => {
      expect(await verdictOn(under({ lostEvents: 6, lostSession: 4, cutFeed: 6 }), { hits: 10 })).toBe(
        'valid',
      );
    },
    patienceMs,
  );

  it(
    'D-13 lose nothing when the service is killed five times while they write',
    async () => {
      expect(await verdictOn(under({ serviceKilled: 5 }), { hits: 4 })).toBe('valid');
    },
    patienceMs,
  );

  it(
    'D-14 take doubled, shuffled, late and repeated answers and events for what they are',
    async () => {
      const kinds = {
        doubledRequest: 3,
        oldAnswer: 3,
        stale: 3,
        doubledEvents: 3,
        shuffledEvents: 3,
        lateEvents: 3,
      };
      expect(await verdictOn(under(kinds), { hits: 10 })).toBe('valid');
    },
    patienceMs,
  );

  it(
    'D-16 keep what they wrote behind a captive portal and through answers cut short',
    async () => {
      const kinds = { portal: 4, truncated: 3, brokenAnswer: 4, wrongLength: 2 };
      expect(await verdictOn(under(kinds), { hits: 10 })).toBe('valid');
    },
    patienceMs,
  );

  it(
    'D-18 wait when the service is busy, whatever it says of how long, and lose nothing',
    async () => {
      expect(await verdictOn(under({ busy: 6 }), { hits: 4 })).toBe('valid');
    },
    patienceMs,
  );

  it(
    'D-23 go on where they were when they, or the service, wake up',
    async () => {
      expect(await verdictOn(under({ deviceAsleep: 3, serviceAsleep: 2 }), { hits: 5 })).toBe('valid');
    },
    patienceMs,
  );
});

describe('Five devices of one person', () => {
  it(
    'D-15 send again after dozens of lost answers, and the service takes each message once',
    async () => {
      const size = { devices: 5, sends: 30, loadMs: 1_000 };
      const quiet = troublePlan(1, size, {});
      const lost = {
        ...{ at: 0, until: 30_000, where: 'every' },
        action: {
          layer: 'http',
          kind: 'dropResponse',
          match: { method: 'POST', path: '/messages', toxicity: 0.45 },
        },
      } as const;
      expect(await verdictOn({ ...quiet, faults: [lost] }, { hits: 40 })).toBe('valid');
    },
    patienceMs,
  );
});

const failures = regressions().map((path) => readPlanFile(path));

if (failures.length > 0)
  describe('A plan that once failed', () => {
    it.each(failures)(
      'holds now: $about',
      async ({ plan }) => {
        expect(await verdictOn(plan)).toBe('valid');
      },
      patienceMs,
    );
  });
