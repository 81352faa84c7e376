/** Half a second is the promise; the rest is for the way to the disk. */
export const draftDelayMs = 300;

type Deps = {
  readonly save: (text: string) => void;
  readonly after: (delayMs: number, task: () => void) => () => void;
};

/** Hands the draft on at most `draftDelayMs` after the first unsaved change, however fast the typing goes on. */
export class DraftKeeper {
  readonly #deps: Deps;
  #unsaved: string | null = null;
  #cancel: (() => void) | null = null;
  #isHeld = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  change(text: string): void {
    this.#unsaved = text;
    if (!this.#isHeld) this.#cancel ??= this.#deps.after(draftDelayMs, () => this.flush());
  }

  /** From here on nothing is handed on: what is being sent is no draft any more, and must not come back as one. */
  hold(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    if (this.#unsaved !== null) this.change(this.#unsaved);
  }

  /** Save now what is unsaved: on leaving the box, the window or the session. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#unsaved === null || this.#isHeld) return;
    this.#deps.save(this.#unsaved);
    this.#unsaved = null;
  }
}
