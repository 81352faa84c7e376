import type { Row } from './rows.ts';

/** The rows on the screen, and how the list got from the last ones to these. */
export type Stretch = {
  readonly rows: readonly Row[];
  /** Rows came or went at the top only: the list then holds its place from the end. */
  readonly shift: boolean;
  /** Rows came or went at both ends: the list cannot hold its place by itself. */
  readonly torn: boolean;
  /** Counts the jumps to another part of the thread; the list starts afresh with each. */
  readonly jump: number;
};

export const firstStretch = (rows: readonly Row[]): Stretch => ({ rows, shift: false, torn: false, jump: 0 });

export function nextStretch(last: Stretch, rows: readonly Row[]): Stretch {
  const [before, after] = [messageKeys(last.rows), messageKeys(rows)];
  const still = { rows, shift: false, torn: false, jump: last.jump };
  if (before.length === 0 || after.length === 0) return still;
  const known = new Set(before);
  if (!after.some((key) => known.has(key))) return { ...still, jump: last.jump + 1 };
  const topMoved = before[0] !== after[0];
  const bottomStayed = before.at(-1) === after.at(-1);
  return { ...still, shift: topMoved && bottomStayed, torn: topMoved && !bottomStayed };
}

export function messageKeys(rows: readonly Row[]): readonly string[] {
  return rows.filter((row) => row.kind === 'message').map((row) => row.key);
}
