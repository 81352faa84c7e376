/** One person writes on and on at a device that is killed again and again, and never learns when. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../fakes/random.ts';
import type { Load } from './load.ts';
import type { Person } from './person.ts';
import type { Plan } from './plans/plan.ts';

export interface Kills {
  readonly seed: number;
  readonly times: number;
  /** The latest a kill comes after the device can be written on; the earliest is at once. */
  readonly withinMs: number;
  /** Looks at the device after each start, before anything is written. */
  readonly onStart?: (person: Person) => Promise<void>;
}

/** How many kills lie between two readings of the whole thread: reading all of it takes the longer, the more there is. */
const killsBetweenReads = (times: number): number => Math.max(10, Math.ceil(times / 20));

/** One device, and nothing but what `killsLoad` does to it. */
export function killsPlan(seed: number): Plan {
  return { seed, devices: [{ name: 'd1', user: 'ana' }], sends: [], ops: [], faults: [] };
}

export function killsLoad({ seed, times, withinMs, onStart }: Kills): Load {
  const random = seededRandom(seed);
  let written = 0;
  /** Until the device dies under it. */
  const write = async (person: Person): Promise<void> => {
    while (person.isUp) {
      written += 1;
      await person.send({ key: random.uuid(), text: `Written as number ${written}` });
    }
  };
  return async ({ people }) => {
    const [person] = people;
    if (person === undefined) throw new Error('nobody to write');
    for (let kill = 1; kill <= times; kill += 1) {
      const writing = write(person);
      await sleep(Math.floor(random.fraction() * withinMs));
      await person.kill();
      await writing;
      await person.start();
      await onStart?.(person);
      if (kill % killsBetweenReads(times) === 0) await person.read();
    }
  };
}
