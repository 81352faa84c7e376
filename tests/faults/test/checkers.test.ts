import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usualLimits } from '../checkers/checker.ts';
import type { RunEvent } from '../history.ts';
import { judge, printed, usualDemands } from '../verdict.ts';
import { damages } from './damage.ts';
import { type Damage, entriesOf, type Pick, withLists } from './spoiling.ts';
import { goodHistory, ModelWorld } from './model-world.ts';

const objections = (events: readonly RunEvent[]): readonly string[] =>
  judge(events).breaches.map(({ invariant, says }) => `${invariant} ${says}`);

const last: Pick = (from) => from.at(-1) ?? null;

describe('The judge of a fault run', () => {
  it('Q-04 believes a good history', () => {
    const verdict = judge(goodHistory());
    expect(verdict.breaches).toEqual([]);
    expect(verdict.doubts).toEqual([]);
    expect(verdict.kind).toBe('valid');
  });

  it.each(damages.map((damage) => [damage.invariant, damage.name, damage] as const))(
    'Q-04 objects, by %s, to a history that %s',
    (invariant, _, damage) => {
      const spoilt = damage.spoil(goodHistory(), last);
      if (spoilt === null) throw new Error('the good history gives nothing to spoil this way');
      const verdict = judge(spoilt);
      expect(verdict.kind).toBe('invalid');
      expect(verdict.breaches.map((breach) => breach.invariant)).toContain(invariant);
    },
  );

  it('Q-04 has a way to spoil a history for every invariant', () => {
    expect([...new Set(damages.map(({ invariant }) => invariant))]).toHaveLength(12);
  });

  it('tells the story of the message, and what befell meanwhile', () => {
    const damage = damages.find(({ name }) => name === 'does not have after a kill what it had kept');
    const spoilt = damage?.spoil(goodHistory(), last) ?? [];
    const { breaches, story } = judge(spoilt);
    const name = breaches[0]?.name ?? '';
    expect(name).not.toBe('');
    expect(story.join('\n')).toContain('send invoke');
    expect(story.join('\n')).toContain('kill ok');
    expect(story.join('\n')).toContain('✗');
    expect(story.length).toBeLessThan(60);
    expect(printed(judge(spoilt))).toContain('What happened to it');
  });
});

describe('A run that proves nothing', () => {
  const doubts = (events: readonly RunEvent[], demands = usualDemands): readonly string[] => {
    const verdict = judge(events, demands);
    expect(verdict.kind).toBe('unknown');
    return verdict.doubts;
  };

  it('Q-04 is unknown when too little was written', () => {
    const demands = { ...usualDemands, kept: 500 };
    expect(doubts(goodHistory(), demands)[0]).toContain('too little work');
  });

  it('Q-04 is unknown when no fault hit', () => {
    expect(doubts(goodHistory().filter(({ f }) => f !== 'fault'))[0]).toContain('no fault hit');
  });

  it('Q-04 is unknown when a fault found nothing to befall', () => {
    const missed = goodHistory().map((event) =>
      event.f === 'fault' && event.type === 'ok' ? { ...event, type: 'fail' as const } : event,
    );
    expect(doubts(missed)[0]).toContain('no fault hit');
  });

  it('Q-04 is unknown when a device was not read at the end', () => {
    const unread = goodHistory().filter(({ dev, f }) => dev !== 'd2' || f !== 'list');
    expect(doubts(unread).join()).toContain('d2 was never read');
  });

  it('Q-04 is unknown when nobody looked into the service', () => {
    const unseen = goodHistory().filter(({ dev, f }) => dev !== 'service' || f !== 'list');
    expect(judge(unseen).doubts.join()).toContain('nobody looked what the service has');
  });

  it('Q-04 is unknown when an invariant that it is to show had nothing to look at', () => {
    const demands = { ...usualDemands, invariants: ['I9'] as const };
    expect(
      doubts(
        goodHistory().filter(({ f }) => f !== 'scan'),
        demands,
      ).join(),
    ).toContain('I9');
  });
});

