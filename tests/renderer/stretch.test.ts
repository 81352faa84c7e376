import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../renderer/timeline/rows.ts';
import { firstStretch, nextStretch } from '../../renderer/timeline/stretch.ts';
import { says } from './make.ts';

const rows = (...keys: string[]) =>
  rowsOf({
    messages: keys.map((key, index) => says(key, index, key)),
    older: 'more',
    newer: false,
    gaps: [],
    unread: null,
    typing: null,
  });

const step = (from: string[], to: string[], reading: string | null = null) =>
  nextStretch(firstStretch(rows(...from)), rows(...to), reading);
const keysOf = ({ rows: drawn }: { rows: readonly { key: string }[] }) => drawn.map(({ key }) => key);

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
    const there = nextStretch(half, half.goal, null);
    expect(there).toMatchObject({ shift: false, jump: 0 });
    expect(there.rows).toBe(half.goal);
  });

  it('lets go below only after an older page came above', () => {
    const half = step(['c', 'd', 'e', 'f'], ['a', 'b', 'c', 'd'], 'c');
    expect(half).toMatchObject({ shift: true, jump: 0 });
    expect(keysOf(half)).toEqual(['top', 'a', 'b', 'c', 'd', 'e', 'f', 'bottom']);
    const there = nextStretch(half, half.goal, 'c');
    expect(there).toMatchObject({ shift: false });
    expect(keysOf(there)).toEqual(['top', 'a', 'b', 'c', 'd', 'bottom']);
  });

  it('lets go above before a newer page comes below', () => {
    const half = step(['a', 'b', 'c', 'd'], ['c', 'd', 'e', 'f'], 'd');
    expect(half).toMatchObject({ shift: true, jump: 0 });
    expect(keysOf(half)).toEqual(['top', 'c', 'd', 'bottom']);
    expect(keysOf(nextStretch(half, half.goal, 'd'))).toEqual(['top', 'c', 'd', 'e', 'f', 'bottom']);
  });

  it('holds its place from the end when a hole above the reader is filled, from the start below', () => {
    expect(step(['a', 'd', 'e'], ['a', 'b', 'c', 'd', 'e'], 'e')).toMatchObject({ shift: true });
    expect(step(['a', 'd', 'e'], ['a', 'b', 'c', 'd', 'e'], 'a')).toMatchObject({ shift: false });
  });

  it('stays by the nearest message when the one that is read was deleted', () => {
    expect(step(['a', 'b', 'c'], ['z', 'a', 'c'], 'b')).toMatchObject({ shift: true, jump: 0 });
  });

  it('starts afresh in another part of the thread', () => {
    expect(step(['a', 'b'], ['y', 'z'])).toMatchObject({ shift: false, jump: 1 });
  });

  it('does not start afresh for the first messages of an empty thread', () => {
    expect(step([], ['a'])).toMatchObject({ shift: false, jump: 0 });
  });
});
