import type Database from 'better-sqlite3-multiple-ciphers';
import type { z } from 'zod';
import type { Sql, Value } from './store-sql.ts';

/** One connection and its prepared statements; it answers synchronously, the promises are the interface's. */
export class SqliteSql implements Sql {
  readonly greatest = 'MAX';
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  async all<T>(row: z.ZodType<T>, statement: string, ...values: readonly Value[]): Promise<T[]> {
    return this.#prepare(statement)
      .all(...values)
      .map((found) => row.parse(found));
  }

  async one<T>(row: z.ZodType<T>, statement: string, ...values: readonly Value[]): Promise<T | null> {
    const found = this.#prepare(statement).get(...values);
    return found === undefined ? null : row.parse(found);
  }

  async run(statement: string, ...values: readonly Value[]): Promise<void> {
    this.#prepare(statement).run(...values);
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
