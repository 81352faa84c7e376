import { useEffect, useEffectEvent } from 'react';
import type { RefObject } from 'react';

/**
 * A button that has done its work may go with the focus on it: a form that was sent, "Try again", "Load picture". The focus
 * then goes to its message, so that whoever works by keyboard goes on from there and not from the top of the window.
 *
 * @param onGone the message has gone too
 */
export function useFocusKept(scroller: RefObject<HTMLElement | null>, onGone: () => void): void {
  const tellGone = useEffectEvent(onGone);
  useEffect(() => {
    const { current: box } = scroller;
    if (box === null) return;
    let holder: HTMLElement | null = null;
    const onFocusIn = ({ target }: FocusEvent) => {
      holder = target instanceof Element ? target.closest('article') : null;
    };
    const onFocusOut = ({ target }: FocusEvent) => {
      // Some engines say so before an element is taken away: only afterwards it shows whether it still is there.
      queueMicrotask(() => {
        const hasLeft = target instanceof Element && target.isConnected && holder?.contains(target) === true;
        if (hasLeft && !holder?.contains(document.activeElement)) holder = null;
      });
    };
    const observer = new MutationObserver(() => {
      if (holder === null || document.activeElement !== document.body) return;
      if (holder.isConnected) return holder.focus({ preventScroll: true });
      holder = null;
      tellGone();
    });
    observer.observe(box, { childList: true, subtree: true });
    box.addEventListener('focusin', onFocusIn);
    box.addEventListener('focusout', onFocusOut);
    return () => {
      observer.disconnect();
      box.removeEventListener('focusin', onFocusIn);
      box.removeEventListener('focusout', onFocusOut);
    };
  }, [scroller]);
}
