import type Database from 'better-sqlite3-multiple-ciphers';
import type { EpochMs } from '../contract/ids.ts';
import type { Message } from '../contract/model.ts';
import { firstPlaceIn, lastPlaceIn, rowOfPlace, windowOf, windowOfPlace } from './places.ts';
import { entryOf } from './search-entry.ts';
import type { SearchEntry } from './search-entry.ts';

interface Placed extends SearchEntry {
  readonly received: number;
}

/** What makes the messages of one history searchable. Every change here is part of the transaction that changes the message. */
export class SearchIndex {
  readonly #byPlace: Database.Statement<[number], Placed>;
  readonly #lastPlace: Database.Statement<[number, number], number | null>;
  readonly #insert: Database.Statement<[number, number, number, string, string]>;
  readonly #insertIndexed: Database.Statement<[bigint, string]>;
  readonly #delete: Database.Statement<[number]>;
  readonly #deleteIndexed: Database.Statement<[bigint, string]>;
  readonly #clear: readonly Database.Statement<[]>[];

  constructor(database: Database.Database) {
    this.#byPlace = database.prepare('SELECT received, sender, text FROM searchable WHERE place = ?');
    this.#lastPlace = database
      .prepare<[number, number], number | null>(
        'SELECT max(place) FROM searchable WHERE place BETWEEN ? AND ?',
      )
      .pluck();
    this.#insert = database.prepare(
      'INSERT INTO searchable (place, number, received, sender, text) VALUES (?, ?, ?, ?, ?)',
    );
    this.#insertIndexed = database.prepare('INSERT INTO search_index (rowid, text) VALUES (?, ?)');
    this.#delete = database.prepare('DELETE FROM searchable WHERE place = ?');
    this.#deleteIndexed = database.prepare(
      `INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', ?, ?)`,
    );
    this.#clear = [
      database.prepare(`INSERT INTO search_index (search_index) VALUES ('delete-all')`),
      database.prepare('DELETE FROM searchable'),
    ];
  }

  /**
   * Make the message in row `number` findable as it is now.
   *
   * @param place where it was findable until now, if it was
   * @returns its place from now on; null if so many messages share its time that there is none
   */
  put(number: number, place: number | null, received: EpochMs, message: Message): number | null {
    const entry = entryOf(message);
    if (place !== null) {
      const now = this.#byPlace.get(place);
      if (now?.received === received && now.sender === entry.sender && now.text === entry.text) return place;
      if (now !== undefined) this.#remove(place, now);
    }
    const next = this.#nextPlace(windowOf(received));
    if (next === null) return null;
    this.#insert.run(next, number, received, entry.sender, entry.text);
    const row = rowOfPlace(next);
    if (row !== null) this.#insertIndexed.run(row, entry.text);
    return next;
  }

  /** Forget everything at once. The messages must go in the same transaction. */
  clear(): void {
    for (const statement of this.#clear) statement.run();
  }

  #remove(place: number, { text }: SearchEntry): void {
    const row = rowOfPlace(place);
    if (row !== null) this.#deleteIndexed.run(row, text);
    this.#delete.run(place);
  }

  #nextPlace(window: number): number | null {
    const last = this.#lastPlace.get(firstPlaceIn(window), lastPlaceIn(window)) ?? null;
    const next = last === null ? firstPlaceIn(window) : last + 1;
    return windowOfPlace(next) === window ? next : null;
  }
}
