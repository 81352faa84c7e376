import { useEffect, useState, useSyncExternalStore } from 'react';

/** The time, fresh every `everyMs`: enough for "Today" to become "Yesterday" at midnight without anything else moving. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Whole seconds until `at` (milliseconds since 1970), counted down to 0. */
export function useSecondsLeft(at: number): number {
  return useSyncExternalStore(everyQuarter, () => Math.max(0, Math.ceil((at - Date.now()) / 1000)));
}

function everyQuarter(listener: () => void): () => void {
  const timer = setInterval(listener, 250);
  return () => clearInterval(timer);
}

export function after(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}
