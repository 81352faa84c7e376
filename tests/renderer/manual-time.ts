type Task = { readonly at: number; readonly run: () => void };

/** Time that passes only when a test says so; `after` and `now` fit what the renderer's classes ask for. */
export class ManualTime {
  #now = 0;
  readonly #tasks = new Set<Task>();

  readonly now = (): number => this.#now;

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const task = { at: this.#now + delayMs, run };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  };

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#tasks].filter((task) => task.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#tasks.delete(next);
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }
}
