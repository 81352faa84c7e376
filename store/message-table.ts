import type Database from 'better-sqlite3-multiple-ciphers';
import type { Cursor, HistoryPage } from '../contract/history.ts';
import type { Message } from '../contract/model.ts';
import { rowOf, storedOf } from './rows.ts';
import type { Row, Stored } from './rows.ts';

type Statement = Database.Statement<unknown[]>;

/** The messages of one history: reading and writing rows, and nothing about what a change means. */
export class MessageTable {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Statement>();
  /** Called for each row that could not be read and was passed over. */
  readonly #onSkipped: () => void;

  constructor(database: Database.Database, onSkipped: () => void) {
    this.#database = database;
    this.#onSkipped = onSkipped;
  }

  byKey(key: string): Stored | null {
    return this.#one('SELECT * FROM messages WHERE key = ?', key);
  }

  byId(id: string): Stored | null {
    return this.#one('SELECT * FROM messages WHERE id = ?', id);
  }

  byClientMessageId(id: string): Stored | null {
    return this.#one('SELECT * FROM messages WHERE client_message_id = ?', id);
  }

  /** The `limit` accepted messages before `before`, or the newest, in thread order. Walks one index from its end. */
  accepted(before: Cursor | null, limit: number): HistoryPage {
    const rows =
      before === null
        ? this.#sql(
            'SELECT * FROM messages WHERE received IS NOT NULL ORDER BY received DESC, id DESC',
          ).iterate()
        : this.#sql(
            `SELECT * FROM messages WHERE received IS NOT NULL AND (received, id) < (?, ?)
             ORDER BY received DESC, id DESC`,
          ).iterate(before.received, before.id);
    const found: Message[] = [];
    for (const row of rows) {
      const stored = this.#parse(row);
      if (stored !== null) found.push(stored.message);
      if (found.length > limit) break;
    }
    return { messages: found.slice(0, limit).reverse(), hasOlder: found.length > limit };
  }

  /** What the service has not accepted yet, failed ones included, in order. */
  pending(): Stored[] {
    const rows = this.#sql('SELECT * FROM messages WHERE id IS NULL ORDER BY outbox_position, key').all();
    return rows.map((row) => this.#parse(row)).filter((stored) => stored !== null);
  }

  nextOutboxPosition(): number {
    return this.#number('SELECT coalesce(max(outbox_position), 0) + 1 FROM messages WHERE id IS NULL');
  }

  waiting(): number {
    return this.#number(`SELECT count(*) FROM messages WHERE id IS NULL AND status = 'queued'`);
  }

  /** Takes the place of whatever had this key; also of an unreadable row that had this id. */
  put(stored: Stored): void {
    this.#sql(
      `INSERT OR REPLACE INTO messages
         (key, id, client_message_id, received, outbox_position, status, attempted, body)
       VALUES (@key, @id, @client_message_id, @received, @outbox_position, @status, @attempted, @body)`,
    ).run(rowOf(stored) satisfies Row);
  }

  remove(key: string): void {
    this.#sql('DELETE FROM messages WHERE key = ?').run(key);
  }

  removeAccepted(): void {
    this.#sql('DELETE FROM messages WHERE id IS NOT NULL').run();
  }

  #one(sql: string, name: string): Stored | null {
    const row = this.#sql(sql).get(name);
    return row === undefined ? null : this.#parse(row);
  }

  #parse(row: unknown): Stored | null {
    const stored = storedOf(row);
    if (stored === null) this.#onSkipped();
    return stored;
  }

  #number(sql: string): number {
    return Number(this.#sql(sql).pluck().get());
  }

  #sql(text: string): Statement {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.#database.prepare<unknown[]>(text);
    this.#statements.set(text, statement);
    return statement;
  }
}
