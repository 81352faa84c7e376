import Database from 'better-sqlite3-multiple-ciphers';
import { closeSync, lstatSync, openSync, readSync, rmSync } from 'node:fs';
import { DatabaseKey } from '../contract/store-protocol.ts';
import { isThere } from './folder.ts';
import { seal, migrate } from './schema.ts';
import type { Step } from './schema.ts';
import { Refusal, Unreadable } from './trouble.ts';

/**
 * Open or make an encrypted database. Fails closed: whatever goes wrong with the encryption, no plaintext file is left
 * behind (a misspelled option or an empty key would make SQLite open one without a word).
 *
 * SQLCipher's format authenticates each page, so a flipped bit is an error and not other data.
 */
export function openEncrypted(path: string, key: string, steps: readonly Step[]): Database.Database {
  if (!DatabaseKey.safeParse(key).success) throw new Refusal('failed', 'not a key');
  assertFiles(path);
  if (!isThere(path)) {
    connect(path, key, steps).close();
    if (isPlain(path)) {
      rmSync(path);
      throw new Refusal('failed', 'the file came out unencrypted');
    }
  }
  // Before SQLite has the file: closing any other handle on it would take SQLite's lock away (fcntl(2)).
  if (isPlain(path)) throw new Unreadable('not a file of ours');
  return connect(path, key, steps);
}

/** A database that touches no disk. */
export function openMemory(steps: readonly Step[]): Database.Database {
  const database = new Database(':memory:');
  migrate(database, steps, () => database.pragma('temp_store = MEMORY'));
  return database;
}

function connect(path: string, key: string, steps: readonly Step[]): Database.Database {
  const database = new Database(path, { timeout: 1000 });
  try {
    if (database.pragma("cipher = 'sqlcipher'", { simple: true }) !== 'sqlcipher')
      throw new Refusal('failed', 'the cipher is not available');
    database.pragma(`key = "x'${key}'"`);
    // One process, one file: the index of the log then lives in memory, and a second opener is refused.
    database.pragma('locking_mode = EXCLUSIVE');
    migrate(database, steps, () => configure(database));
    assertSealed(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function configure(database: Database.Database): void {
  database.pragma('temp_store = MEMORY');
  database.pragma('secure_delete = ON');
  // Heeded by a file that is still empty; room that was freed can be given back then, a little at a time.
  database.pragma('auto_vacuum = INCREMENTAL');
  if (database.pragma('journal_mode = WAL', { simple: true }) !== 'wal')
    throw new Refusal('failed', 'no write-ahead log here');
  // A commit that is answered for has reached the disk, also through a power cut.
  database.pragma('synchronous = FULL');
  database.pragma(`journal_size_limit = ${1024 * 1024}`);
}

/** A row whose content is known in advance: reading it proves that this key opens this file. */
function assertSealed(database: Database.Database): void {
  if (database.prepare('SELECT seal FROM whole').pluck().get() !== seal) throw new Unreadable('no seal');
}

/** Something else in a file's place is damage, and not a disk that refuses. */
function assertFiles(path: string): void {
  for (const name of [path, `${path}-wal`]) {
    if (lstatSync(name, { throwIfNoEntry: false })?.isFile() === false) throw new Unreadable('not a file');
  }
}

function isPlain(path: string): boolean {
  const head = Buffer.alloc(16);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, head, 0, head.length, 0);
    return head.toString('latin1') === 'SQLite format 3\0';
  } finally {
    closeSync(handle);
  }
}
