/** A disk of a few megabytes that can be filled and freed again. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'onethread-small-disk-'));
  readonly #ballast = join(this.path, 'ballast');

  /** @param bytes its size @throws Error where it cannot be mounted: only root may */
  constructor(bytes: number) {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', this.path], { stdio: 'ignore' });
    } catch (cause) {
      rmdirSync(this.path);
      throw cause;
    }
  }

  static refusal(): string | null {
    try {
      new SmallDisk(1_000_000).dispose();
      return null;
    } catch {
      return 'only root may mount a disk';
    }
  }

  get free(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Takes what is free but for `left` bytes; a page is the least that can be taken. */
  fill(left = 0): void {
    const handle = openSync(this.#ballast, 'a');
    const block = Buffer.alloc(4096, 1);
    try {
      while (this.free > left) writeSync(handle, block);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(handle);
    }
  }

  /** Gives it all back. */
  empty(): void {
    rmSync(this.#ballast, { force: true });
  }

  dispose(): void {
    // Lazily: what still has a file open here loses the rest when it ends.
    execFileSync('umount', ['-l', this.path]);
    rmdirSync(this.path);
  }
}
