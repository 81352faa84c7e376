import { identityOf } from './folder.ts';

/**
 * Whether the open files are still those that their names stand for. A file that lost its name (a folder moved away, a
 * volume taken out, a clean-up by somebody else) takes writes like any other, and keeps none of them.
 */
export class Footing {
  readonly #paths: readonly string[];
  #known = new Map<string, string>();

  /** @param paths of a database; that of its write-ahead log is known too once there is one */
  constructor(path: string) {
    this.#paths = [path, `${path}-wal`];
    this.note();
  }

  /** What is there now is ours. To be called after writing: a log is made when it is first needed. */
  note(): void {
    for (const path of this.#paths) {
      const identity = this.#known.has(path) ? null : identityOf(path);
      if (identity !== null) this.#known.set(path, identity);
    }
  }

  /** `logLost`: what was written since is still at hand, and closing the database saves it. */
  get state(): 'firm' | 'logLost' | 'lost' {
    const lost = this.#paths.filter((path) => this.#known.has(path) && !this.#isOurs(path));
    if (lost.length === 0) return 'firm';
    return lost.includes(this.#paths[0] ?? '') ? 'lost' : 'logLost';
  }

  #isOurs(path: string): boolean {
    try {
      return identityOf(path) === this.#known.get(path);
    } catch {
      // A parent that is no folder any more, or may not be entered.
      return false;
    }
  }
}
