/** Another wall clock for a whole process and all it starts, by Debian's libfaketime; timers go on as they should. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** libfaketime's own words: an offset in seconds, with how fast it runs, or an instant, standing still or going on. */
export type WallClock =
  | {
      readonly kind: 'offset';
      readonly ms: number;
      /** 1.1 runs a tenth too fast. */ readonly factor?: number;
    }
  | { readonly kind: 'stopped'; readonly at: Date }
  | { readonly kind: 'from'; readonly at: Date };

function library(): string | null {
  const base = '/usr/lib';
  if (!existsSync(base)) return null;
  const candidates = readdirSync(base).map((name) => join(base, name, 'faketime', 'libfaketime.so.1'));
  return candidates.find((path) => existsSync(path)) ?? null;
}

export class FakeTime {
  readonly #root = mkdtempSync(join(tmpdir(), 'onethread-clock-'));
  readonly #file = join(this.#root, 'clock');

  constructor() {
    this.set({ kind: 'offset', ms: 0 });
  }

  /** Why no clock can be changed here; null where one can. */
  static refusal(): string | null {
    return library() === null ? 'libfaketime is not installed' : null;
  }

  /** For the process whose clock it is to be. Its monotonic clock stays as it is, and so do its timers. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: library() ?? '',
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      TZ: 'UTC',
    };
  }

  /** Heeded at the next look at the clock, also by a process that runs. */
  set(clock: WallClock): void {
    // Never half a word: whoever looks in between sees the one or the other.
    writeFileSync(`${this.#file}.new`, `${wordsOf(clock)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  dispose(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

function wordsOf(clock: WallClock): string {
  switch (clock.kind) {
    case 'offset': {
      const sign = clock.ms < 0 ? '-' : '+';
      const speed = clock.factor === undefined ? '' : ` x${clock.factor}`;
      return `${sign}${Math.abs(clock.ms) / 1000}${speed}`;
    }
    case 'stopped':
      return instant(clock.at);
    case 'from':
      return `@${instant(clock.at)}`;
  }
}

/** `YYYY-MM-DD hh:mm:ss`, which it reads in the zone of the process: UTC. */
function instant(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
