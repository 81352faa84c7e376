import { describe, expect, it } from 'vitest';
import { mixedInCi, troublePlan } from './mixed-plan.ts';
import { play } from './run.ts';
import { demandsOf, judge, printed } from './verdict.ts';
import type { Plan } from './plans/plan.ts';

async function verdictOn(plan: Plan): Promise<string> {
  const { events } = await play(plan);
  const verdict = judge(events, demandsOf(plan));
  return verdict.kind === 'valid' ? 'valid' : printed(verdict);
}

describe('Three devices of one person', () => {
  it('show one thread, each message once and in one order, when nothing goes wrong', async () => {
    expect(await verdictOn(troublePlan(1, { ...mixedInCi, loadMs: 2_000 }, {}))).toBe('valid');
  }, 60_000);
});
