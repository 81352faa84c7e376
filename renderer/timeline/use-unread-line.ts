import { useState } from 'react';
import type { Message } from '../../contract/model.ts';
import type { Thread } from '../../contract/view.ts';
import { useView } from '../view/surroundings.tsx';
import { useAttentive, useFocused } from '../view/attention.ts';
import { isOwn, unreadLine } from './rows.ts';
import type { UnreadLine } from './rows.ts';

/** Where the reading stopped, as far as this window knows. */
export type LineState = {
  readonly line: UnreadLine | null;
  /** Whether these unread messages got their line, or came under somebody's eyes and need none. */
  readonly decided: boolean;
  /** Nothing was unread yet since the thread was opened: the first decision always draws a line. */
  readonly fresh: boolean;
  readonly lastOwn: string | null;
};

type Moment = {
  readonly messages: readonly Message[];
  readonly unreadCount: number;
  /** The first unread message, where the thread was opened at it. */
  readonly from: string | null;
  /** The thread goes on below `messages`: where the unread part begins cannot be counted from there. */
  readonly newer: boolean;
  /** Somebody is looking at the end of the thread. */
  readonly watched: boolean;
  readonly focused: boolean;
};

export const lineAtOpening: LineState = { line: null, decided: false, fresh: true, lastOwn: null };

/**
 * The line "N new messages" stands from the moment something came unseen until the person sends, or leaves the window
 * with everything read.
 */
export function nextLine(state: LineState, moment: Moment): LineState {
  const { messages, unreadCount, from, newer, watched, focused } = moment;
  if (newer && unreadCount > 0) {
    const drawn = state.line ?? (from === null ? null : { before: from, count: unreadCount });
    return settled(state, { ...state, decided: drawn !== null, line: grown(drawn, unreadCount) });
  }
  const lastOwn = newer ? state.lastOwn : (messages.findLast(isOwn)?.key ?? null);
  const wrote = state.lastOwn !== lastOwn && state.lastOwn !== null;
  const fresh = state.fresh && messages.length === 0;
  if (unreadCount === 0) {
    const keeps = !wrote && focused;
    return settled(state, { line: keeps ? state.line : null, decided: false, fresh, lastOwn });
  }
  if (wrote) return { line: null, decided: true, fresh, lastOwn };
  if (state.decided) {
    return settled(state, { ...state, lastOwn, line: grown(state.line, unreadCount) });
  }
  if (watched && !state.fresh) return { line: state.line, decided: true, fresh, lastOwn };
  const line = unreadLine(messages, unreadCount);
  return settled(state, { line: line ?? state.line, decided: line !== null, fresh, lastOwn });
}

function grown(line: UnreadLine | null, unreadCount: number): UnreadLine | null {
  return line !== null && line.count < unreadCount ? { ...line, count: unreadCount } : line;
}

/** The same object for the same state: rendering settles when nothing changes any more. */
function settled(last: LineState, next: LineState): LineState {
  const same =
    last.line === next.line &&
    last.decided === next.decided &&
    last.fresh === next.fresh &&
    last.lastOwn === next.lastOwn;
  return same ? last : next;
}

export function useUnreadLine(
  { messages, newer }: Pick<Thread, 'messages' | 'newer'>,
  atEnd: boolean,
): UnreadLine | null {
  const unreadCount = useView((view) => view.unreadCount);
  const from = useView((view) => view.unreadFrom);
  const attentive = useAttentive();
  const focused = useFocused();
  const [state, setState] = useState(lineAtOpening);
  const next = nextLine(state, { messages, unreadCount, from, newer, watched: attentive && atEnd, focused });
  if (next !== state) setState(next);
  return next.line;
}
