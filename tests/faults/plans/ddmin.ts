/**
 * The least part of `items` that still fails, found by halving (A. Zeller, R. Hildebrandt, Simplifying and Isolating
 * Failure-Inducing Input, 2002): taking out any one of what is left makes it pass. Assumes that all of `items` fail.
 */
export async function ddmin<T>(
  items: readonly T[],
  fails: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  if (items.length === 0 || (await fails([]))) return [];
  let left = items;
  let pieces = 2;
  while (left.length >= 2) {
    const smaller = await oneStep(left, Math.min(pieces, left.length), fails);
    if (smaller !== null) {
      pieces = smaller.length < left.length / 2 ? 2 : Math.max(pieces - 1, 2);
      left = smaller;
    } else if (pieces >= left.length) break;
    else pieces = Math.min(pieces * 2, left.length);
  }
  return left;
}

/** One piece alone, or all but one piece, whichever fails first. */
async function oneStep<T>(
  left: readonly T[],
  pieces: number,
  fails: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | null> {
  const cut = (n: number): number => Math.round((left.length * n) / pieces);
  const numbers = Array.from({ length: pieces }, (_, n) => n);
  const alone = numbers.map((n) => left.slice(cut(n), cut(n + 1)));
  const rest = pieces === 2 ? [] : numbers.map((n) => [...left.slice(0, cut(n)), ...left.slice(cut(n + 1))]);
  for (const some of [...alone, ...rest]) if (await fails(some)) return some;
  return null;
}
