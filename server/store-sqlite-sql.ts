import type Database from 'better-sqlite3-multiple-ciphers';
import type { z } from 'zod';

/** One connection and its prepared statements. Only bound parameters reach the SQL; its texts are constants. */
export class Sql {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  all<T>(row: z.ZodType<T>, sql: string, ...values: unknown[]): T[] {
    return this.#prepare(sql)
      .all(...values)
      .map((found) => row.parse(found));
  }

  one<T>(row: z.ZodType<T>, sql: string, ...values: unknown[]): T | null {
    const found = this.#prepare(sql).get(...values);
    return found === undefined ? null : row.parse(found);
  }

  run(sql: string, ...values: unknown[]): void {
    this.#prepare(sql).run(...values);
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
