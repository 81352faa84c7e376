/**
 * Power cuts without a power switch. The data lie on an ext4 in a file; the file lies on an XFS that can clone it in an
 * instant. The clone is what the device had been given at that moment: what ext4 still held in memory is not in it, as if
 * the power had gone. It shows no torn or reordered writes within the device.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** XFS is not made smaller than 300 MB. */
const hostSize = '600M';
const deviceSize = '100M';

function run(file: string, ...args: string[]): void {
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Moment of a cut, as a disk that can be looked at. */
export interface Cut {
  /** Mounts it and replays its journal, as the next start of the machine does. @returns where */
  mount(): string;
  /** Unmounts it and forgets it. */
  discard(): void;
}

export class PowerRig {
  readonly #root: string;
  readonly #mounted: string[] = [];
  #cuts = 0;

  private constructor(root: string) {
    this.#root = root;
  }

  /** @throws Error where it cannot be built: it takes root, loop devices, and `mkfs.xfs` (Debian's xfsprogs). */
  static build(): PowerRig {
    const rig = new PowerRig(mkdtempSync(join(tmpdir(), 'onethread-power-')));
    try {
      rig.#mount('host', 'host.img', hostSize, ['mkfs.xfs', '-q', '-m', 'reflink=1']);
      rig.#mount('data', join('host', 'device.img'), deviceSize, ['mkfs.ext4', '-q']);
      return rig;
    } catch (cause) {
      rig.dispose();
      throw cause;
    }
  }

  /** Why there can be no rig here; null where there can. */
  static refusal(): string | null {
    if (process.getuid?.() !== 0) return 'only root may mount a disk';
    try {
      PowerRig.build().dispose();
      return null;
    } catch (cause) {
      return `no disk can be made: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : ''}`;
    }
  }

  /** What lies here is cut. */
  get data(): string {
    return join(this.#root, 'data');
  }

  cut(): Cut {
    const name = `cut-${(this.#cuts += 1)}`;
    const image = join(this.#root, 'host', `${name}.img`);
    run('cp', '--reflink=always', join(this.#root, 'host', 'device.img'), image);
    const place = join(this.#root, name);
    return {
      mount: () => {
        mkdirSync(place);
        run('mount', '-o', 'loop', image, place);
        this.#mounted.push(place);
        return place;
      },
      discard: () => {
        if (this.#mounted.includes(place)) this.#unmount(place);
        rmSync(image);
      },
    };
  }

  dispose(): void {
    for (const place of [...this.#mounted].reverse()) this.#unmount(place);
    rmSync(this.#root, { recursive: true, force: true });
  }

  #mount(name: string, image: string, size: string, [make = '', ...args]: readonly string[]): void {
    const file = join(this.#root, image);
    const place = join(this.#root, name);
    run('truncate', '-s', size, file);
    run(make, ...args, file);
    mkdirSync(place);
    run('mount', '-o', 'loop', file, place);
    this.#mounted.push(place);
  }

  #unmount(place: string): void {
    try {
      run('umount', place);
    } catch {
      // Somebody still looks at it: it goes with them.
      run('umount', '--lazy', place);
    }
    this.#mounted.splice(this.#mounted.indexOf(place), 1);
  }
}
