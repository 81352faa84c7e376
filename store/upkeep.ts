import type Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import type { MessageTable } from './message-table.ts';
import { Statements } from './statements.ts';
import { Unreadable } from './trouble.ts';
import type { Whole } from './whole.ts';

/**
 * The states of the index after many messages have gone. FTS5 only notes what is gone when told to be quick about it, and is
 * rid of it once all of its segments are merged into one, which takes many small steps.
 */
const wear = { none: 0, worn: 1, merging: 2 } as const;

/** Each some hundredths of a second at most. */
const piece = { messages: 200, indexPages: 16, filePages: 128 };

/** Pages that are free anyhow after a while of use; giving them back would only mean to ask for them again. */
const freeAnyhow = 256;

/** A file so small is looked through in one piece, and at every start. */
const small = 16 * 2 ** 20;

/**
 * What is read, in pieces, to find damage before anybody comes upon it: the pages of each table, which the cipher
 * authenticates as they are read. Their own numbers lead through them.
 */
const passages = [
  `SELECT max(number) AS last, sum(length(body)) FROM
     (SELECT number, body FROM messages WHERE number > ? ORDER BY number LIMIT 1000)`,
  `SELECT max(place) AS last, sum(length(text)) FROM
     (SELECT place, text FROM searchable WHERE place > ? ORDER BY place LIMIT 1000)`,
  `SELECT max(id) AS last, sum(length(block)) FROM
     (SELECT id, block FROM search_index_data WHERE id > ? ORDER BY id LIMIT 250)`,
] as const;

const beforeAll = Number.MIN_SAFE_INTEGER;
const Passage = z.object({ last: z.int().nullable() });

/** What can wait until nobody asks for anything, in small pieces. */
export class Upkeep {
  readonly #database: Database.Database;
  readonly #statements: Statements;
  readonly #table: MessageTable;
  readonly #whole: Whole;

  /** Where the look for damage has come to; null when it is over. */
  #inspected: { readonly passage: number; readonly from: number } | null = { passage: 0, from: beforeAll };
  readonly #wasCutOff: boolean;

  /** @param wasCutOff the file was not closed the last time it was open */
  constructor(database: Database.Database, table: MessageTable, whole: Whole, wasCutOff: boolean) {
    this.#wasCutOff = wasCutOff;
    this.#database = database;
    this.#statements = new Statements(database);
    this.#table = table;
    this.#whole = whole;
  }

  /** @returns false if there is nothing more to do. @throws if the file turns out to be damaged */
  piece(): boolean {
    return this.#inspect() || this.#makeSearchable() || this.#mergeIndex() || this.#giveBack();
  }

  /** A small file is checked as a whole, a large one read through after it was cut off. */
  #inspect(): boolean {
    const at = this.#inspected;
    if (at === null) return false;
    if (usedBytes(this.#database) <= small) {
      this.#inspected = null;
      const verdict = this.#database.pragma('quick_check(1)', { simple: true });
      if (verdict !== 'ok') throw new Unreadable('not in order');
      return true;
    }
    const passage = this.#wasCutOff ? passages[at.passage] : undefined;
    if (passage === undefined) {
      this.#inspected = null;
      return false;
    }
    const { last } = Passage.parse(this.#statements.of(passage).get(at.from));
    this.#inspected = last === null ? { passage: at.passage + 1, from: beforeAll } : { ...at, from: last };
    return true;
  }

  /** What was stored before there was a search. */
  #makeSearchable(): boolean {
    const due = this.#whole.searchDue;
    if (due === null) return false;
    this.#database.transaction(() => {
      this.#whole.searchDue = this.#table.makeSearchable(due, piece.messages);
    })();
    return true;
  }

  #mergeIndex(): boolean {
    const now = this.#whole.indexWear;
    if (now === wear.none) return false;
    this.#database.transaction(() => {
      const before = this.#changes();
      // A negative number begins to merge everything, a positive one goes on with it (sqlite.org/fts5.html, "merge").
      const pages = now === wear.worn ? -piece.indexPages : piece.indexPages;
      this.#statements
        .of(`INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)`)
        .run(BigInt(pages));
      const isDone = this.#changes() - before < 2;
      this.#whole.indexWear = isDone ? wear.none : wear.merging;
    })();
    return true;
  }

  /** Give free pages back to the file system. */
  #giveBack(): boolean {
    const free = pragma(this.#database, 'freelist_count');
    if (free <= freeAnyhow || pragma(this.#database, 'auto_vacuum') !== incremental) return false;
    this.#database.pragma(`incremental_vacuum(${piece.filePages})`);
    if (free - piece.filePages <= freeAnyhow) this.#database.pragma('wal_checkpoint(TRUNCATE)');
    return true;
  }

  #changes(): number {
    return this.#statements.number('SELECT total_changes()');
  }
}

const incremental = 2;

/** The index still knows of many messages that have gone. */
export const worn = wear.worn;

/** What a database holds, free pages not counted. */
export function usedBytes(database: Database.Database): number {
  return (
    (pragma(database, 'page_count') - pragma(database, 'freelist_count')) * pragma(database, 'page_size')
  );
}

function pragma(database: Database.Database, name: string): number {
  return Number(database.pragma(name, { simple: true }));
}
