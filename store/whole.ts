import type Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { Cursor, HistoryFacts, noFacts } from '../contract/history.ts';
import { jsonOf } from './rows.ts';
import { Statements } from './statements.ts';
import { Unreadable } from './trouble.ts';

/** What a commit came to, kept with it under its id. */
export const LastCommit = z.object({
  id: z.string(),
  upserted: z.array(z.string()),
  removed: z.array(z.string()),
  rewritten: z.boolean(),
});
export type LastCommit = z.infer<typeof LastCommit>;

const columns = {
  facts: z.string(),
  outbox_generation: z.int(),
  last_commit: z.string().nullable(),
  search_due: z.string().nullable(),
  index_wear: z.int(),
} as const;
type Column = keyof typeof columns;

/** The one row about a history as a whole. Each column is read for itself: the last commit may be long. */
export class Whole {
  readonly #statements: Statements;

  constructor(database: Database.Database) {
    this.#statements = new Statements(database);
  }

  /** What a later version of the app has forgotten or a former one did not know, is as if nothing were known. */
  get facts(): HistoryFacts {
    const stored = jsonOf(this.#read('facts'));
    const facts = HistoryFacts.safeParse({ ...noFacts, ...stored });
    if (facts.success) return facts.data;
    return { ...noFacts, draft: 'draft' in stored && typeof stored.draft === 'string' ? stored.draft : '' };
  }

  set facts(facts: HistoryFacts) {
    this.#write('facts', JSON.stringify(facts));
  }

  /** Counts the commits that touched the outbox or the draft. */
  get generation(): number {
    return this.#read('outbox_generation');
  }

  set generation(generation: number) {
    this.#write('outbox_generation', generation);
  }

  get lastCommit(): LastCommit | null {
    return LastCommit.safeParse(jsonOf(this.#read('last_commit') ?? '')).data ?? null;
  }

  set lastCommit(last: LastCommit) {
    this.#write('last_commit', JSON.stringify(last));
  }

  /** The newest of the messages that the search may not know yet; null if it knows them all. */
  get searchDue(): Cursor | null {
    return Cursor.safeParse(jsonOf(this.#read('search_due') ?? '')).data ?? null;
  }

  set searchDue(due: Cursor | null) {
    this.#write('search_due', due === null ? null : JSON.stringify(due));
  }

  get indexWear(): number {
    return this.#read('index_wear');
  }

  set indexWear(wear: number) {
    this.#write('index_wear', wear);
  }

  #read<C extends Column>(column: C): z.infer<(typeof columns)[C]> {
    const row = z.record(z.string(), z.unknown()).safeParse(this.#statements.of(reads[column]).get());
    const value = columns[column].safeParse(row.data?.[column]);
    if (!value.success) throw new Unreadable('no row about the whole');
    return value.data as z.infer<(typeof columns)[C]>;
  }

  #write(column: Column, value: string | number | null): void {
    this.#statements.of(writes[column]).run(value);
  }
}

const reads: Readonly<Record<Column, string>> = {
  facts: 'SELECT facts FROM whole',
  outbox_generation: 'SELECT outbox_generation FROM whole',
  last_commit: 'SELECT last_commit FROM whole',
  search_due: 'SELECT search_due FROM whole',
  index_wear: 'SELECT index_wear FROM whole',
};

const writes: Readonly<Record<Column, string>> = {
  facts: 'UPDATE whole SET facts = ?',
  outbox_generation: 'UPDATE whole SET outbox_generation = ?',
  last_commit: 'UPDATE whole SET last_commit = ?',
  search_due: 'UPDATE whole SET search_due = ?',
  index_wear: 'UPDATE whole SET index_wear = ?',
};
