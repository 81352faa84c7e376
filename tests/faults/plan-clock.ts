import { setTimeout as sleep } from 'node:timers/promises';

/** The time of a plan: milliseconds since the load began. */
export class PlanClock {
  readonly #begin = performance.now();

  /** Resolves at that time, or at once when `signal` ends the waiting. */
  async until(at: number, signal?: AbortSignal): Promise<void> {
    const left = at - (performance.now() - this.#begin);
    if (left > 0) await sleep(left, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
