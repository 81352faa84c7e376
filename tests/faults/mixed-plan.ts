/** Plans in which everything may go wrong at once, made from a seed. */
import type { z } from 'zod';
import type { Random } from '../../main/ports/random.ts';
import { seededRandom } from '../fakes/random.ts';
import { Plan } from './plans/plan.ts';

type FaultInput = z.input<typeof Plan>['faults'][number];
type ActionInput = FaultInput['action'];

export interface MixedSize {
  readonly devices: number;
  /** Of each device. */
  readonly sends: number;
  /** How long a person takes to write all of theirs, if nothing stops them. */
  readonly loadMs: number;
}

export const mixedInCi: MixedSize = { devices: 3, sends: 100, loadMs: 5_000 };
export const mixedLong: MixedSize = { devices: 3, sends: 100, loadMs: 6_000 };

/** One kind of trouble. `lastsMs`: at least and at most, null for what happens once. */
interface Trouble {
  readonly action: (pick: Pick) => ActionInput;
  readonly lastsMs: readonly [number, number] | null;
  readonly where: 'device' | 'service';
  /** How many in one run. */
  readonly times: number;
}

/** A whole number from `least` to `most`. */
type Pick = (least: number, most: number) => number;

const once = { lastsMs: null, where: 'device' } as const;
const briefly = { lastsMs: [50, 300], where: 'device' } as const;
const aWhile = { lastsMs: [500, 2_000], where: 'device', times: 2 } as const;
const posts = { method: 'POST', path: '/messages' } as const;
const reads = { method: 'GET', path: '/messages' } as const;

function http(
  kind: 'dropRequest' | 'dropResponse' | 'duplicateRequest' | 'replayOldResponse' | 'wrongLength',
  match: object,
): Trouble {
  return { ...aWhile, action: () => ({ layer: 'http', kind, match: { ...match, toxicity: 0.4 } }) };
}

function faye(kind: 'dropEvent' | 'duplicateEvent', toxicity: number): Trouble {
  return { ...aWhile, action: () => ({ layer: 'faye', kind, toxicity }) };
}

const dayMs = 86_400_000;
const jumpsMs = [1_000, -1_000, 3_600_000, -3_600_000, dayMs, -dayMs, 400 * dayMs, -400 * dayMs];
/** 1970; the edge of summer time in Europe; the end of 32 bits of seconds. */
const instants = [0, Date.UTC(2026, 2, 29, 0, 59, 59), Date.UTC(2038, 0, 19, 3, 14, 6)];

/** All that a run can mix. */
const troubles: Readonly<Record<string, Trouble>> = {
  latency: {
    ...aWhile,
    action: (n) => ({ layer: 'bytes', kind: 'latency', latency: n(20, 400), jitter: 100 }),
  },
  bandwidth: { ...aWhile, action: (n) => ({ layer: 'bytes', kind: 'bandwidth', rate: n(2, 30) }) },
  slicer: {
    ...aWhile,
    action: (n) => ({ layer: 'bytes', kind: 'slicer', averageSize: n(8, 200), delay: 1 }),
  },
  truncated: {
    ...aWhile,
    action: (n) => ({ layer: 'bytes', kind: 'limit_data', bytes: n(1, 4_000), toxicity: 0.5 }),
  },
  blackHole: {
    ...aWhile,
    action: () => ({ layer: 'bytes', kind: 'timeout', timeout: 1_000, toxicity: 0.7 }),
  },
  reset: {
    ...aWhile,
    action: (n) => ({ layer: 'bytes', kind: 'reset_peer', timeout: n(0, 300), toxicity: 0.5 }),
  },
  down: { ...aWhile, action: () => ({ layer: 'bytes', kind: 'down' }) },
  lostRequest: http('dropRequest', posts),
  lostAnswer: http('dropResponse', posts),
  doubledRequest: http('duplicateRequest', posts),
  oldAnswer: http('replayOldResponse', reads),
  brokenAnswer: {
    ...aWhile,
    action: (n) => ({ layer: 'http', kind: 'truncateBody', bytes: n(0, 400), match: { toxicity: 0.5 } }),
  },
  wrongLength: http('wrongLength', {}),
  portal: { ...aWhile, action: () => ({ layer: 'http', kind: 'html200', match: { toxicity: 0.7 } }) },
  busy: {
    ...aWhile,
    action: (n) => ({
      ...{ layer: 'http', kind: 'status', status: n(0, 1) === 0 ? 429 : 503 },
      ...{ retryAfter: ['1', '0', '2', 'soon', null][n(0, 4)] ?? null, match: { ...posts, toxicity: 0.5 } },
    }),
  },
  stale: {
    ...aWhile,
    action: (n) => ({ layer: 'http', kind: 'stale', ms: n(200, 3_000), match: { ...reads, toxicity: 0.5 } }),
  },
  lostEvents: faye('dropEvent', 0.3),
  doubledEvents: faye('duplicateEvent', 0.5),
  lateEvents: {
    ...aWhile,
    action: (n) => ({ layer: 'faye', kind: 'holdEvent', ms: n(100, 1_000), toxicity: 0.5 }),
  },
  shuffledEvents: { ...aWhile, action: (n) => ({ layer: 'faye', kind: 'reorderEvents', window: n(2, 5) }) },
  foreignEvents: { ...aWhile, action: () => ({ layer: 'faye', kind: 'forgeEvent', what: 'otherUser' }) },
  lostSession: { ...briefly, times: 2, action: () => ({ layer: 'faye', kind: 'unknownClient' }) },
  cutFeed: { ...briefly, times: 3, action: () => ({ layer: 'faye', kind: 'killConnect' }) },
  deviceKilled: { ...once, times: 3, action: () => ({ layer: 'process', kind: 'kill' }) },
  deviceOff: { ...aWhile, times: 1, action: () => ({ layer: 'process', kind: 'kill' }) },
  storeKilled: { ...once, times: 4, action: () => ({ layer: 'process', kind: 'kill', child: 'store' }) },
  deviceAsleep: { ...aWhile, times: 1, action: () => ({ layer: 'process', kind: 'freeze' }) },
  clockJump: {
    ...aWhile,
    action: (n) => ({ layer: 'clock', kind: 'jump', ms: jumpsMs[n(0, jumpsMs.length - 1)] ?? 0 }),
  },
  clockDrift: { ...aWhile, action: (n) => ({ layer: 'clock', kind: 'drift', factor: n(5, 20) / 10 }) },
  clockStopped: { ...aWhile, action: () => ({ layer: 'clock', kind: 'stop' }) },
  clockSet: {
    ...aWhile,
    action: (n) => ({ layer: 'clock', kind: 'set', to: instants[n(0, instants.length - 1)] ?? 0 }),
  },
  serviceKilled: { ...once, where: 'service', times: 2, action: () => ({ layer: 'process', kind: 'kill' }) },
  serviceOff: { ...aWhile, where: 'service', times: 1, action: () => ({ layer: 'process', kind: 'kill' }) },
  serviceAsleep: {
    ...aWhile,
    where: 'service',
    times: 1,
    action: () => ({ layer: 'process', kind: 'freeze' }),
  },
};
export const troubleNames: readonly string[] = Object.keys(troubles);

