import type Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { alwaysKept } from '../contract/history.ts';
import type { Cursor, Gap, HistoryFacts, Retention } from '../contract/history.ts';
import { EpochMs, MessageId } from '../contract/ids.ts';
import { justBefore } from './message-table.ts';
import { Statements } from './statements.ts';
import { usedBytes } from './upkeep.ts';

const Rows = z.array(z.object({ number: z.int(), received: EpochMs, id: MessageId }));

/** Messages that go in one transaction: some hundredths of a second. */
const atOnce = 200;

/** Lets old messages of one history go. What waits in the outbox was never received and is not among them. */
export class Forgetting {
  readonly #database: Database.Database;
  readonly #statements: Statements;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#statements = new Statements(database);
  }

  /** Where `keep` cuts: what comes before that place goes. Null if nothing does. */
  cutFor({ since, bytes }: Retention): Cursor | null {
    const latest = this.#newest(alwaysKept);
    if (latest === null) return null;
    const cuts = [since === null ? null : justBefore(since), bytes === null ? null : this.#cutAt(bytes)];
    const cut =
      cuts
        .filter((cursor) => cursor !== null)
        .sort(compare)
        .at(-1) ?? null;
    if (cut === null) return null;
    const place = compare(cut, latest) < 0 ? cut : latest;
    return this.#oldest(place, 1).length > 0 ? place : null;
  }

  /** Some of the messages before `before` go, the oldest first. @returns how many */
  forget(before: Cursor): number {
    const rows = this.#oldest(before, atOnce);
    if (rows.length === 0) return 0;
    // Upkeep rids the index of them: one by one it would take fifty times as long.
    this.#setSecure(false);
    try {
      for (const { number } of rows) this.#statements.of('DELETE FROM messages WHERE number = ?').run(number);
    } finally {
      this.#setSecure(true);
    }
    return rows.length;
  }

  /** The facts about a history that begins later than it did. */
  factsAfter(facts: HistoryFacts): HistoryFacts {
    const keptFrom = this.#oldest(null, 1)[0]?.received ?? null;
    if (keptFrom === null) return facts;
    const gaps = facts.gaps.filter(({ before }) => before > keptFrom).map((gap) => cutGap(gap, keptFrom));
    return { ...facts, gaps, keptFrom, reachedBeginning: false };
  }

  /** As if every message took the same room. */
  #cutAt(bytes: number): Cursor | null {
    const used = usedBytes(this.#database);
    if (used <= bytes) return null;
    const all = this.#statements.number('SELECT count(*) FROM messages WHERE received IS NOT NULL');
    return this.#newest(Math.max(1, Math.floor((all * bytes) / used)));
  }

  /** The place of the message that is the `nth` from the end, null if there are not so many. */
  #newest(nth: number): Cursor | null {
    const row = this.#statements
      .of(
        `SELECT number, received, id FROM messages WHERE received IS NOT NULL
         ORDER BY received DESC, id DESC LIMIT 1 OFFSET ?`,
      )
      .all(nth - 1);
    const [found] = Rows.parse(row);
    return found === undefined ? null : { received: found.received, id: found.id };
  }
  /** The oldest messages, or the oldest of those before a place. */
  #oldest(before: Cursor | null, limit: number): z.infer<typeof Rows> {
    const bound = before ?? { received: Number.MAX_SAFE_INTEGER, id: '' };
    const rows = this.#statements
      .of(
        `SELECT number, received, id FROM messages WHERE received IS NOT NULL AND (received, id) < (?, ?)
         ORDER BY received, id LIMIT ?`,
      )
      .all(bound.received, bound.id, limit);
    return Rows.parse(rows);
  }

  /** Whether what is deleted leaves the index at once, or is only noted as deleted. */
  #setSecure(isSecure: boolean): void {
    this.#statements
      .of(`INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', ?)`)
      .run(isSecure ? 1n : 0n);
  }
}

/** A gap that lies before what is kept is no gap any more: whoever scrolls there asks the service anyway. */
function cutGap(gap: Gap, keptFrom: EpochMs): Gap {
  return gap.untilKnown || gap.after >= keptFrom ? gap : { ...gap, after: keptFrom };
}

function compare(a: Cursor, b: Cursor): number {
  return a.received - b.received || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
