import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './folder.ts';
import { codeOf } from './trouble.ts';

/**
 * SQLite answers a wrong key and a damaged first page alike. The difference matters: a damaged file is set aside, and a
 * wrong key must never lead to that. So a small file beside the database says which key is the right one, without saying
 * anything about it, and binds it to its account. It says so three times: one damaged line does not make a right key
 * look wrong.
 */
export type KeyVerdict = 'right' | 'wrong' | 'unknown';

const copies = 3;

/** Bytes; ours are 195. */
const longest = 4096;

export function checkKey(path: string, key: string, account: string): KeyVerdict {
  const lines = readLines(path).filter((line) => /^[0-9a-f]{64}$/.test(line));
  const expected = proofOf(key, account);
  if (lines.some((line) => timingSafeEqual(Buffer.from(line), Buffer.from(expected)))) return 'right';
  return lines.length === copies ? 'wrong' : 'unknown';
}

export function writeKeyCheck(path: string, key: string, account: string): void {
  const handle = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(handle, `${proofOf(key, account)}\n`.repeat(copies));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  // Something that is not a file would stand in the way of the rename.
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) rmSync(path, { recursive: true });
  renameSync(`${path}.new`, path);
  syncFolder(dirname(path));
}

function readLines(path: string): string[] {
  try {
    // Whatever is longer is not ours, and may be longer than can be read.
    return lstatSync(path).size > longest ? [] : readFileSync(path, 'latin1').split('\n');
  } catch (error) {
    if (['ENOENT', 'EISDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}

/** One-way twice over: HKDF parts it from the database key, HMAC binds it to the account. */
function proofOf(key: string, account: string): string {
  const derived = hkdfSync('sha256', Buffer.from(key, 'hex'), Buffer.alloc(0), 'onethread key check', 32);
  return createHmac('sha256', Buffer.from(derived)).update(account).digest('hex');
}
