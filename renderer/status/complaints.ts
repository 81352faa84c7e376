import type { Failure } from '../../contract/failure.ts';
import { sentenceFor } from './sentences.ts';

/** How long a complaint stays unless it is dismissed: time to read two lines twice. */
export const complaintMs = 10_000;

type After = (delayMs: number, task: () => void) => () => void;

/** A request that failed and has no place of its own on the screen: one sentence at a time, the latest wins. */
export class Complaints {
  readonly #after: After;
  readonly #listeners = new Set<() => void>();
  #sentence: string | null = null;
  #cancel: () => void = () => undefined;

  constructor({ after }: { readonly after: After }) {
    this.#after = after;
  }

  readonly complain = (failure: Failure): void => {
    // Both mean that the person has already moved on: nothing to say about the old request.
    if (failure.kind === 'superseded' || failure.kind === 'sessionOver') return;
    this.say(sentenceFor(failure));
  };

  readonly say = (sentence: string): void => {
    this.#become(sentence);
    this.#cancel = this.#after(complaintMs, this.dismiss);
  };

  readonly dismiss = (): void => this.#become(null);

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly current = (): string | null => this.#sentence;

  #become(sentence: string | null): void {
    this.#cancel();
    this.#sentence = sentence;
    for (const listener of this.#listeners) listener();
  }
}
