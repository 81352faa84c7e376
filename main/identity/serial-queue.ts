import { fail, type Result } from '../../contract/failure.ts';
import { createSignal, type Signal } from '../ports/signal.ts';

interface Waiting {
  supersede(): void;
}

/**
 * Runs one identity change at a time, in the order asked. A new wish of the person supersedes the wishes that still wait,
 * and asks the one under way to stop (through its signal) if it still can: the last call wins.
 */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting: Waiting[] = [];
  #abortCurrent: () => void = () => undefined;

  /** Something a person asked for. */
  wish<T>(work: (signal: Signal) => Promise<Result<T>>): Promise<Result<T>> {
    for (const waiting of this.#waiting) waiting.supersede();
    this.#waiting = [];
    this.#abortCurrent();
    return this.#append(work, true);
  }

  /** Something that has to be done in between, whatever is wished for. */
  duty<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    return this.#append(work, false);
  }

  #append<T>(work: (signal: Signal) => Promise<Result<T>>, isWish: boolean): Promise<Result<T>> {
    let superseded = false;
    const entry: Waiting = {
      supersede: () => {
        superseded = true;
      },
    };
    if (isWish) this.#waiting.push(entry);
    const run = this.#tail.then(async (): Promise<Result<T>> => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
      if (superseded) return fail({ kind: 'superseded' });
      const { signal, abort } = createSignal();
      this.#abortCurrent = isWish ? abort : () => undefined;
      const result = await work(signal);
      this.#abortCurrent = () => undefined;
      return result;
    });
    // A bug in one change must not end all later ones; its caller still hears of it.
    this.#tail = run.catch(() => undefined);
    return run;
  }
}
