import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixedInCi, mixedPlan } from '../mixed-plan.ts';
import { ddmin } from '../plans/ddmin.ts';
import { Plan } from '../plans/plan.ts';
import { shrink } from '../plans/shrink.ts';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

describe('ddmin', () => {
  it('Q-04 finds exactly what a failure needs, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(63), { maxLength: 6 }), async (needed) => {
        const fails = (some: readonly number[]): Promise<boolean> =>
          Promise.resolve(needed.every((one) => some.includes(one)));
        expect(await ddmin(numbers(64), fails)).toEqual([...needed].sort((a, b) => a - b));
      }),
    );
  });

  it('leaves nothing that could be taken out, where either of two things is enough', async () => {
    const fails = (some: readonly number[]): Promise<boolean> =>
      Promise.resolve(some.includes(3) || some.includes(40));
    expect(await ddmin(numbers(64), fails)).toHaveLength(1);
  });

  it('asks far less often than there are parts', async () => {
    let asked = 0;
    await ddmin(numbers(1_000), (some) => {
      asked += 1;
      return Promise.resolve(some.includes(617));
    });
    expect(asked).toBeLessThan(60);
  });
});

describe('A plan that failed', () => {
  const plan = mixedPlan(11, { ...mixedInCi, sends: 20 });
  const withDrop = Plan.parse({
    ...plan,
    faults: [
      ...plan.faults,
      { at: 900, until: 1_000, where: 'd2', action: { layer: 'faye', kind: 'dropEvent' } },
    ],
  });

  /** As if a dropped event on d2 cost the fifth message of d2 its place. */
  const fails = ({ sends, faults }: Plan): Promise<boolean> =>
    Promise.resolve(
      faults.some(({ where, action }) => where === 'd2' && action.kind === 'dropEvent') &&
        sends.some(({ dev, text }) => dev === 'd2' && text.includes('says 5 of')),
    );

  it('Q-04 is cut down to the one fault, the one message and the one device that it takes', async () => {
    const least = await shrink(withDrop, fails);
    expect(least.faults.map(({ where, action }) => `${where} ${action.kind}`)).toEqual(['d2 dropEvent']);
    expect(least.sends.map(({ text }) => text)).toEqual(['d2 says 5 of 20']);
    expect(least.devices.map(({ name }) => name)).toEqual(['d2']);
    expect(least.ops).toEqual([]);
    expect(Plan.parse(least)).toEqual(least);
  });

  it('is tried three times before a candidate counts as good', async () => {
    let tries = 0;
    const sometimes = (candidate: Plan): Promise<boolean> => {
      tries += 1;
      return tries % 3 === 0 ? fails(candidate) : Promise.resolve(false);
    };
    const least = await shrink(withDrop, sometimes);
    expect(least.sends).toHaveLength(1);
    expect(await fails(least)).toBe(true);
  });
});
