import type { Undo } from './clock.ts';

/** Says that what was asked for is no longer wanted. */
export interface Signal {
  readonly aborted: boolean;
  /** Called once, at once if already aborted. */
  onAbort(listener: () => void): Undo;
}

/** A signal and its switch. Aborting twice is the same as once. */
export function createSignal(): { readonly signal: Signal; abort(): void } {
  const listeners = new Set<() => void>();
  let aborted = false;
  const signal: Signal = {
    get aborted() {
      return aborted;
    },
    onAbort(listener) {
      if (aborted) {
        listener();
        return () => undefined;
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    signal,
    abort() {
      if (aborted) return;
      aborted = true;
      for (const listener of [...listeners]) listener();
      listeners.clear();
    },
  };
}
