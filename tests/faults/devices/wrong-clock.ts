import type { EpochMs } from '../../../contract/ids.ts';
import { systemClock } from '../../../main/adapters/clock-system.ts';
import type { Clock } from '../../../main/ports/clock.ts';

/** A wall clock that is wrong, and goes on being wrong; delays are true, as they are where somebody sets the clock. */
export class WrongClock implements Clock {
  /** Where it was set, and to what: milliseconds since 1970. */
  #setAt = systemClock.now();
  #setTo: number = this.#setAt;
  /** 1.1 runs a tenth too fast, 0 stands still. */
  #factor = 1;

  readonly after = systemClock.after;

  now(): EpochMs {
    return Math.round(this.#setTo + (systemClock.now() - this.#setAt) * this.#factor) as EpochMs;
  }

  set({ to, factor }: { readonly to: number; readonly factor: number }): void {
    this.#setTo = to;
    this.#setAt = systemClock.now();
    this.#factor = factor;
  }
}
