/** Connections to PostgreSQL, and the two locks by which the nodes of one service take turns in one database. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The first number of our advisory locks: "Onet" in ASCII. Each database has its own, so it holds one service. */
const ours = 0x4f6e6574;
/** Held for the length of a transaction: whoever has it works alone. */
const turnLock = `pg_advisory_xact_lock(${ours}, 1)`;
/**
 * What begins a transaction: each of its statements sees all that was committed by those before it. A stricter level would
 * look at the database as it was before the lock was there.
 */
export const begin = `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT ${turnLock}`;
/** Held for the length of a connection: whoever has it does what only one node may do. */
export const dutyLock = `pg_advisory_lock(${ours}, 2)`;

/** A node that is gone without a word (its machine, its network) is given up soon, and no commit is answered too early. */
const settings =
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c synchronous_commit=on';
/** A node that stops in the midst of a transaction keeps the others waiting no longer, in ms. */
const stuckMs = 10_000;

/** @param patienceMs how long one statement may take, waiting for others included; for ever without it. */
export async function connect(url: string, patienceMs?: number): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'onethread',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    idle_in_transaction_session_timeout: stuckMs,
    options: settings,
    types: { getTypeParser: parserOf },
    ...(patienceMs !== undefined && { statement_timeout: patienceMs, query_timeout: patienceMs + 2_000 }),
  });
  // Whoever waits for an answer is told by its rejection, and everybody by `end`.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Integers of eight bytes are times and counts here: all of them are exact as numbers. */
function parserOf(type: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format);
}

/** Resolves when the connection is no more. */
export function ended(client: pg.Client): Promise<void> {
  return new Promise((resolve) => client.once('end', () => resolve()));
}

/** Tries until it works, or until `isOver`. */
export async function again<T>(attempt: () => Promise<T>, isOver: () => boolean): Promise<T | null> {
  for (let waitMs = 50; !isOver(); waitMs = Math.min(2_000, waitMs * 2)) {
    try {
      return await attempt();
    } catch {
      await sleep(waitMs);
    }
  }
  return null;
}
