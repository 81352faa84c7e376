import type { Clock, Undo } from '../ports/clock.ts';
import type { Signal } from '../ports/signal.ts';

/** So many go at once, and then one a second. */
const burst = 3;
const stepMs = 1_000;

/** However often a line breaks and comes back, the service is not stormed: what is asked for too soon waits for its turn. */
export class Pace {
  readonly #clock: Clock;
  #left = burst;
  #waiting: (() => void) | null = null;
  #cancelStep: Undo | null = null;

  constructor({ clock, signal }: { clock: Clock; signal: Signal }) {
    this.#clock = clock;
    signal.onAbort(() => {
      this.#waiting = null;
      this.#cancelStep?.();
    });
  }

  /** Run `task` now or when it may. A later one takes the place of one that still waits. */
  run(task: () => void): void {
    if (this.#left === 0) {
      this.#waiting = task;
      return;
    }
    this.#left -= 1;
    this.#cancelStep ??= this.#clock.after(stepMs, () => this.#step());
    task();
  }

  #step(): void {
    this.#left += 1;
    this.#cancelStep = this.#left < burst ? this.#clock.after(stepMs, () => this.#step()) : null;
    const task = this.#waiting;
    this.#waiting = null;
    if (task !== null) this.run(task);
  }
}
