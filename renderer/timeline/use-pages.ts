import { useCallback, useLayoutEffect, useRef } from 'react';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** Asks main for more of the thread. Scrolling asks again and again: each page is asked for once. */
export function usePages() {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const older = useView((view) => view.thread.older);
  const newer = useView((view) => view.thread.newer);
  const first = useView((view) => view.thread.messages[0]?.key ?? null);
  const last = useView((view) => view.thread.messages.at(-1)?.key ?? null);
  const linkKind = useView((view) => view.link.kind);
  const asked = useRef({ older: false, newer: false });
  useLayoutEffect(() => {
    // Once more also when the connection has changed since: the service may have what this device has not.
    asked.current.older = false;
  }, [first, linkKind]);
  useLayoutEffect(() => {
    asked.current.newer = false;
  }, [last]);
  const showOlder = useCallback(() => {
    const isThere = older === 'more' || (older === 'unreachable' && linkKind === 'live');
    if (!isThere || asked.current.older) return;
    asked.current.older = true;
    void answered('showOlder', smooch.showOlder({ epoch }));
  }, [epoch, linkKind, older, smooch]);
  const showNewer = useCallback(() => {
    if (!newer || asked.current.newer) return;
    asked.current.newer = true;
    void answered('showNewer', smooch.showNewer({ epoch })).then(({ ok }) => {
      if (!ok) asked.current.newer = false;
    });
  }, [epoch, newer, smooch]);
  const showLatest = useCallback(
    () => void answered('showLatest', smooch.showLatest({ epoch })),
    [epoch, smooch],
  );
  return { showOlder, showNewer, showLatest };
}
