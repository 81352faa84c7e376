import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErasePlace } from '../../contract/erase-report.ts';
import type { EraseSink } from '../ports/erase-sink.ts';
import type { Erased } from '../ports/history.ts';

/** Where what has to lie in a file for a moment lies, ours and Chromium's. */
export const temporaryFolder = (userData: string): string => join(userData, 'temporary');

/**
 * The places that are files below the data folder and where nothing should ever be: no log is written, no dump is made, the
 * spell checker is off, and what was temporary is gone. Whatever is found there all the same is taken away, whose it is
 * nobody can tell.
 *
 * @param folders.crashDumps as Electron names it
 */
export function fileSinks(folders: { readonly userData: string; readonly crashDumps: string }): EraseSink[] {
  const { userData, crashDumps } = folders;
  const below = (...names: readonly string[]): string[] => names.map((name) => join(userData, name));
  return [
    sinkOf('temporaryFiles', [temporaryFolder(userData)]),
    sinkOf('crashDumps', [crashDumps], isDump),
    sinkOf('logs', below('logs', 'chrome_debug.log', 'debug.log', 'netlog.json')),
    sinkOf('spelling', below('Custom Dictionary.txt', 'Custom Dictionary.txt.backup')),
  ];
}

/** Chromium keeps a mark of its own there, which says nothing. */
const isDump = (name: string): boolean => name !== 'client_id' && !name.startsWith('settings.dat');

/** Where Chromium keeps what a page stores. Ours store nothing, and their sessions are in memory. */
const pageFolders = [
  ...['Local Storage', 'Session Storage', 'IndexedDB', 'WebStorage', 'databases', 'File System'],
  ...['blob_storage', 'Service Worker', 'Partitions', 'Visited Links'],
];

/** What Chromium lays down there for a session in which no page ever ran, the longest its first record comes to included. */
const emptyShells = /^(?:LOCK|LOG|CURRENT|MANIFEST-\d+)$/;
const longestEmptyRecord = 64;

function isTrace(name: string, bytes: number): boolean {
  if (emptyShells.test(name)) return false;
  return bytes > (/^\d+\.log$/.test(name) ? longestEmptyRecord : 0);
}

/** Look for what a page may have left in the data folder, and take it away. */
export function eraseStoredPages(userData: string): Promise<Erased> {
  return eraseFiles(
    pageFolders.map((name) => join(userData, name)),
    isTrace,
  );
}

function sinkOf(
  place: ErasePlace,
  paths: readonly string[],
  counts: (name: string) => boolean = () => true,
): EraseSink {
  return { place, erase: () => eraseFiles(paths, counts) };
}

/**
 * Take away every file at or below `paths` that counts, and look again. Links are taken away and not followed.
 *
 * @param counts by the file's own name and size; what does not stays
 */
async function eraseFiles(
  paths: readonly string[],
  counts: (name: string, bytes: number) => boolean,
): Promise<Erased> {
  const found = await filesAt(paths, counts);
  for (const { path } of found) await rm(path, { force: true }).catch(() => undefined);
  const left = await filesAt(paths, counts);
  const bytes = found.reduce((sum, file) => sum + file.bytes, 0);
  return { files: found.length, bytes, remaining: left.length };
}

interface FoundFile {
  readonly path: string;
  readonly bytes: number;
}

async function filesAt(
  paths: readonly string[],
  counts: (name: string, bytes: number) => boolean,
): Promise<readonly FoundFile[]> {
  const found = await Promise.all(paths.map(filesBelow));
  return found.flat().filter(({ path, bytes }) => counts(path.slice(path.search(/[^/\\]*$/)), bytes));
}

/** A folder that cannot be looked into counts as one file that is there. */
async function filesBelow(path: string): Promise<readonly FoundFile[]> {
  try {
    const stat = await lstat(path);
    if (!stat.isDirectory()) return [{ path, bytes: stat.size }];
    const names = await readdir(path);
    return (await Promise.all(names.map((name) => filesBelow(join(path, name))))).flat();
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isGone ? [] : [{ path, bytes: 1 }];
  }
}
