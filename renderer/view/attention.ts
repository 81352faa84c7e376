import { useSyncExternalStore } from 'react';
import { useSurroundings } from './surroundings.tsx';

/** Without any input for this long, a focused window proves nothing about a reader. */
export const presenceMs = 60_000;

const inputs = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

type Deps = {
  readonly window: Window;
  readonly after: (delayMs: number, task: () => void) => () => void;
};

/** Whether somebody sits in front of this window: it has the focus, and was used within the last minute. */
export class Attention {
  readonly #deps: Deps;
  readonly #listeners = new Set<() => void>();
  #focused: boolean;
  #present = true;
  #cancel: () => void = () => undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { window } = deps;
    this.#focused = window.document.hasFocus();
    window.addEventListener('focus', () => this.#become(true, true));
    window.addEventListener('blur', () => this.#become(false, this.#present));
    for (const input of inputs)
      window.addEventListener(input, () => this.#used(), { passive: true, capture: true });
    this.#used();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Nobody is at the desktop, whatever has the focus there, until this window is used again. */
  readonly leave = (): void => {
    this.#cancel();
    this.#become(this.#focused, false);
  };

  readonly focused = (): boolean => this.#focused;
  readonly attentive = (): boolean => this.#focused && this.#present;

  #used(): void {
    this.#cancel();
    this.#cancel = this.#deps.after(presenceMs, () => this.#become(this.#focused, false));
    this.#become(this.#deps.window.document.hasFocus(), true);
  }

  #become(focused: boolean, present: boolean): void {
    if (focused === this.#focused && present === this.#present) return;
    this.#focused = focused;
    this.#present = present;
    for (const listener of this.#listeners) listener();
  }
}

export function useAttentive(): boolean {
  const { attention } = useSurroundings();
  return useSyncExternalStore(attention.subscribe, attention.attentive);
}

export function useFocused(): boolean {
  const { attention } = useSurroundings();
  return useSyncExternalStore(attention.subscribe, attention.focused);
}