describe('What is no breach', () => {
  it('is a message shown as failed where it was written, and nowhere else', () => {
    const world = new ModelWorld({ d1: 'u1', d2: 'u1' });
    world.cut('d2');
    world.mend('d2');
    world.send('d2');
    const key = world.send('d1');
    const parked = withLists(
      world.finish().filter((event) => event.f !== 'srv.commit' || event.key !== key),
      () => true,
      (all) => all.filter((entry) => entry.key !== key),
    );
    const text = 'u1 d1 2';
    const failed = { key, id: null, text, author: 'self', status: 'failed' } as const;
    const shown = withLists(
      parked,
      ({ dev }) => dev === 'd1',
      (all) => [...all, failed],
    );
    expect(judge(parked).kind).toBe('invalid');
    expect(objections(shown)).toEqual([]);
    expect(judge(shown).counts['I1 parked']).toBe(1);
  });

  it('is a message whose writer was never answered, whether it came or not', () => {
    const events = goodHistory().filter(({ f, type, key }) => f !== 'send' || type !== 'ok' || key !== 'k1');
    expect(objections(events)).toEqual([]);
    const without = withLists(
      events.filter(({ f, key }) => f !== 'srv.commit' || key !== 'k1'),
      () => true,
      (all) => all.filter(({ key }) => key !== 'k1'),
    );
    expect(objections(without)).toEqual([]);
    expect(judge(without).counts['I1 open']).toBe(1);
  });

  it('is a list that lags behind: it is counted as stale', () => {
    const { counts, kind } = judge(goodHistory());
    expect(kind).toBe('valid');
    expect(counts['I1 stale']).toBeGreaterThan(0);
    expect(counts['I1 staleMs']).toBeGreaterThan(0);
  });

  it('is a device that does not show at once that its link is down', () => {
    const events = goodHistory();
    const quick = { ...usualLimits, honestMs: 0 };
    const lying = events.map((event) =>
      event.f === 'list' && event.type === 'ok' && event.dev === 'd2'
        ? { ...event, v: { entries: [...entriesOf(event)], link: 'live' } }
        : event,
    );
    expect(judge(lying).breaches).toEqual([]);
    expect(judge(lying, usualDemands, quick).breaches.map(({ says }) => says)).toContain(
      'says live on a link that is down',
    );
  });

  it('is a message that waits on a live device for less than two seconds after it was accepted', () => {
    const calm = goodHistory().filter(({ f }) => f !== 'fault');
    const quick = { ...usualLimits, honestMs: 0 };
    expect(judge(calm).breaches).toEqual([]);
    expect(judge(calm, usualDemands, quick).breaches.map(({ says }) => says)).toContain(
      'is queued, and the service has long had it',
    );
  });

  it('is a message that waits on a live device while answers and events may be lost', () => {
    const quick = { ...usualLimits, honestMs: 0 };
    const said = judge(goodHistory(), usualDemands, quick).breaches.map(({ says }) => says);
    expect(said).not.toContain('is queued, and the service has long had it');
  });
});

type Step = [
  what: 'send' | 'push' | 'lost' | 'pull' | 'read' | 'kill' | 'cut' | 'mend' | 'say' | 'switch',
  dev: number,
];

const steps = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0][]>(
      'send',
      'send',
      'send',
      'push',
      'lost',
      'pull',
      'read',
      'read',
      'kill',
      'cut',
      'mend',
      'say',
      'switch',
    ),
    fc.nat(2),
  ),
  { minLength: 20, maxLength: 80 },
);

function history(steps: readonly Step[]): readonly RunEvent[] {
  const world = new ModelWorld({ d1: 'u1', d2: 'u1', d3: 'u2' });
  const users = ['u1', 'u2'];
  // Every run has this much in it, whatever else it has.
  for (const what of ['send', 'cut', 'send', 'say', 'read'] as const) play(world, what, 'd1', 'u1');
  for (const [what, dev] of steps) play(world, what, `d${dev + 1}`, users[dev % 2] ?? 'u1');
  return world.finish();
}

function play(world: ModelWorld, what: Step[0], dev: string, user: string): void {
  if (what === 'say') world.say(user);
  else if (what === 'switch') world.switchTo(dev, user);
  else if (what === 'lost') world.push(dev, { isAnswered: false });
  else if (what === 'kill') world.restart(dev);
  else if (what === 'cut') {
    world.mend(dev);
    world.cut(dev);
  } else world[what](dev);
}

describe('Histories made at random', () => {
  it('Q-04 are believed when nothing went wrong', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const { kind, breaches, doubts } = judge(history(taken));
        expect({ kind, breaches, doubts }).toEqual({ kind: 'valid', breaches: [], doubts: [] });
      }),
      { numRuns: 150 },
    );
  });

  it.each(damages.map((damage) => [damage.invariant, damage.name, damage] as const))(
    'Q-04 are objected to, by %s, when one %s',
    (invariant, _, damage) => {
      fc.assert(
        fc.property(steps, fc.nat(1_000), (taken, chance) => {
          const spoilt = spoil(damage, history(taken), chance);
          fc.pre(spoilt !== null);
          expect(judge(spoilt ?? []).breaches.map((breach) => breach.invariant)).toContain(invariant);
        }),
        { numRuns: 25 },
      );
    },
  );
});

function spoil(damage: Damage, events: readonly RunEvent[], chance: number): readonly RunEvent[] | null {
  return damage.spoil(events, (from) => from[chance % Math.max(1, from.length)] ?? null);
}
