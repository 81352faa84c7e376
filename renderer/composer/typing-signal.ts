/** The other side forgets a typing sign after a while, so it is repeated. */
export const repeatStartMs = 8_000;
/** Nobody types any more after this long without a key. */
export const idleStopMs = 4_000;

type Deps = {
  readonly start: () => void;
  readonly stop: () => void;
  readonly now: () => number;
  readonly after: (delayMs: number, task: () => void) => () => void;
};

/** Tells the business that somebody is writing: seldom enough for any rate limit, and never without an end. */
export class TypingSignal {
  readonly #deps: Deps;
  #startedAt: number | null = null;
  #cancel: () => void = () => undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** A key changed the text. */
  typed(text: string): void {
    if (text.trim() === '') return this.stop();
    const now = this.#deps.now();
    if (this.#startedAt === null || now - this.#startedAt >= repeatStartMs) {
      this.#startedAt = now;
      this.#deps.start();
    }
    this.#cancel();
    this.#cancel = this.#deps.after(idleStopMs, () => this.stop());
  }

  /** Sent, emptied, or left. */
  stop(): void {
    this.#cancel();
    if (this.#startedAt === null) return;
    this.#startedAt = null;
    this.#deps.stop();
  }
}
