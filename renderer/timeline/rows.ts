import type { Message } from '../../contract/model.ts';
import type { Thread, Typing } from '../../contract/view.ts';
import { dayOf, shownAt } from './dates.ts';

/** Messages of one author within this time stand as one group. */
export const groupMs = 5 * 60_000;

/**
 * What the thread is drawn from, top to bottom: one row per message between a top and a bottom that are always there.
 * What stands between two messages belongs to the row of the second, so that rows come and go only with messages and the
 * list can keep each at its place.
 */
export type Row =
  | { readonly kind: 'top'; readonly key: 'top'; readonly older: Thread['older'] }
  | MessageRow
  | {
      readonly kind: 'bottom';
      readonly key: 'bottom';
      /** There is more below. */
      readonly newer: boolean;
      readonly typing: Typing | null;
    };

export type MessageRow = {
  readonly kind: 'message';
  readonly key: string;
  readonly message: Message;
  /** The local midnight of the day that begins with this message. */
  readonly startsDay: number | null;
  /** Something between the message above and this one is still being fetched. */
  readonly afterGap: boolean;
  /** The length of the unread part that begins with this message. */
  readonly startsUnread: number | null;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
  /** How far an own message has come is told once for those that have come equally far. */
  readonly showsStatus: boolean;
};

export type UnreadLine = {
  /** The first unread message; the line stands above it. */
  readonly before: string;
  readonly count: number;
};

type Scene = {
  readonly messages: readonly Message[];
  readonly older: Thread['older'];
  readonly newer: boolean;
  readonly gaps: Thread['gaps'];
  readonly unread: UnreadLine | null;
  readonly typing: Typing | null;
};

export function rowsOf({ messages, older, newer, gaps, unread, typing }: Scene): readonly Row[] {
  const lastSeen = messages.findLast((message) => message.status === 'seen' && isOwn(message))?.key;
  const rows: MessageRow[] = [];
  let day: number | null = null;
  for (const [index, message] of messages.entries()) {
    const at = shownAt(message);
    // A clock that runs backwards makes no new day: what waits to be sent stays under the day it was put.
    const startsDay: number | null = at !== null && (day === null || dayOf(at) > day) ? dayOf(at) : null;
    day = startsDay ?? day;
    const startsUnread = message.key === unread?.before ? unread.count : null;
    const previous = messages[index - 1];
    const afterGap = previous !== undefined && gaps.some((edge) => liesBetween(previous, edge, message));
    const apart = startsDay !== null || startsUnread !== null || afterGap || previous === undefined;
    const startsGroup = apart || !together(previous, message);
    rows.push({
      kind: 'message',
      key: message.key,
      message,
      startsDay,
      afterGap,
      startsUnread,
      startsGroup,
      endsGroup: true,
      showsStatus: isOwn(message) && (message.status !== 'seen' || message.key === lastSeen),
    });
  }
  return [
    { kind: 'top', key: 'top', older },
    ...rows.map((row, index) => endOfGroup(row, rows[index + 1])),
    { kind: 'bottom', key: 'bottom', newer, typing: newer ? null : typing },
  ];
}

function liesBetween(above: Message, edge: number, below: Message): boolean {
  return (
    above.received !== null && above.received < edge && (below.received === null || below.received >= edge)
  );
}

/** A row that goes on in the next one: the time stands at the end, and so does the status unless it differs. */
function endOfGroup(row: MessageRow, next: MessageRow | undefined): MessageRow {
  if (next === undefined || next.startsGroup) return row;
  const { status } = row.message;
  const differs = status === 'failed' || status === 'seen' || next.message.status !== status;
  return { ...row, endsGroup: false, showsStatus: row.showsStatus && differs };
}

/**
 * Where the line "N new messages" goes when `unreadCount` messages of the business are unread.
 *
 * @returns null if nothing is unread, or none of it is in `messages`
 */
export function unreadLine(messages: readonly Message[], unreadCount: number): UnreadLine | null {
  let left = unreadCount;
  let first: string | null = null;
  for (let index = messages.length - 1; index >= 0 && left > 0; index -= 1) {
    const message = messages[index];
    if (message === undefined || isOwn(message)) continue;
    first = message.key;
    left -= 1;
  }
  return first === null ? null : { before: first, count: unreadCount };
}

export function isOwn(message: Message): boolean {
  return message.author.kind === 'self';
}

/** Own, and not with the service: it can still be changed or taken back. */
export function isUnsent({ id, status }: Message): boolean {
  return id === null && (status === 'queued' || status === 'failed');
}

function together(before: Message, after: Message): boolean {
  if (before.author.kind !== after.author.kind) return false;
  if (before.author.kind === 'business' && after.author.kind === 'business') {
    if (before.author.name !== after.author.name) return false;
  }
  const [from, to] = [shownAt(before), shownAt(after)];
  return from === null || to === null || Math.abs(to - from) < groupMs;
}
