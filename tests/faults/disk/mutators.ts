/** Ways in which a file can come back damaged, while nothing works on it. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { Random } from '../../../main/ports/random.ts';
import { seededRandom } from '../../fakes/random.ts';
import type { DiskAction } from '../plans/action.ts';

export type Damage = Extract<DiskAction, { kind: 'corrupt' }>['how'];

/** SQLite's, in all files of ours. */
const page = 4096;
/** Bytes that `sparseHuge` seems to have. */
const huge = 2 ** 33;

/** Keeps the file as it is now, for `oldGeneration` to bring back later; its log with it. */
export function keepGeneration(path: string): void {
  for (const file of withLog(path)) if (existsSync(file)) copyFileSync(file, `${file}.generation`);
}

/** @throws Error for `oldGeneration` of which none was kept, and for a file that is not there */
export function damage(path: string, how: Damage, seed: number): void {
  mutators[how](path, seededRandom(seed));
}

type Mutator = (path: string, random: Random) => void;

const mutators: Readonly<Record<Damage, Mutator>> = {
  bitflip(path, random) {
    const bytes = readFileSync(path);
    const at = upTo(random, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << upTo(random, 8));
    writeFileSync(path, bytes);
  },
  zeroPage: (path, random) => patch(path, somePage(path, random) * page, Buffer.alloc(page)),
  swapPages(path, random) {
    const bytes = readFileSync(path);
    const [one, other] = [somePage(path, random) * page, somePage(path, random) * page];
    patch(path, one, bytes.subarray(other, other + page));
    patch(path, other, bytes.subarray(one, one + page));
  },
  truncate: (path, random) => truncateSync(path, upTo(random, statSync(path).size)),
  oldGeneration(path) {
    for (const file of withLog(path)) {
      rmSync(file, { force: true });
      if (existsSync(`${file}.generation`)) renameSync(`${file}.generation`, file);
    }
    if (!existsSync(path)) throw new Error(`no older generation of ${path} was kept`);
  },
  walOnly: (path) => rmSync(path),
  dbOnly: (path) =>
    withLog(path)
      .slice(1)
      .forEach((file) => rmSync(file, { force: true })),
  garbageHeader(path, random) {
    const garbage = Buffer.from(Array.from({ length: 100 }, () => upTo(random, 256)));
    patch(path, 0, garbage);
  },
  sparseHuge(path) {
    const handle = openSync(path, 'r+');
    ftruncateSync(handle, huge);
    closeSync(handle);
  },
  dirInsteadOfFile(path) {
    rmSync(path);
    mkdirSync(path);
  },
};

const withLog = (path: string): readonly string[] => [path, `${path}-wal`, `${path}-shm`, `${path}-journal`];
const upTo = (random: Random, limit: number): number => Math.floor(random.fraction() * limit);
const somePage = (path: string, random: Random): number =>
  upTo(random, Math.ceil(statSync(path).size / page));

function patch(path: string, at: number, bytes: Buffer): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}
