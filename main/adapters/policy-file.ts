import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PolicyReading } from '../ports/policy-file.ts';

/** A policy is a handful of words; what is larger is something else. */
const largestBytes = 64 * 1024;

/**
 * Where an organization leaves its policy: a place that only an administrator can write to. On Windows that is the folder
 * of the installed program, because everybody may make folders in ProgramData.
 */
export function policyPath(platform: NodeJS.Platform, program: string): string {
  if (platform === 'win32') return join(dirname(program), 'policy.json');
  if (platform === 'darwin') return '/Library/Application Support/Onethread/policy.json';
  return '/etc/onethread/policy.json';
}

/** Whom a policy may be from: the owner of the file and of every folder above it. */
export type Trusted = (uid: number) => boolean;

/**
 * Read the policy at `path`. It counts only if it is a plain file that none but those trusted could have written or put
 * there: they own it and all folders above it, and nobody else may write to any of these. A folder of its own that others
 * may write to, but without a policy, is one that was taken out of it.
 *
 * @param path absolute
 */
export function readPolicy(path: string, isTrusted: Trusted = (uid) => uid === 0): PolicyReading {
  try {
    const folder = dirname(path);
    const text = readTrusted(path, isTrusted);
    if (text === null) return isSafe(folder, isTrusted) ? { kind: 'none' } : { kind: 'unreadable' };
    return foldersUpFrom(folder).every((one) => isSafe(one, isTrusted))
      ? { kind: 'found', text }
      : { kind: 'unreadable' };
  } catch {
    return { kind: 'unreadable' };
  }
}

/**
 * The policy that a build for development was told to read instead, by whoever runs it: theirs or an administrator's, in
 * whatever folder. That it is not there is a mistake, not the absence of a policy.
 */
export function readNamedPolicy(path: string): PolicyReading {
  try {
    const text = readTrusted(path, (uid) => uid === 0 || uid === process.getuid?.());
    return text === null ? { kind: 'unreadable' } : { kind: 'found', text };
  } catch {
    return { kind: 'unreadable' };
  }
}

/**
 * @returns null if there is no such file
 * @throws for anything else than a plain, trusted, small file of UTF-8 text; a link is none, wherever it leads
 */
function readTrusted(path: string, isTrusted: Trusted): string | null {
  const file = openIfThere(path);
  if (file === null) return null;
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || !isOnlyTheirs(stat, isTrusted) || stat.size > largestBytes)
      throw new Error('not a policy to be trusted');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | null {
  try {
    // Without waiting: a named pipe in the file's place would never open.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function foldersUpFrom(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersUpFrom(above)];
}

/** Whether nobody but those trusted can put another file in the place of one of theirs in `folder`. */
function isSafe(folder: string, isTrusted: Trusted): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  // Where everybody may write but the sticky bit is set, each can take away only what is their own.
  const isSticky = (stat.mode & 0o1000) !== 0 && isTrusted(stat.uid);
  // A link has a mode of its own, which says nothing on macOS.
  return stat.isDirectory() && (isSticky || isOnlyTheirs(stat, isTrusted));
}

/** Windows tells neither owner nor mode here; there the place itself is what only administrators can write to. */
function isOnlyTheirs({ uid, mode }: Stats, isTrusted: Trusted): boolean {
  return process.platform === 'win32' || (isTrusted(uid) && (mode & 0o022) === 0);
}
