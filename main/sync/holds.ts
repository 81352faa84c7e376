import { EpochMs } from '../../contract/ids.ts';
import type { Held } from '../../contract/view.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Signal } from '../ports/signal.ts';

/**
 * Messages that can still be taken back: for a few seconds they are not sent. Kept in memory only, so that one that was
 * held when the app ended goes at once when it is back.
 */
export class Holds {
  readonly #clock: Clock;
  readonly #onHeld: (held: readonly Held[]) => void;
  readonly #onOver: () => void;
  readonly #holds = new Map<string, { readonly until: EpochMs; readonly cancel: Undo }>();

  constructor(deps: {
    clock: Clock;
    signal: Signal;
    /** All that are held, in the order in which they will be sent. */
    onHeld: (held: readonly Held[]) => void;
    /** One may be sent now. */
    onOver: () => void;
  }) {
    this.#clock = deps.clock;
    this.#onHeld = deps.onHeld;
    this.#onOver = deps.onOver;
    deps.signal.onAbort(() => this.#end());
  }

  has(key: string): boolean {
    return this.#holds.has(key);
  }

  hold(key: string, forMs: number): void {
    if (forMs <= 0 || this.has(key)) return;
    const cancel = this.#clock.after(forMs, () => {
      this.drop(key);
      this.#onOver();
    });
    // What a person is shown; when it is over, the timer alone decides.
    const until = EpochMs.parse(this.#clock.now() + forMs);
    this.#holds.set(key, { until, cancel });
    this.#tell();
  }

  drop(key: string): void {
    this.#holds.get(key)?.cancel();
    if (this.#holds.delete(key)) this.#tell();
  }

  #tell(): void {
    this.#onHeld([...this.#holds].map(([key, { until }]) => ({ key, until })));
  }

  #end(): void {
    for (const { cancel } of this.#holds.values()) cancel();
    this.#holds.clear();
  }
}
