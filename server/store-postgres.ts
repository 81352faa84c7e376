/**
 * PostgreSQL, for a service of several nodes. Transactions of all nodes take turns by one advisory lock, so `work` sees what
 * it would see alone and is never run twice (docs/decisions/0014). Those that wait on one node share a turn, and with it the
 * lock and the one wait for the disk; each is a savepoint of its own, so that one which fails takes none of the others along.
 */
import type pg from 'pg';
import { z } from 'zod';
import { PostgresFanOut } from './fan-out-postgres.ts';
import type { Duty, Ears, News } from './fan-out.ts';
import type { Log } from './log.ts';
import { postgresMigrations } from './migrations-postgres.ts';
import { again, begin, connect } from './postgres.ts';
import { filesOf } from './store-files.ts';
import { hooksOf } from './store-hooks.ts';
import { peopleOf } from './store-people.ts';
import { PostgresSql } from './store-postgres-sql.ts';
import { threadsOf } from './store-threads.ts';
import { NewerDatabaseError, NoDatabaseError, type Store, type Transaction } from './store.ts';

/** How long a statement may take, the wait for another node's turn included. */
const patienceMs = 30_000;
/** How long to ask what became of a commit before it counts as failed. */
const doubtMs = 10_000;
/** Transactions that share a turn at most: other nodes wait for it. */
const maxTogether = 64;

interface Options {
  /** With its password: it is never logged. */
  readonly url: string;
  readonly log: Log;
  /** How long one node is told what another says while it is cut off; a minute unless told. */
  readonly keepNewsMs?: number;
}

/**
 * @throws {NewerDatabaseError} if a later version of the service has written the database.
 * @throws {NoDatabaseError}
 */
export async function openPostgresStore(options: Options): Promise<Store> {
  const client = await connect(options.url).catch((error: unknown) => {
    throw new NoDatabaseError(error);
  });
  try {
    await migrate(client);
  } finally {
    await client.end();
  }
  return new PostgresStore(options, await PostgresFanOut.open(options));
}

/** Nodes that start together take turns; the second finds everything done. */
async function migrate(client: pg.Client): Promise<void> {
  await client.query(begin);
  await client.query('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)');
  const { rows } = await client.query('SELECT version FROM schema_version');
  const [known] = z.array(z.object({ version: z.int() })).parse(rows);
  const version = known?.version ?? 0;
  if (version > postgresMigrations.length) throw new NewerDatabaseError(version, postgresMigrations.length);
  for (const step of postgresMigrations.slice(version)) await client.query(step);
  if (!known) await client.query('INSERT INTO schema_version VALUES (0)');
  await client.query('UPDATE schema_version SET version = $1', [postgresMigrations.length]);
  await client.query('COMMIT');
}

/** One transaction among those that share a turn. */
interface Asked {
  /** @returns what is to happen once it is durable. */
  work(tx: Transaction): Promise<() => void>;
  fail(cause: unknown): void;
}

/** One that has done its work. */
interface Done {
  readonly news: readonly News[];
  readonly tasks: readonly (() => void)[];
  fulfil(): void;
  fail(cause: unknown): void;
}

interface Connection {
  readonly client: pg.Client;
  readonly calls: Omit<Transaction, 'afterCommit' | 'tell'>;
}

class PostgresStore implements Store {
  readonly #options: Options;
  readonly #fanOut: PostgresFanOut;
  readonly #waiting: Asked[] = [];
  #connection: Connection | null = null;
  #working: Promise<void> | null = null;
  #closed = false;

