/** Breaking the same work at its first point, its second, its third … and looking each time at what is left. */

import type { Point } from './strace.ts';

export interface Attempt {
  /** Whether the fault took effect: past the end of the work it cannot. */
  readonly isHit: boolean;
  readonly wrong: readonly string[];
}

export interface Swept {
  /** How many points the work had when nothing disturbed it. */
  readonly points: number;
  readonly tried: number;
  readonly hits: number;
  readonly wrong: readonly string[];
  readonly seconds: number;
}

/** As many points as are tried in every test run. */
const slice = 40;

/** All of them with `ONETHREAD_SWEEP=all`, else a slice from the first to the last. */
export function chosen<T extends object>(
  all: readonly T[],
  isWhole = process.env['ONETHREAD_SWEEP'] === 'all',
): readonly T[] {
  if (isWhole || all.length <= slice) return all;
  const step = (all.length - 1) / (slice - 1);
  return Array.from({ length: slice }, (_, n) => all[Math.round(n * step)]).flatMap((point) => point ?? []);
}

/** Two at a time. */
export async function sweep(
  all: readonly Point[],
  attempt: (point: Point) => Promise<Attempt>,
): Promise<Swept> {
  const begin = performance.now();
  const points = chosen(all);
  const next = points.values();
  const wrong: string[] = [];
  let hits = 0;
  const inTurn = async (): Promise<void> => {
    for (const point of next) {
      const { isHit, wrong: found } = await attempt(point);
      if (isHit) hits += 1;
      wrong.push(...found.map((what) => `${point.call} ${point.nth}: ${what}`));
    }
  };
  await Promise.all([inTurn(), inTurn()]);
  const seconds = Math.round((performance.now() - begin) / 1000);
  return { points: all.length, tried: points.length, hits, wrong, seconds };
}
