/**
 * The embedded database: one SQLite file, one connection, one process (see `lease.ts`). A transaction is on the disk
 * before it resolves: WAL with `synchronous=FULL`. SQLite answers synchronously; the promises are the port's.
 */
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { LocalFanOut, type Duty, type Ears, type News } from './fan-out.ts';
import { migrations } from './migrations.ts';
import { filesOf } from './store-files.ts';
import { hooksOf } from './store-hooks.ts';
import { peopleOf } from './store-people.ts';
import { SqliteSql } from './store-sqlite-sql.ts';
import { threadsOf } from './store-threads.ts';
import { NewerDatabaseError, type Store, type Transaction } from './store.ts';

/** @throws {NewerDatabaseError} if a later version of the service has written the file. */
export function openSqliteStore(file: string): Store {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // In KiB: what a thousand conversations write to is found in memory.
    db.pragma('cache_size = -32000');
    // In pages of 4 KiB: those written again and again are carried over to the database once for many commits.
    db.pragma('wal_autocheckpoint = 4000');
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

function migrate(db: Database.Database): void {
  const version = z.int().parse(db.pragma('user_version', { simple: true }));
  if (version > migrations.length) throw new NewerDatabaseError(version, migrations.length);
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

/** One transaction among those that share a commit. */
interface Turn {
  /** @returns what is to be said once it is durable. */
  work(tx: Transaction): Promise<() => void>;
  fail(cause: unknown): void;
}

/** What a transaction asks of the database. */
type Calls = Omit<Transaction, 'afterCommit' | 'tell'>;

/** Transactions that share a commit at most, so that the first of them does not wait for long. */
const maxTogether = 256;

/**
 * Transactions share the one connection, so they take turns. Those that are asked for in the same turn of the event loop
 * share one commit, and with it the one wait for the disk; each is a savepoint of its own, so that one which fails takes
 * nothing of the others with it. Nobody hears of theirs before it is on the disk.
 */
class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #sql: SqliteSql;
  readonly #calls: Calls;
  readonly #waiting: Turn[] = [];
  #working: Promise<void> | null = null;
  #closed = false;
  readonly #fanOut = new LocalFanOut();

  constructor(db: Database.Database) {
    this.#db = db;
    const sql = (this.#sql = new SqliteSql(db));
    this.#calls = { ...peopleOf(sql), ...threadsOf(sql), ...filesOf(sql), ...hooksOf(sql) };
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('The store is closed.'));
    return new Promise((resolve, reject) => {
      const turn = async (tx: Transaction): Promise<() => void> => {
        const result = await work(tx);
        return () => resolve(result);
      };
      this.#waiting.push({ work: turn, fail: reject });
      this.#working ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      await this.#together(this.#waiting.splice(0, maxTogether));
    }
    this.#working = null;
  }

  async #together(turns: readonly Turn[]): Promise<void> {
    const durable: (() => void)[] = [];
    try {
      this.#sql.control('BEGIN IMMEDIATE');
      for (const turn of turns) durable.push(await this.#attempt(turn));
      this.#sql.control('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      for (const turn of turns) turn.fail(error);
      return;
    }
    for (const say of durable) say();
  }

  /** @throws if the database has given up everything since the last commit, and not this one alone. */
  async #attempt({ work, fail }: Turn): Promise<() => void> {
    const [news, tasks]: [News[], (() => void)[]] = [[], []];
    this.#sql.beginTurn();
    try {
      const own: Pick<Transaction, 'afterCommit' | 'tell'> = {
        afterCommit: (task) => void tasks.push(task),
        tell: (one) => void news.push(one),
      };
      const resolve = await work(Object.assign(this.#sharedCalls(), own));
      this.#sql.keepTurn();
      return () => {
        try {
          this.#fanOut.hear(news);
          for (const task of tasks) task();
          resolve();
        } catch (error) {
          fail(error);
        }
      };
    } catch (error) {
      this.#sql.undoTurn();
      if (!this.#db.inTransaction) throw error;
      return () => fail(error);
    }
  }

  /** The same calls for every turn, without a copy of each of them. */
  #sharedCalls(): Calls {
    return Object.create(this.#calls) as Calls;
  }

  listen(ears: Ears): void {
    this.#fanOut.listen(ears);
  }

  queueFor(duty: Duty): void {
    this.#fanOut.queueFor(duty);
  }

  async close(): Promise<void> {
    this.#fanOut.close();
    if (this.#closed) return;
    this.#closed = true;
    await this.#working;
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }
}
