import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Refusal, codeOf } from './trouble.ts';

/** The files of one account. Each SQLite file may have a `-wal` beside it. */
export function filesOf(folder: string): Record<'history' | 'spare' | 'media' | 'keyCheck', string> {
  return {
    history: join(folder, 'history.db'),
    spare: join(folder, 'outbox.db'),
    media: join(folder, 'media.db'),
    keyCheck: join(folder, 'key-check'),
  };
}

/**
 * Make the folder if there is none; nobody but its owner may look inside. Refuses links and other people's folders: they
 * would let somebody else choose where our files go.
 */
export function prepareFolder(folder: string): void {
  makeFolder(folder);
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || (process.getuid !== undefined && stat.uid !== process.getuid()))
    throw new Refusal('failed', 'the folder is not ours');
  if ((stat.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const file = lstatSync(path);
    if (file.isSymbolicLink()) throw new Refusal('failed', 'a link among our files');
    if (file.isFile() && (file.mode & 0o777) !== 0o600) chmodSync(path, 0o600);
  }
  accessSync(folder, constants.W_OK);
}

/** One by one: Node's own recursion takes a read-only disk for a missing parent. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
  syncFolder(dirname(folder));
}

/** Whether there is something at `path` that may hold data. An empty file is as good as none. */
export function isThere(path: string): boolean {
  try {
    const stat = lstatSync(path);
    return !stat.isFile() || stat.size > 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Which file a name stands for; null for none. */
export function identityOf(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}

/** What all files in `folder` take. */
export function bytesIn(folder: string): number {
  return readdirSync(folder)
    .map((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

/**
 * Keep an unreadable database, and its log, as `*.bad-<n>`: still encrypted, for whoever may want to look. Only the
 * newest is kept.
 */
export function setAside(path: string): void {
  const folder = dirname(path);
  const pattern = new RegExp(`^${basename(path)}\\.bad-(\\d+)(-wal)?$`);
  const earlier = readdirSync(folder).filter((name) => pattern.test(name));
  const last = Math.max(0, ...earlier.map((name) => Number(pattern.exec(name)?.[1])));
  const bad = `${path}.bad-${last + 1}`;
  // The log first: beside a new database it would be taken for that one's.
  if (isThere(`${path}-wal`)) renameSync(`${path}-wal`, `${bad}-wal`);
  if (isThere(path)) renameSync(path, bad);
  for (const name of earlier) rmSync(join(folder, name), { recursive: true, force: true });
  syncFolder(folder);
}

/** Make names durable. Windows knows no such call for folders. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
