import { AppDevice } from '../faults/devices/app-device.ts';
import { killsLoad, killsPlan } from '../faults/app-kills.ts';
import type { Person } from '../faults/person.ts';
import { play } from '../faults/run.ts';
import { tellLongRun } from '../faults/test/long-run.ts';
import { judge, printed } from '../faults/verdict.ts';
import { expect, test } from './harness/story.ts';

/** More for a long run: `ONETHREAD_KILLS=100 ONETHREAD_KILLS_SEED=1 ONETHREAD_EVIDENCE=1 npm run e2e -- kills`. */
const times = Number(process.env['ONETHREAD_KILLS'] ?? 30);
const seed = Number(process.env['ONETHREAD_KILLS_SEED'] ?? 1);
/** A start, some writing and a kill, on a busy machine. */
const cycleMs = 10_000;

test.describe('The battery dies', () => {
  test(`D-05 ${times} times while somebody writes: nothing is lost, nothing is sent twice`, async () => {
    test.setTimeout(60_000 + times * cycleMs);
    const keys = new Map<string, string>();
    /** What stands in the box is not yet sent; what was sent must not wait there for another Enter. */
    const lookIntoTheBox = async ({ device }: Person): Promise<void> => {
      if (!(device instanceof AppDevice)) throw new Error('not the app');
      const left = (await device.box()) ?? '';
      const thread = (await device.newest()) ?? [];
      expect(thread.map(({ text }) => text)).not.toContain(left);
    };
    const begun = performance.now();
    const { events, logs } = await play(killsPlan(seed), {
      newDevice: (options) => new AppDevice({ ...options, keys }),
      load: killsLoad({ seed, times, withinMs: 900, onStart: lookIntoTheBox }),
    });
    const verdict = judge(events, {
      kept: times / 2,
      hits: 0,
      invariants: ['I1', 'I2', 'I3', 'I5', 'I6', 'I11'],
    });
    await test.info().attach('verdict.txt', { body: printed(verdict), contentType: 'text/plain' });
    for (const [name, log] of logs)
      await test.info().attach(`${name}.log`, { body: log, contentType: 'text/plain' });
    tellLongRun({
      name: seed === 1 ? 'app-kills' : `app-kills-${seed}`,
      shows: 'The real app in a window, killed while somebody writes: nothing lost, nothing sent twice.',
      command: `ONETHREAD_KILLS=${times} ONETHREAD_KILLS_SEED=${seed} ONETHREAD_EVIDENCE=1 npm run e2e -- kills`,
      ...{ seed, runs: 1, invalid: verdict.kind === 'valid' ? 0 : 1, counts: verdict.counts },
      seconds: Math.round((performance.now() - begun) / 1_000),
    });
    expect(verdict.counts['kills']).toBe(times);
    expect(printed(verdict)).toMatch(/^valid/);
  });
});
