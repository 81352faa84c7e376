import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** Node's own, before anything of it is watched. */
const { writeSync } = fs;

/**
 * Moments at which this process can be ended: before and after each call of a watched port, and before each change of a
 * file. Nothing is counted until `arm`.
 */
export class KillPoints {
  #passed = 0;
  #killAt: number | null = null;
  #armed = false;

  /** From now on; SIGKILL at the n-th moment, never if null. */
  arm(killAt: number | null): void {
    this.#armed = true;
    this.#killAt = killAt;
  }

  /** @returns how many moments there were */
  disarm(): number {
    this.#armed = false;
    return this.#passed;
  }

  pass(name: string): void {
    if (!this.#armed) return;
    this.#passed += 1;
    if (this.#passed !== this.#killAt) return;
    writeSync(1, `${JSON.stringify({ killedAt: name })}\n`);
    process.kill(process.pid, 'SIGKILL');
  }

  /** The same port; each call of it is two moments. */
  watch<T extends object>(port: string, target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          const call = `${port}.${String(name)}`;
          this.pass(`before ${call}`);
          const result: unknown = Reflect.apply(member, target, args);
          if (!(result instanceof Promise)) this.pass(`after ${call}`);
          else return result.finally(() => this.pass(`after ${call}`));
          return result;
        };
      },
    });
  }

  /**
   * Make each change of a file a moment, for every module that is loaded from now on. Removing a folder becomes as many
   * as it has files.
   */
  watchFiles(): void {
    const changes = [
      'writeSync',
      'writeFileSync',
      'fsyncSync',
      'renameSync',
      'unlinkSync',
      'rmSync',
    ] as const;
    for (const name of changes) {
      const change = fs[name] as (...args: unknown[]) => unknown;
      const watched = (...args: unknown[]): unknown => {
        this.pass(`before ${name}`);
        return change(...args);
      };
      Object.assign(fs, { [name]: watched });
    }
    const { rm, unlink, rmdir, readdir } = fsPromises;
    const removeBelow = async (folder: string): Promise<void> => {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) await removeBelow(path);
        this.pass('before unlink');
        await (entry.isDirectory() ? rmdir(path) : unlink(path));
      }
    };
    Object.assign(fsPromises, {
      rm: async (path: string, options?: fs.RmOptions): Promise<void> => {
        if (options?.recursive === true && fs.existsSync(path)) await removeBelow(path);
        this.pass('before rm');
        await rm(path, options);
      },
    });
    syncBuiltinESMExports();
  }
}
