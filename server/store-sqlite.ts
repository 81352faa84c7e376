/**
 * The embedded database: one SQLite file, one connection, one process (see `lease.ts`). A commit is on the disk before
 * it resolves: WAL with `synchronous=FULL`. SQLite answers synchronously; the promises are the port's.
 */
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { migrations } from './migrations.ts';
import { filesOf } from './store-sqlite-files.ts';
import { hooksOf } from './store-sqlite-hooks.ts';
import { peopleOf } from './store-sqlite-people.ts';
import { Sql } from './store-sqlite-sql.ts';
import { threadsOf } from './store-sqlite-threads.ts';
import type { Store, Transaction } from './store.ts';

/** @throws {NewerDatabaseError} if a later version of the service has written the file. */
export function openSqliteStore(file: string): Store {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('trusted_schema = OFF');
    // A step may rebuild a table that others refer to; what it leaves is checked instead.
    db.pragma('foreign_keys = OFF');
    migrate(db);
    db.pragma('foreign_keys = ON');
  } catch (error) {
    db.close();
    throw error;
  }
  return new SqliteStore(db);
}

export class NewerDatabaseError extends Error {
  constructor(found: number) {
    super(
      `The data was written by a newer version of the service (schema ${found}, this one knows ${migrations.length}).`,
    );
  }
}

function migrate(db: Database.Database): void {
  const version = z.int().parse(db.pragma('user_version', { simple: true }));
  if (version > migrations.length) throw new NewerDatabaseError(version);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    db.transaction(() => {
      db.exec(step);
      if (z.array(z.unknown()).parse(db.pragma('foreign_key_check')).length > 0)
        throw new Error(`Step ${index + 1} of the schema leaves something without what it refers to.`);
      db.pragma(`user_version = ${index + 1}`);
    })();
  }
}

class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #calls: Omit<Transaction, 'afterCommit'>;
  /** The tail of the queue: transactions share the one connection, so they take turns. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(db: Database.Database) {
    this.#db = db;
    const sql = new Sql(db);
    this.#calls = { ...peopleOf(sql), ...threadsOf(sql), ...filesOf(sql), ...hooksOf(sql) };
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#run(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('The store is closed.');
    const tasks: (() => void)[] = [];
    this.#db.exec('BEGIN IMMEDIATE');
    let result: T;
    try {
      result = await work({ ...this.#calls, afterCommit: (task) => void tasks.push(task) });
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    for (const task of tasks) task();
    return result;
  }

  async close(): Promise<void> {
    await this.#last;
    if (this.#closed) return;
    this.#closed = true;
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }
}
