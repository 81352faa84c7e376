import type { EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../../main/ports/clock.ts';

type Task = { readonly at: number; readonly run: () => void };

/** More tasks than any test means to run in one `advance`: something re-schedules itself without ever waiting. */
const restlessAfter = 100_000;

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #elapsed = 0;
  #wall: number;
  readonly #tasks = new Set<Task>();

  constructor(start = 1_750_000_000_000) {
    this.#wall = start;
  }

  now(): EpochMs {
    return (this.#wall + this.#elapsed) as EpochMs;
  }

  after(delayMs: number, task: () => void): Undo {
    const entry = { at: this.#elapsed + Math.max(0, delayMs), run: task };
    this.#tasks.add(entry);
    return () => this.#tasks.delete(entry);
  }

  /** Tasks scheduled and not yet run: zero once everything was disposed of. */
  get scheduled(): number {
    return this.#tasks.size;
  }

  /** Milliseconds until the next task is due, or null. */
  get nextInMs(): number | null {
    const next = this.#nextTask();
    return next === undefined ? null : next.at - this.#elapsed;
  }

  /**
   * Let `ms` pass. Due tasks run in order, each at its own moment, and promise chains come to rest before the first,
   * after each and at the end; tasks scheduled on the way run too if they fall due.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#elapsed + ms;
    await settle();
    for (let ran = 0; ; ran++) {
      const task = this.#nextTask();
      if (task === undefined || task.at > until) break;
      if (ran === restlessAfter) throw new Error(`the clock does not come to rest within ${ms} ms`);
      this.#tasks.delete(task);
      this.#elapsed = task.at;
      task.run();
      await settle();
    }
    this.#elapsed = until;
  }

  /** Set the wall clock forward or back, as a person or NTP does. Delays under way are not touched. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  #nextTask(): Task | undefined {
    let next: Task | undefined;
    // Strictly earlier: tasks due at the same moment run in the order they were scheduled.
    for (const task of this.#tasks) if (next === undefined || task.at < next.at) next = task;
    return next;
  }
}

/** Let every promise chain that can move without a timer or the outside world come to rest. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
