import type Database from 'better-sqlite3-multiple-ciphers';
import type { MessageTable } from './message-table.ts';
import { Statements } from './statements.ts';
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

/** What can wait until nobody asks for anything, in small pieces. */
export class Upkeep {
  readonly #database: Database.Database;
  readonly #statements: Statements;
  readonly #table: MessageTable;
  readonly #whole: Whole;

  constructor(database: Database.Database, table: MessageTable, whole: Whole) {
    this.#database = database;
    this.#statements = new Statements(database);
    this.#table = table;
    this.#whole = whole;
  }

  /** @returns false if there is nothing more to do */
  piece(): boolean {
    return this.#makeSearchable() || this.#mergeIndex() || this.#giveBack();
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
