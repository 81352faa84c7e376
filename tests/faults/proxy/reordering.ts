/** Things that come one after another and go on in another order. */
import type { Imposed } from './imposed.ts';

/** What stands alone for so long goes on alone, milliseconds. */
const patienceMs = 1000;

export interface Turn {
  /** Whether it goes on at another place than it came. */
  readonly isMoved: boolean;
  /** The next may go. */
  done(): void;
}

/** Gathers up to `window` and lets them go last first, each when the one before is done. */
export class Gathering<T> {
  readonly #window: number;
  #members: { thing: T; go: (turn: Turn) => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(window: number) {
    this.#window = window;
  }

  join(thing: T): Promise<Turn> {
    return new Promise((go) => {
      this.#members.push({ thing, go });
      clearTimeout(this.#timer);
      if (this.#members.length >= this.#window) this.release();
      else this.#timer = setTimeout(() => this.release(), patienceMs);
    });
  }

  release(): void {
    clearTimeout(this.#timer);
    const members = this.#members;
    this.#members = [];
    void inTurn(members.reverse().map(({ go }) => go));
  }
}

async function inTurn(goes: readonly ((turn: Turn) => void)[]): Promise<void> {
  for (const go of goes) await new Promise<void>((done) => go({ isMoved: goes.length > 1, done }));
}

/** One for each fault; all are let go when it is lifted. */
export class Gatherings<T> {
  readonly #gatherings = new WeakMap<Imposed, Gathering<T>>();

  of(fault: Imposed, window: number): Gathering<T> {
    const known = this.#gatherings.get(fault);
    if (known !== undefined) return known;
    const gathering = new Gathering<T>(window);
    this.#gatherings.set(fault, gathering);
    fault.onLift(() => gathering.release());
    return gathering;
  }
}