/** Swarm: each seed switches on about a third of the kinds, so that no two runs are alike. */
export function mixedPlan(seed: number, size: MixedSize): Plan {
  const random = seededRandom(seed);
  const chosen = troubleNames.filter(() => random.fraction() < 0.35);
  return planOf(seed, size, random, chosen.length === 0 ? ['deviceKilled'] : chosen);
}

/** The same load under these kinds alone, each so many times. */
export function troublePlan(seed: number, size: MixedSize, times: Readonly<Record<string, number>>): Plan {
  return planOf(seed, size, seededRandom(seed), Object.keys(times), times);
}

function planOf(
  seed: number,
  size: MixedSize,
  random: Random,
  names: readonly string[],
  times: Readonly<Record<string, number>> = {},
): Plan {
  const pick: Pick = (least, most) => least + Math.floor(random.fraction() * (most - least + 1));
  const devices = Array.from({ length: size.devices }, (_, n) => ({ name: `d${n + 1}`, user: 'ana' }));
  const sends = devices.flatMap(({ name: dev }) =>
    Array.from({ length: size.sends }, (_, n) => ({
      ...{ at: pick(0, size.loadMs), dev, key: random.uuid() },
      text: `${dev} says ${n + 1} of ${size.sends}`,
    })),
  );
  const faults = names.flatMap((name) => faultsOf(name, times[name], { size, devices, pick }));
  return Plan.parse({ seed, devices, sends, ops: sayings(pick, size), faults });
}

function faultsOf(
  name: string,
  asked: number | undefined,
  on: { readonly size: MixedSize; readonly devices: Plan['devices']; readonly pick: Pick },
): FaultInput[] {
  const trouble = troubles[name];
  if (trouble === undefined) throw new Error(`no trouble is called ${name}`);
  const { size, devices, pick } = on;
  return Array.from({ length: asked ?? trouble.times }, () => {
    const at = pick(0, size.loadMs);
    const until = trouble.lastsMs === null ? null : at + pick(...trouble.lastsMs);
    const where =
      trouble.where === 'service' ? 'service' : (devices[pick(0, devices.length - 1)]?.name ?? 'every');
    return { at, until, where, action: trouble.action(pick) };
  });
}

/** The business has a word now and then. */
function sayings(pick: Pick, { loadMs }: MixedSize): Plan['ops'] {
  return Array.from({ length: 5 }, (_, n) => ({
    ...{ at: pick(0, loadMs), kind: 'say' as const, to: 'ana' },
    text: `The business says ${n + 1}`,
  }));
}