  constructor(options: Options, fanOut: PostgresFanOut) {
    this.#options = options;
    this.#fanOut = fanOut;
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('The store is closed.'));
    return new Promise((resolve, reject) => {
      const asked = async (tx: Transaction): Promise<() => void> => {
        const result = await work(tx);
        return () => resolve(result);
      };
      this.#waiting.push({ work: asked, fail: reject });
      this.#working ??= this.#takeTurns();
    });
  }

  listen(ears: Ears): void {
    this.#fanOut.listen(ears);
  }

  queueFor(duty: Duty): void {
    this.#fanOut.queueFor(duty);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#working;
    await this.#fanOut.close();
    await this.#connection?.client.end();
  }

  async #takeTurns(): Promise<void> {
    while (this.#waiting.length > 0) {
      let connection: Connection;
      try {
        connection = await this.#begin();
      } catch (error) {
        for (const { fail } of this.#waiting.splice(0)) fail(error);
        continue;
      }
      await this.#together(connection, this.#waiting.splice(0, maxTogether));
    }
    this.#working = null;
  }

  /** A connection that broke while nothing was asked of it is replaced, and nobody notices. */
  async #begin(): Promise<Connection> {
    const before = this.#connection;
    const connection = before ?? (await this.#connect());
    try {
      await connection.client.query(begin);
      return connection;
    } catch (error) {
      await this.#drop(connection);
      if (before === null) throw error;
      return this.#begin();
    }
  }

  async #connect(): Promise<Connection> {
    const client = await connect(this.#options.url, patienceMs);
    const sql = new PostgresSql(client);
    const calls = { ...peopleOf(sql), ...threadsOf(sql), ...filesOf(sql), ...hooksOf(sql) };
    this.#connection = { client, calls };
    client.once('end', () => {
      if (this.#connection?.client === client) this.#connection = null;
    });
    return this.#connection;
  }

  async #drop({ client }: Connection): Promise<void> {
    if (this.#connection?.client === client) this.#connection = null;
    await client.end().catch(() => undefined);
  }

  async #together(connection: Connection, asked: readonly Asked[]): Promise<void> {
    const { client } = connection;
    const done: Done[] = [];
    const conclude = (): void => done.forEach((one) => this.#conclude(one));
    let place: number | null = null;
    let forget = (): void => undefined;
    try {
      for (const one of asked) {
        const outcome = await attempt(connection, one);
        if (outcome !== null) done.push(outcome);
      }
      place = await this.#tell(client, done);
      if (place !== null) forget = this.#fanOut.expect(place, conclude);
      await commit(client);
    } catch (error) {
      if (place === null || !(await this.#isThere(place, connection))) {
        forget();
        for (const { fail } of asked) fail(error);
        await client.query('ROLLBACK').catch(() => this.#drop(connection));
        return;
      }
    }
    if (place === null) conclude();
    else await this.#fanOut.reach(place, this.#connection?.client ?? client);
  }

  /** What became of a commit whose answer was lost: whoever is given the lock after it finds out. */
  async #isThere(place: number, lost: Connection): Promise<boolean> {
    await this.#drop(lost);
    const deadline = performance.now() + doubtMs;
    const look = async (): Promise<boolean> => {
      const { client } = this.#connection ?? (await this.#connect());
      await client.query(begin);
      const isTold = await this.#fanOut.isTold(client, place);
      await client.query('COMMIT');
      return isTold;
    };
    return (await again(look, () => performance.now() > deadline)) ?? false;
  }

  /** What only happens here has its place among the news too: a grant before the revocation that follows it. */
  async #tell(client: pg.Client, done: readonly Done[]): Promise<number | null> {
    const news = done.flatMap((one) => one.news);
    const isSilent = news.length === 0 && done.every(({ tasks }) => tasks.length === 0);
    return isSilent ? null : this.#fanOut.tell(client, news);
  }

  #conclude({ news, tasks, fulfil, fail }: Done): void {
    try {
      this.#fanOut.hear(news);
      for (const task of tasks) task();
      fulfil();
    } catch (error) {
      fail(error);
    }
  }
}

/** @returns null if it has failed and left nothing. @throws if the connection is gone, and with it the whole turn. */
async function attempt({ client, calls }: Connection, { work, fail }: Asked): Promise<Done | null> {
  const [news, tasks]: [News[], (() => void)[]] = [[], []];
  await client.query('SAVEPOINT one');
  try {
    const fulfil = await work({
      ...calls,
      afterCommit: (task) => void tasks.push(task),
      tell: (one) => void news.push(one),
    });
    await client.query('RELEASE one');
    return { news, tasks, fulfil, fail };
  } catch (error) {
    await client.query('ROLLBACK TO one; RELEASE one');
    fail(error);
    return null;
  }
}

/** PostgreSQL answers the commit of a transaction that it has given up with "ROLLBACK", and no error. */
async function commit(client: pg.Client): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('The transaction was not committed.');
}
