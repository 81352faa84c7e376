import { closeSync, lstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Canary } from './encodings.ts';
import { piecesOf } from './pieces.ts';
import { pageBytes, type Stretch, stretchesOf } from './process-memory.ts';
import { type Hit, Search } from './search.ts';

export type { Hit } from './search.ts';

export interface FolderScan {
  readonly hits: readonly Hit[];
  readonly files: number;
  readonly bytes: number;
  /** Files and folders that could not be read: a scan that has some has not seen everything. */
  readonly unreadable: readonly string[];
}

export type MemoryScan =
  | { readonly outcome: 'scanned'; readonly hits: readonly Hit[]; readonly bytes: number }
  /** Not ours to look into, gone, or not a system with /proc. */
  | { readonly outcome: 'skipped'; readonly reason: string };

/**
 * Look for `canaries` in every file below `folder`, in what is packed in them, in the names of files and folders, and in
 * the targets of links. Nothing is followed out of the folder.
 */
export function scanFolder(folder: string, canaries: readonly Canary[]): FolderScan {
  const search = new Search(canaries);
  const unreadable: string[] = [];
  let [files, bytes] = [0, 0];
  const visit = (path: string): void => {
    const place = relative(folder, path);
    search.look(Buffer.from(place), `name of ${place}`);
    const stat = lstatSync(path);
    if (stat.isDirectory()) return readdirSync(path).forEach((name) => attempt(join(path, name)));
    if (stat.isSymbolicLink()) return search.look(Buffer.from(readlinkSync(path)), `target of ${place}`);
    if (!stat.isFile()) return;
    bytes += scanFile(path, place, search);
    files += 1;
  };
  const attempt = (path: string): void => {
    try {
      visit(path);
    } catch (error) {
      // What is gone by now cannot be read by anybody else either.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) unreadable.push(path);
    }
  };
  visit(folder);
  return { hits: search.hits, files, bytes, unreadable };
}

function scanFile(path: string, place: string, search: Search): number {
  const file = openSync(path, 'r');
  let total = 0;
  try {
    for (const { bytes, fresh } of piecesOf(file, { from: 0, to: Infinity, overlap: search.overlap })) {
      search.look(bytes, place);
      search.unpack(bytes, place);
      total += fresh;
    }
  } finally {
    closeSync(file);
  }
  return total;
}

/** Look for `canaries` in the memory of a running process of ours (`stretchesOf`). */
export function scanMemory(pid: number, canaries: readonly Canary[]): MemoryScan {
  const search = new Search(canaries);
  try {
    const bytes = scanStretches(pid, stretchesOf(pid), search);
    // The memory of a process that has ended reads as nothing.
    if (bytes === 0) return { outcome: 'skipped', reason: `process ${pid} has no memory any more` };
    return { outcome: 'scanned', hits: search.hits, bytes };
  } catch (error) {
    return { outcome: 'skipped', reason: error instanceof Error ? error.message : String(error) };
  }
}

function scanStretches(pid: number, stretches: readonly Stretch[], search: Search): number {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  let total = 0;
  try {
    for (const { from, to, name } of stretches) {
      const pieces = piecesOf(memory, { from, to, overlap: search.overlap, holeBytes: pageBytes });
      for (const { bytes, fresh } of pieces) {
        search.look(bytes, `memory of ${pid}: ${name}`);
        total += fresh;
      }
    }
  } finally {
    closeSync(memory);
  }
  return total;
}
