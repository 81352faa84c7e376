import type { Clock, Undo } from '../ports/clock.ts';

/** No wait is shorter: a service that asks for none is not asked again in the same breath. */
const shortestWaitMs = 1_000;

type State =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly since: number; readonly windowMs: number }
  /** The wait is over; one request may find out whether the service means it. */
  | { readonly kind: 'ajar' }
  | { readonly kind: 'trying' };

/**
 * What all requests of this device share once the service has asked to wait: none goes out while it lasts, and after it one
 * at a time until an answer is something else. The window is counted by a timer; the wall clock, which somebody may set, only
 * says how much of it is left.
 */
export class Budget {
  readonly #clock: Clock;
  #state: State = { kind: 'open' };
  #cancel: Undo = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns how long to wait before asking again; null: the request may go, and its end is to be told (`done`) */
  admit(): number | null {
    switch (this.#state.kind) {
      case 'open':
        return null;
      case 'ajar':
        this.#state = { kind: 'trying' };
        return null;
      case 'trying':
        return shortestWaitMs;
      case 'closed': {
        const { since, windowMs } = this.#state;
        const left = windowMs - (this.#clock.now() - since);
        return Math.min(windowMs, Math.max(shortestWaitMs, left));
      }
    }
  }

  /** @param askedMs how long the answer asks to wait; null if it does not @returns the same, as it is kept here */
  done(askedMs: number): number;
  done(askedMs: null): null;
  done(askedMs: number | null): number | null {
    if (askedMs === null) {
      // An answer to what was asked before says nothing about the wait.
      if (this.#state.kind === 'trying') this.#state = { kind: 'open' };
      return null;
    }
    const windowMs = Math.max(shortestWaitMs, askedMs);
    this.#cancel();
    this.#state = { kind: 'closed', since: this.#clock.now(), windowMs };
    this.#cancel = this.#clock.after(windowMs, () => {
      this.#state = { kind: 'ajar' };
    });
    return windowMs;
  }
}
