import { useEffect, useRef } from 'react';
import { answered } from '../view/smooch.ts';
import { useAttentive } from '../view/attention.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** As long as it takes to have seen that something is there. */
export const readAfterMs = 1_000;

/** Tells main that all is read: after the end of the thread has been before somebody's eyes for a second. */
export function useReadMark(endVisible: boolean): void {
  const { smooch, attention } = useSurroundings();
  const locks = useView((view) => view.desktopLocks);
  const known = useRef(locks);
  useEffect(() => {
    // A locked screen covers a window that keeps its focus.
    if (locks !== known.current) attention.leave();
    known.current = locks;
  }, [attention, locks]);
  const epoch = useView((view) => view.session.epoch);
  const last = useView((view) => view.thread.messages.at(-1)?.key ?? null);
  const unread = useView((view) => view.unreadCount > 0);
  const seen = useAttentive() && endVisible && unread && last !== null;
  useEffect(() => {
    if (!seen) return;
    const timer = setTimeout(
      () => void answered('markAllAsRead', smooch.markAllAsRead({ epoch })),
      readAfterMs,
    );
    return () => clearTimeout(timer);
    // A message that arrives meanwhile has to be seen for its own second.
  }, [seen, last, epoch, smooch]);
}
