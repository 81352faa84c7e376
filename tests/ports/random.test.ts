import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nodeRandom } from '../../main/adapters/random-node.ts';
import type { Random } from '../../main/ports/random.ts';
import { seededRandom } from '../fakes/random.ts';

for (const [name, random] of [
  ['The seeded chance', seededRandom(7)],
  ['The system’s chance', nodeRandom],
] satisfies [string, Random][]) {
  describe(name, () => {
    it('makes UUIDs of version 4, each a new one', () => {
      const made = Array.from({ length: 1_000 }, () => random.uuid());
      for (const uuid of made)
        expect(z.uuidv4().safeParse(uuid).success && uuid === uuid.toLowerCase()).toBe(true);
      expect(new Set(made).size).toBe(1_000);
    });

    it('makes hex of the asked length, each a new one', () => {
      const made = Array.from({ length: 1_000 }, () => random.hex(32));
      expect(made.every((hex) => /^[0-9a-f]{64}$/.test(hex))).toBe(true);
      expect(new Set(made).size).toBe(1_000);
    });

    it('spreads fractions over [0, 1)', () => {
      const made = Array.from({ length: 10_000 }, () => random.fraction());
      expect(made.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
      for (let tenth = 0; tenth < 10; tenth++) {
        expect(made.filter((fraction) => Math.floor(fraction * 10) === tenth).length).toBeGreaterThan(800);
      }
    });
  });
}

it('The seeded chance is the same at every run of a seed, and another for another', () => {
  const three = (seed: number): string[] => {
    const random = seededRandom(seed);
    return [random.uuid(), random.hex(8), random.uuid()];
  };
  expect(three(1)).toEqual(three(1));
  expect(three(1)).not.toEqual(three(2));
});
