import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../renderer/timeline/rows.ts';
import { firstStretch, nextStretch } from '../../renderer/timeline/stretch.ts';
import { says } from './make.ts';

const rows = (...keys: string[]) =>
  rowsOf({
    messages: keys.map((key, index) => says(key, index, key)),
    older: 'more',
    gaps: [],
    unread: null,
    typing: null,
  });

const step = (from: string[], to: string[]) => nextStretch(firstStretch(rows(...from)), rows(...to));

describe('nextStretch', () => {
  it('holds its place from the end when an older page came', () => {
    expect(step(['c', 'd'], ['a', 'b', 'c', 'd'])).toMatchObject({ shift: true, jump: 0 });
  });

  it('holds its place from the start when something arrived', () => {
    expect(step(['a', 'b'], ['a', 'b', 'c'])).toMatchObject({ shift: false, jump: 0 });
  });

  it('takes two steps when both happened at once, the top first', () => {
    const half = step(['b', 'c'], ['a', 'b', 'c', 'd']);
    expect(half).toMatchObject({ shift: true, jump: 0 });
    expect(half.rows.map((row) => row.key)).toEqual(['top', 'a', 'b', 'c', 'bottom']);
    const there = nextStretch(half, half.goal);
    expect(there).toMatchObject({ shift: false, jump: 0 });
    expect(there.rows).toBe(half.goal);
  });

  it('starts afresh in another part of the thread', () => {
    expect(step(['a', 'b'], ['y', 'z'])).toMatchObject({ shift: false, jump: 1 });
  });

  it('does not start afresh for the first messages of an empty thread', () => {
    expect(step([], ['a'])).toMatchObject({ shift: false, jump: 0 });
  });
});
