import type { Row } from './rows.ts';

/** The rows on the screen, and how the list got from the last ones to these. */
export type Stretch = {
  readonly rows: readonly Row[];
  /** Rows came or went above what is read only: the list then holds its place from the end. */
  readonly shift: boolean;
  /** Counts the jumps to another part of the thread; the list starts afresh with each. */
  readonly jump: number;
  /** Where this is going. Differs from `rows` only half-way, when both sides changed at once. */
  readonly goal: readonly Row[];
};

export const firstStretch = (rows: readonly Row[]): Stretch => ({ rows, shift: false, jump: 0, goal: rows });

/**
 * The next step towards `goal`. The list can hold its place while rows come or go above what is read or below it, not
 * both: such a change takes two steps, the upper part first.
 *
 * @param reading the key of the message that must not move; null at the end of the thread
 */
export function nextStretch(last: Stretch, goal: readonly Row[], reading: string | null): Stretch {
  const [before, after] = [messageKeys(last.rows), messageKeys(goal)];
  const there = { rows: goal, shift: false, jump: last.jump, goal };
  if (before.length === 0 || after.length === 0) return there;
  const held = heldKey(before, after, reading);
  if (held === null) return { ...there, jump: last.jump + 1 };
  const [from, to] = [before.indexOf(held), after.indexOf(held)];
  if (isSame(before.slice(0, from), after.slice(0, to))) return there;
  if (isSame(before.slice(from), after.slice(to))) return { ...there, shift: true };
  return { ...there, rows: [...through(goal, held), ...behind(last.rows, held)], shift: true };
}

export function messageKeys(rows: readonly Row[]): readonly string[] {
  return rows.filter((row) => row.kind === 'message').map((row) => row.key);
}

/** The message around which the list stays: the one that is read, else the nearest to it that is in both. */
function heldKey(before: readonly string[], after: readonly string[], reading: string | null): string | null {
  const stays = new Set(after);
  const place = reading === null ? before.length - 1 : before.indexOf(reading);
  const from = place < 0 ? before.length - 1 : place;
  const below = reading === null ? undefined : before.slice(from).find((key) => stays.has(key));
  return below ?? before.slice(0, from + 1).findLast((key) => stays.has(key)) ?? null;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}

function through(rows: readonly Row[], key: string): readonly Row[] {
  return rows.slice(0, rows.findIndex((row) => row.key === key) + 1);
}

function behind(rows: readonly Row[], key: string): readonly Row[] {
  return rows.slice(rows.findIndex((row) => row.key === key) + 1);
}
