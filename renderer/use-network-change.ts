import { useEffect } from 'react';
import { answered } from './view/smooch.ts';
import { useSurroundings } from './view/surroundings.tsx';

/**
 * Another network, or one again: what waits for a timer goes now, and a connection that was open before is doubted. Only
 * the page is told of it; main hears from it.
 */
export function useNetworkChange(): void {
  const { smooch } = useSurroundings();
  useEffect(() => {
    const changed = () => void answered('tryNow', smooch.tryNow());
    window.addEventListener('online', changed);
    const connection = 'connection' in navigator ? navigator.connection : null;
    const named = connection instanceof EventTarget ? connection : null;
    named?.addEventListener('change', changed);
    return () => {
      window.removeEventListener('online', changed);
      named?.removeEventListener('change', changed);
    };
  }, [smooch]);
}
