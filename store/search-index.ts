import type Database from 'better-sqlite3-multiple-ciphers';
import type { EpochMs } from '../contract/ids.ts';
import { firstPlaceIn, lastPlaceIn, rowOfPlace, windowOf, windowOfPlace } from './places.ts';
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
  readonly #flush: Database.Statement<[]>;
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
    this.#flush = database.prepare(`INSERT INTO search_index (search_index) VALUES ('flush')`);
    this.#clear = [
      database.prepare(`INSERT INTO search_index (search_index) VALUES ('delete-all')`),
      database.prepare('DELETE FROM searchable'),
    ];
  }

  /** True if the message at `place` can be found by what it says now. */
  isUpToDate(place: number, received: EpochMs, entry: SearchEntry): boolean {
    const now = this.#byPlace.get(place);
    return now?.received === received && now.sender === entry.sender && now.text === entry.text;
  }

  /** Before anything is added in the same transaction: `settle`. */
  remove(place: number): void {
    const known = this.#byPlace.get(place);
    if (known === undefined) return;
    const row = rowOfPlace(place);
    if (row !== null) this.#deleteIndexed.run(row, known.text);
    this.#delete.run(place);
  }

  /**
   * To be called between what is removed and what is added in one transaction. FTS5 loses rows, with `detail = none` and
   * `secure-delete`, where a row number that was removed comes again before it has written that down (seen in SQLite 3.53.4).
   */
  settle(): void {
    this.#flush.run();
  }

  /**
   * Make the message in row `number` findable.
   *
   * @returns its place; null if so many messages share its time that there is none
   */
  add(number: number, received: EpochMs, { sender, text }: SearchEntry): number | null {
    const place = this.#nextPlace(windowOf(received));
    if (place === null) return null;
    this.#insert.run(place, number, received, sender, text);
    const row = rowOfPlace(place);
    if (row !== null) this.#insertIndexed.run(row, text);
    return place;
  }

  /** Forget everything at once. The messages must go in the same transaction. */
  clear(): void {
    for (const statement of this.#clear) statement.run();
  }

  #nextPlace(window: number): number | null {
    const last = this.#lastPlace.get(firstPlaceIn(window), lastPlaceIn(window)) ?? null;
    const next = last === null ? firstPlaceIn(window) : last + 1;
    return windowOfPlace(next) === window ? next : null;
  }
}
