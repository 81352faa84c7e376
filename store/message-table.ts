import { z } from 'zod';
import type Database from 'better-sqlite3-multiple-ciphers';
import type { Cursor } from '../contract/history.ts';
import { EpochMs, MessageId } from '../contract/ids.ts';
import type { Message } from '../contract/model.ts';
import { rowOf, storedOf } from './rows.ts';
import type { Row, Stored } from './rows.ts';
import { entryOf } from './search-entry.ts';
import { SearchIndex } from './search-index.ts';
import { Statements } from './statements.ts';
import { codeOf } from './trouble.ts';

const Numbered = z.object({ number: z.int(), place: z.int().nullable() });

const DueRow = z.object({ number: z.int(), place: z.int().nullable(), received: EpochMs, id: MessageId });

type Way = 'older' | 'newer';

export interface Stretch {
  readonly messages: readonly Message[];
  /** True if there are more that way. */
  readonly more: boolean;
}

/** Along the one index of the thread's order, either way. */
export const walks: Readonly<Record<Way, Readonly<Record<'whole' | 'from', string>>>> = {
  older: {
    whole: 'SELECT * FROM messages WHERE received IS NOT NULL ORDER BY received DESC, id DESC',
    from: `SELECT * FROM messages WHERE received IS NOT NULL AND (received, id) < (?, ?)
           ORDER BY received DESC, id DESC`,
  },
  newer: {
    whole: 'SELECT * FROM messages WHERE received IS NOT NULL ORDER BY received, id',
    from: `SELECT * FROM messages WHERE received IS NOT NULL AND (received, id) > (?, ?) ORDER BY received, id`,
  },
};

/**
 * The messages of one history, and with each what makes it searchable: reading and writing rows, and nothing about what a
 * change means.
 */
export class MessageTable {
  readonly #statements: Statements;
  readonly #database: Database.Database;
  #searchIndex: SearchIndex | null = null;
  /** Called for each row that could not be read and was passed over. */
  readonly #onSkipped: () => void;

