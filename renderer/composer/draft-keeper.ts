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

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  change(text: string): void {
    this.#unsaved = text;
    this.#cancel ??= this.#deps.after(draftDelayMs, () => this.flush());
  }

  /** Save now what is unsaved: on leaving the box, the window or the session. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#unsaved === null) return;
    this.#deps.save(this.#unsaved);
    this.#unsaved = null;
  }
}
