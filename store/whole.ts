import type Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { Cursor, HistoryFacts, noFacts } from '../contract/history.ts';
import { jsonOf } from './rows.ts';
import { Unreadable } from './trouble.ts';

/** What a commit came to, kept with it under its id. */
export const LastCommit = z.object({
  id: z.string(),
  upserted: z.array(z.string()),
  removed: z.array(z.string()),
  rewritten: z.boolean(),
});
export type LastCommit = z.infer<typeof LastCommit>;

const Row = z.object({
  facts: z.string(),
  outbox_generation: z.int(),
  last_commit: z.string().nullable(),
  search_due: z.string().nullable(),
  index_wear: z.int(),
});
type Row = z.infer<typeof Row>;

/** The one row about a history as a whole. */
export class Whole {
  readonly #read: Database.Statement<[]>;
  readonly #write: Readonly<Record<keyof Row, Database.Statement<[string | number | null]>>>;

  constructor(database: Database.Database) {
    this.#read = database.prepare('SELECT * FROM whole');
    this.#write = {
      facts: database.prepare('UPDATE whole SET facts = ?'),
      outbox_generation: database.prepare('UPDATE whole SET outbox_generation = ?'),
      last_commit: database.prepare('UPDATE whole SET last_commit = ?'),
      search_due: database.prepare('UPDATE whole SET search_due = ?'),
      index_wear: database.prepare('UPDATE whole SET index_wear = ?'),
    };
  }

  /** What a later version of the app has forgotten or a former one did not know, is as if nothing were known. */
  get facts(): HistoryFacts {
    const stored = jsonOf(this.#row().facts);
    const facts = HistoryFacts.safeParse({ ...noFacts, ...stored });
    if (facts.success) return facts.data;
    return { ...noFacts, draft: 'draft' in stored && typeof stored.draft === 'string' ? stored.draft : '' };
  }

  set facts(facts: HistoryFacts) {
    this.#write.facts.run(JSON.stringify(facts));
  }

  /** Counts the commits that touched the outbox or the draft. */
  get generation(): number {
    return this.#row().outbox_generation;
  }

  set generation(generation: number) {
    this.#write.outbox_generation.run(generation);
  }

  get lastCommit(): LastCommit | null {
    return LastCommit.safeParse(jsonOf(this.#row().last_commit ?? '')).data ?? null;
  }

  set lastCommit(last: LastCommit) {
    this.#write.last_commit.run(JSON.stringify(last));
  }

  /** The newest of the messages that the search may not know yet; null if it knows them all. */
  get searchDue(): Cursor | null {
    return Cursor.safeParse(jsonOf(this.#row().search_due ?? '')).data ?? null;
  }

  set searchDue(due: Cursor | null) {
    this.#write.search_due.run(due === null ? null : JSON.stringify(due));
  }

  get indexWear(): number {
    return this.#row().index_wear;
  }

  set indexWear(wear: number) {
    this.#write.index_wear.run(wear);
  }

  #row(): Row {
    const row = Row.safeParse(this.#read.get());
    if (!row.success) throw new Unreadable('no row about the whole');
    return row.data;
  }
}
