import { useSyncExternalStore } from 'react';
import type { Announcer } from './announcer.ts';

export function Announcements({ announcer }: { readonly announcer: Announcer }) {
  const { polite, assertive } = useSyncExternalStore(announcer.subscribe, announcer.current);
  return (
    <div className="visually-hidden">
      <div aria-live="polite">{polite}</div>
      <div role="alert">{assertive}</div>
    </div>
  );
}
