import { fail, type Result } from '../../contract/failure.ts';
import { createSignal, type Signal } from '../ports/signal.ts';

/** How far a change under way may be asked to stop. */
export interface Stops {
  /** Something newer is wanted. A change that has passed its point of no return goes on. */
  readonly superseded: Signal;
  /** The session that this change works on is being erased: nothing of it is worth finishing. */
  readonly erased: Signal;
}

interface Entry {
  readonly supersedable: boolean;
  superseded: boolean;
  readonly supersede: () => void;
  readonly erase: () => void;
}

/**
 * Runs one identity change at a time, in the order asked. The last call wins: a new wish supersedes the wishes that still
 * wait and asks the one under way to stop. Commands (logout, quit) do the same and are never superseded themselves.
 */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting: readonly Entry[] = [];
  #current: Entry | null = null;

  /** Something a person asked for, as long as they ask for nothing else. */
  wish<T>(work: (stops: Stops) => Promise<Result<T>>): Promise<Result<T>> {
    this.#supersedeWishes();
    return this.#append(work, true);
  }

  /** Something that has to be done even if more is asked for later. */
  command<T>(work: () => Promise<Result<T>>, { erases }: { readonly erases: boolean }): Promise<Result<T>> {
    this.#supersedeWishes();
    if (erases) this.#current?.erase();
    return this.#append(work, false);
  }

  /** Something that has to be done in between, whatever is wished for. */
  duty<T>(work: (stops: Stops) => Promise<Result<T>>): Promise<Result<T>> {
    return this.#append(work, false);
  }

  #supersedeWishes(): void {
    for (const entry of this.#waiting) entry.superseded = entry.supersedable;
    this.#current?.supersede();
  }

  #append<T>(work: (stops: Stops) => Promise<Result<T>>, supersedable: boolean): Promise<Result<T>> {
    const [superseded, erased] = [createSignal(), createSignal()];
    const entry: Entry = {
      supersedable,
      superseded: false,
      supersede: superseded.abort,
      erase: erased.abort,
    };
    this.#waiting = [...this.#waiting, entry];
    const run = this.#tail.then(async (): Promise<Result<T>> => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
      if (entry.superseded) return fail({ kind: 'superseded' });
      this.#current = entry;
      try {
        return await work({ superseded: superseded.signal, erased: erased.signal });
      } finally {
        this.#current = null;
      }
    });
    // A bug in one change must not end all later ones; its caller still hears of it.
    this.#tail = run.catch(() => undefined);
    return run;
  }
}
