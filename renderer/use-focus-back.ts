import { useEffect, useLayoutEffect, useRef } from 'react';

/**
 * A dialog gives the focus back to whatever had it, unless that was hidden meanwhile, as everything of a thread is. Then
 * it comes back here, once nothing stands before the conversation any more.
 */
export function useFocusBack(isAway: boolean): void {
  const last = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && target.closest('dialog') === null) last.current = target;
    };
    last.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    document.addEventListener('focusin', onFocus);
    return () => document.removeEventListener('focusin', onFocus);
  }, []);
  useLayoutEffect(() => {
    if (!isAway && document.activeElement === document.body) last.current?.focus();
  }, [isAway]);
}
