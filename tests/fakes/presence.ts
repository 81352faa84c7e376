import type { Clock } from '../../main/ports/clock.ts';
import type { Presence } from '../../main/ports/presence.ts';

/** A desktop at which somebody is only when a test says so. */
export class FakePresence implements Presence {
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #touchedAt: number;

  /** @param clock what the idle time runs by; without one somebody is there all the time */
  constructor(clock?: Clock) {
    this.#now = () => clock?.now() ?? 0;
    this.#touchedAt = this.#now();
  }

  /** Somebody moves the mouse. */
  touch(): void {
    this.#touchedAt = this.#now();
  }

  /** Nobody has touched anything for this long. */
  leaveAlone(seconds: number): void {
    this.#touchedAt = this.#now() - seconds * 1000;
  }

  lockDesktop(): void {
    for (const listener of this.#listeners) listener();
  }

  /** How many listen for the desktop to be locked. */
  get listening(): number {
    return this.#listeners.size;
  }

  idleSeconds(): number {
    return Math.floor((this.#now() - this.#touchedAt) / 1000);
  }

  onSystemLock(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
