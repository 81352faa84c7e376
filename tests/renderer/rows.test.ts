import './english.ts';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../contract/model.ts';
import { dayLabel, dayOf } from '../../renderer/timeline/dates.ts';
import { groupMs, rowsOf, unreadLine } from '../../renderer/timeline/rows.ts';
import type { MessageRow } from '../../renderer/timeline/rows.ts';
import { says, waits, writes } from './make.ts';

const noon = new Date(2026, 4, 12, 12).getTime();
const minute = 60_000;

function drawn(
  messages: readonly Message[],
  unread: { before: string; count: number } | null = null,
): MessageRow[] {
  const rows = rowsOf({ messages, older: 'beginning', newer: false, gaps: [], unread, typing: null });
  return rows.filter((row) => row.kind === 'message');
}

describe('rowsOf', () => {
  it('puts the messages between a top and a bottom that are always there', () => {
    const rows = rowsOf({
      messages: [says('a', noon, 'x')],
      older: 'more',
      newer: false,
      gaps: [],
      unread: null,
      typing: null,
    });
    expect(rows.map((row) => row.key)).toEqual(['top', 'a', 'bottom']);
  });

  it('groups what one author says within five minutes', () => {
    const rows = drawn([
      says('a', noon, '1'),
      says('b', noon + groupMs - 1, '2'),
      says('c', noon + 2 * groupMs, '3'),
    ]);
    expect(rows.map((row) => [row.startsGroup, row.endsGroup])).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
  });

  it('starts a new group for another author, and for another person of the business', () => {
    const rows = drawn([
      says('a', noon, '1'),
      says('b', noon + 1, '2', { name: 'Tom' }),
      writes('c', noon + 2, '3'),
    ]);
    expect(rows.map((row) => row.startsGroup)).toEqual([true, true, true]);
  });

  it('starts a day at local midnight, and only there', () => {
    const midnight = dayOf(noon) + 24 * 60 * minute;
    const rows = drawn([
      says('a', noon, '1'),
      says('b', midnight - 1, '2'),
      says('c', midnight, '3'),
      says('d', midnight + 1, '4'),
    ]);
    expect(rows.map((row) => row.startsDay)).toEqual([dayOf(noon), null, midnight, null]);
    expect(rows[1]?.endsGroup).toBe(true);
  });

  it('keeps what waits to be sent under the present day when the clock of this device is behind', () => {
    const rows = drawn([says('a', noon, '1'), waits(1, noon - 40 * 60 * minute, '2')]);
    expect(rows.map((row) => row.startsDay)).toEqual([dayOf(noon), null]);
  });

  it('draws the unread line above the first unread message, which then starts a group', () => {
    const rows = drawn([says('a', noon, '1'), says('b', noon + 1, '2')], { before: 'b', count: 1 });
    expect(rows.map((row) => [row.startsUnread, row.startsGroup])).toEqual([
      [null, true],
      [1, true],
    ]);
    expect(rows[0]?.endsGroup).toBe(true);
  });

  it('tells how far own messages have come once per group, unless they differ', () => {
    const rows = drawn([
      writes('a', noon, '1', { status: 'delivered' }),
      writes('b', noon + 1, '2', { status: 'delivered' }),
      waits(1, noon + 2, '3'),
      waits(2, noon + 3, '4', { status: 'failed' }),
      waits(3, noon + 4, '5'),
    ]);
    expect(rows.map((row) => row.showsStatus)).toEqual([false, true, true, true, true]);
  });

  it('says "seen" only under the last message that was seen', () => {
    const rows = drawn([writes('a', noon, '1'), says('b', noon + 1, '2'), writes('c', noon + 2, '3')]);
    expect(rows.map((row) => row.showsStatus)).toEqual([false, false, true]);
  });
});

describe('unreadLine', () => {
  const thread = [says('a', noon, '1'), writes('b', noon, '2'), says('c', noon, '3'), says('d', noon, '4')];

  it('counts back over the messages of the business', () => {
    expect(unreadLine(thread, 2)).toEqual({ before: 'c', count: 2 });
    expect(unreadLine(thread, 3)).toEqual({ before: 'a', count: 3 });
  });

  it('stands at the first message it can see when more is unread than is loaded', () => {
    expect(unreadLine(thread, 40)).toEqual({ before: 'a', count: 40 });
  });

  it('is absent when nothing is unread, or nothing of it is here', () => {
    expect(unreadLine(thread, 0)).toBeNull();
    expect(unreadLine([writes('b', noon, '2')], 1)).toBeNull();
  });
});

describe('dayLabel', () => {
  const today = dayOf(noon);
  const daysAgo = (days: number) => dayOf(new Date(2026, 4, 12 - days, 12).getTime());

  it.each([
    [0, 'Today'],
    [1, 'Yesterday'],
    [2, 'Sunday'],
    [6, 'Wednesday'],
    [60, '13 March 2026'],
  ])('names the day %i days ago', (days, label) => {
    const shown = dayLabel(daysAgo(days), today);
    // en-GB and en-US order the parts of a full date differently; both are right.
    expect(shown.replace('March 13, 2026', '13 March 2026')).toBe(label);
  });
});
