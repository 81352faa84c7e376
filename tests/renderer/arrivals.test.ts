import { describe, expect, it } from 'vitest';
import { arrivals } from '../../renderer/timeline/arrivals.ts';
import { lineAtOpening, nextLine } from '../../renderer/timeline/use-unread-line.ts';
import type { LineState } from '../../renderer/timeline/use-unread-line.ts';
import { says, waits, writes } from './make.ts';

const keysOf = (messages: readonly { key: string }[]) => messages.map(({ key }) => key);

describe('arrivals', () => {
  const known = [says('b', 2, 'B'), writes('c', 3, 'C')];

  it('are the messages of the business below what was known', () => {
    expect(keysOf(arrivals(known, [...known, says('d', 4, 'D'), writes('e', 5, 'E')]).received)).toEqual([
      'd',
    ]);
  });

  it('are not an older page, nor another part of the thread', () => {
    expect(arrivals(known, [says('a', 1, 'A'), ...known]).received).toEqual([]);
    expect(arrivals(known, [says('x', 90, 'X'), says('y', 91, 'Y')]).received).toEqual([]);
    expect(arrivals([], known).received).toEqual([]);
  });

  it('tell that an own message went out, and that one failed', () => {
    const before = [waits(1, 4, 'one'), waits(2, 5, 'two')];
    const now = [waits(1, 4, 'one', { status: 'sent' }), waits(2, 5, 'two', { status: 'failed' })];
    expect(arrivals(before, now)).toEqual({ received: [], sent: true, failed: true });
    expect(arrivals(now, now)).toEqual({ received: [], sent: false, failed: false });
  });
});

describe('the line of unread messages', () => {
  const thread = [says('a', 1, 'A'), writes('b', 2, 'B'), says('c', 3, 'C'), says('d', 4, 'D')];
  const moment = {
    ...{ messages: thread, unreadCount: 0, from: null as string | null, newer: false },
    ...{ watched: true, focused: true },
  };
  const settle = (state: LineState, part: Partial<typeof moment>): LineState => {
    const next = nextLine(state, { ...moment, ...part });
    return next === state ? state : settle(next, part);
  };
  const opened = settle(lineAtOpening, {});

  it('stands at opening, although somebody is looking', () => {
    expect(settle(lineAtOpening, { unreadCount: 2 }).line).toEqual({ before: 'c', count: 2 });
  });

  it('waits for the messages when they come after the count', () => {
    const waiting = settle(lineAtOpening, { unreadCount: 2, messages: [] });
    expect(waiting.line).toBeNull();
    expect(settle(waiting, { unreadCount: 2 }).line).toEqual({ before: 'c', count: 2 });
  });

  it('is not drawn for what arrives under somebody’s eyes', () => {
    expect(settle(opened, { unreadCount: 1 }).line).toBeNull();
  });

  it('is drawn for what arrives unseen, and grows with it', () => {
    const one = settle(opened, { unreadCount: 1, watched: false });
    expect(one.line).toEqual({ before: 'd', count: 1 });
    expect(settle(one, { unreadCount: 2, watched: false }).line).toEqual({ before: 'd', count: 2 });
  });

  it('stands at the message the thread was opened at, where more that is unread goes on below', () => {
    const above = { unreadCount: 300, newer: true };
    const line = settle(lineAtOpening, { ...above, from: 'c' });
    expect(line.line).toEqual({ before: 'c', count: 300 });
    expect(settle(line, { unreadCount: 300 }).line).toEqual({ before: 'c', count: 300 });
    expect(settle(lineAtOpening, above).line).toBeNull();
  });

  it('stays once all is read, until the person leaves', () => {
    const read = settle(settle(opened, { unreadCount: 1, watched: false }), { unreadCount: 0 });
    expect(read.line).toEqual({ before: 'd', count: 1 });
    expect(settle(read, { focused: false }).line).toBeNull();
  });

  it('goes when the person answers', () => {
    const line = settle(opened, { unreadCount: 1, watched: false });
    expect(settle(line, { unreadCount: 1, messages: [...thread, waits(1, 9, 'E')] }).line).toBeNull();
  });
});