  constructor(database: Database.Database, onSkipped: () => void) {
    this.#statements = new Statements(database);
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

  byNumber(number: number): Stored | null {
    return this.#one('SELECT * FROM messages WHERE number = ?', number);
  }

  /**
   * Up to `limit` accepted messages from `from` on (itself not included), those nearest to it, in thread order. Walks one
   * index from there; null is the end of the thread that lies the other way.
   */
  stretch(way: Way, from: Cursor | null, limit: number): Stretch {
    const found: Message[] = [];
    for (const row of this.#walk(way, from)) {
      const stored = this.#parse(row);
      if (stored !== null) found.push(stored.message);
      if (found.length > limit) break;
    }
    const messages = found.slice(0, limit);
    return { messages: way === 'older' ? messages.reverse() : messages, more: found.length > limit };
  }

  /** Accepted messages received after `after` and up to `upTo`, the newest `most` of them, newest first. */
  received(after: EpochMs | null, upTo: EpochMs, most: number): Message[] {
    const found: Message[] = [];
    for (const row of this.#walk('older', justBefore(EpochMs.parse(upTo + 1)))) {
      const message = this.#parse(row)?.message;
      if (message?.received === null || found.length === most) break;
      if (message !== undefined && message.received <= (after ?? -Infinity)) break;
      if (message !== undefined) found.push(message);
    }
    return found;
  }

  /** What the service has not accepted yet, failed ones included, in order. */
  pending(): Stored[] {
    const rows = this.#statements
      .of('SELECT * FROM messages WHERE id IS NULL ORDER BY outbox_position, key')
      .all();
    return rows.map((row) => this.#parse(row)).filter((stored) => stored !== null);
  }

  nextOutboxPosition(): number {
    return this.#statements.number(
      'SELECT coalesce(max(outbox_position), 0) + 1 FROM messages WHERE id IS NULL',
    );
  }

  count(): number {
    return this.#statements.number('SELECT count(*) FROM messages');
  }

  waiting(): number {
    return this.#statements.number(`SELECT count(*) FROM messages WHERE id IS NULL AND status = 'queued'`);
  }

  /**
   * Takes the place of whatever had this key; also of an unreadable row that had this id. What the search knows of it stays
   * as it was until `makeFindable`.
   */
  put(stored: Stored): void {
    const row = rowOf(stored);
    try {
      this.#upsert(row);
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
      this.#statements
        .of('DELETE FROM messages WHERE key <> @key AND (id = @id OR client_message_id = @client_message_id)')
        .run({ key: row.key, id: row.id, client_message_id: row.client_message_id });
      this.#upsert(row);
    }
  }

  /**
   * Let the search know of messages as they are now. To be called when all rows of the transaction are written: FTS5 puts what
   * it has gathered on the disk whenever a statement that could fail half-way comes in between.
   */
  makeFindable(messages: readonly Message[]): void {
    const due = messages.flatMap((message) => this.#dueOf(message));
    for (const { place } of due) if (place !== null) this.#search.remove(place);
    if (due.length > 0) this.#search.settle();
    for (const { number, received, entry } of due)
      this.#setPlace(number, this.#search.add(number, received, entry));
  }

  remove(key: string): void {
    this.#statements.of('DELETE FROM messages WHERE key = ?').run(key);
  }

  removeAccepted(): void {
    this.#search.clear();
    this.#statements.of('DELETE FROM messages WHERE id IS NOT NULL').run();
  }

  /**
   * Make searchable what was stored before there was a search: up to `limit` messages from `from` on, itself included,
   * towards the older ones.
   *
   * @returns where to go on, null if that was all
   */
  makeSearchable(from: Cursor, limit: number): Cursor | null {
    const rows = this.#statements
      .of(
        `SELECT number, place, received, id FROM messages
         WHERE received IS NOT NULL AND (received, id) <= (?, ?)
         ORDER BY received DESC, id DESC LIMIT ?`,
      )
      .all(from.received, from.id, limit + 1);
    const due = z.array(DueRow).parse(rows);
    const unknown = due.slice(0, limit).filter(({ place }) => place === null);
    this.makeFindable(unknown.flatMap(({ number }) => this.byNumber(number)?.message ?? []));
    const next = due[limit];
    return next === undefined ? null : { received: next.received, id: next.id };
  }

  /** None if the search knows the message as it is. */
  #dueOf(message: Message) {
    if (message.received === null) return [];
    const row = this.#statements.of('SELECT number, place FROM messages WHERE key = ?').get(message.key);
    const { number, place } = Numbered.parse(row);
    const { received } = message;
    const entry = entryOf(message);
    if (place !== null && this.#search.isUpToDate(place, received, entry)) return [];
    return [{ number, place, received, entry }];
  }

  /** Opening a history does not need it. */
  get #search(): SearchIndex {
    return (this.#searchIndex ??= new SearchIndex(this.#database));
  }

  #walk(way: Way, from: Cursor | null): Iterable<unknown> {
    if (from === null) return this.#statements.of(walks[way].whole).iterate();
    return this.#statements.of(walks[way].from).iterate(from.received, from.id);
  }

  #upsert(row: Row): void {
    this.#statements
      .of(
        `INSERT INTO messages (key, id, client_message_id, received, outbox_position, status, attempted, body)
         VALUES (@key, @id, @client_message_id, @received, @outbox_position, @status, @attempted, @body)
         ON CONFLICT (key) DO UPDATE SET id = @id, client_message_id = @client_message_id, received = @received,
           outbox_position = @outbox_position, status = @status, attempted = @attempted, body = @body`,
      )
      .run(row);
  }

  #setPlace(number: number, place: number | null): void {
    this.#statements.of('UPDATE messages SET place = ? WHERE number = ?').run(place, number);
  }

  #one(sql: string, name: string | number): Stored | null {
    const row = this.#statements.of(sql).get(name);
    return row === undefined ? null : this.#parse(row);
  }

  #parse(row: unknown): Stored | null {
    const stored = storedOf(row);
    if (stored === null) this.#onSkipped();
    return stored;
  }
}

export function cursorOf({ received, id }: Message): Cursor {
  if (received === null || id === null) throw new Error('not accepted yet');
  return { received, id };
}

/** Below every message received at `received`, above every earlier one: a real id sorts below the last character. */
export function justBefore(received: EpochMs): Cursor {
  return { received: EpochMs.parse(received - 1), id: MessageId.parse('\uffff') };
}
