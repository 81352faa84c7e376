import type { Row } from './rows.ts';

/** The rows on the screen, and how the list got from the last ones to these. */
export type Stretch = {
  readonly rows: readonly Row[];
  /** Rows came or went at the top only: the list then holds its place from the end. */
  readonly shift: boolean;
  /** Counts the jumps to another part of the thread; the list starts afresh with each. */
  readonly jump: number;
  /** Where this is going. Differs from `rows` only half-way, when both ends changed at once. */
  readonly goal: readonly Row[];
};

export const firstStretch = (rows: readonly Row[]): Stretch => ({ rows, shift: false, jump: 0, goal: rows });

/**
 * The next step towards `goal`. The list can hold its place while rows change at its top or at its end, not at both: such
 * a change takes two steps, the top first.
 */
export function nextStretch(last: Stretch, goal: readonly Row[]): Stretch {
  const [before, after] = [messageKeys(last.rows), messageKeys(goal)];
  const there = { rows: goal, shift: false, jump: last.jump, goal };
  if (before.length === 0 || after.length === 0) return there;
  const known = new Set(before);
  const lastKnown = after.findLastIndex((key) => known.has(key));
  if (lastKnown < 0) return { ...there, jump: last.jump + 1 };
  if (before[0] === after[0]) return there;
  return { ...there, rows: withoutTail(goal, after.length - 1 - lastKnown), shift: true };
}

export function messageKeys(rows: readonly Row[]): readonly string[] {
  return rows.filter((row) => row.kind === 'message').map((row) => row.key);
}

/** All but the last `count` messages; the row at the bottom stays. */
function withoutTail(rows: readonly Row[], count: number): readonly Row[] {
  return count === 0 ? rows : [...rows.slice(0, -1 - count), ...rows.slice(-1)];
}
