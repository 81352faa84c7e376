import type Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { jsonOf, Stored } from './rows.ts';

/** The part of a history that nobody else has: what the service has not accepted yet, and the draft. */
export interface Irreplaceable {
  /** Counts the commits that touched it. Of two copies the one with the higher number is the newer. */
  readonly generation: number;
  readonly draft: string;
  readonly outbox: readonly Stored[];
}

const Whole = z.object({ outbox_generation: z.int(), draft: z.string() });

/**
 * The irreplaceable part once more, in a file of its own, so that no single damaged file can lose it
 * (docs/decisions/0005-outbox-kept-twice.md). It is written after the history's own commit and before that is answered for.
 */
export class SpareOutbox {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  read(): Irreplaceable {
    const whole = Whole.parse(this.#database.prepare('SELECT * FROM whole').get());
    const items = this.#database.prepare<[], string>('SELECT item FROM outbox').pluck().all();
    return {
      generation: whole.outbox_generation,
      draft: whole.draft,
      outbox: items.flatMap((item) => Stored.safeParse(jsonOf(item)).data ?? []),
    };
  }

  get generation(): number {
    return Number(this.#database.prepare('SELECT outbox_generation FROM whole').pluck().get());
  }

  /** Follow one commit: `changed` are now in the outbox, `gone` are not. */
  follow(generation: number, draft: string, changed: readonly Stored[], gone: readonly string[]): void {
    this.#database.transaction(() => {
      for (const key of gone) this.#database.prepare('DELETE FROM outbox WHERE key = ?').run(key);
      for (const stored of changed) this.#put(stored);
      this.#stamp(generation, draft);
    })();
  }

  /** Become a copy of `whole`, whatever was here before. */
  replace(whole: Irreplaceable): void {
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM outbox').run();
      for (const stored of whole.outbox) this.#put(stored);
      this.#stamp(whole.generation, whole.draft);
    })();
  }

  close(): void {
    this.#database.close();
  }

  #put(stored: Stored): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO outbox (key, item) VALUES (?, ?)')
      .run(stored.message.key, JSON.stringify(stored));
  }

  #stamp(generation: number, draft: string): void {
    this.#database.prepare('UPDATE whole SET outbox_generation = ?, draft = ?').run(generation, draft);
  }
}
