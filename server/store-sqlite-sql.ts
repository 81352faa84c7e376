import type Database from 'better-sqlite3-multiple-ciphers';
import type { z } from 'zod';
import type { Sql, Value } from './store-sql.ts';

/**
 * One connection and its prepared statements; it answers synchronously, the promises are the interface's. Turns that share a
 * transaction are kept apart by savepoints; one that only reads has nothing to undo and needs none.
 */
export class SqliteSql implements Sql {
  readonly greatest = 'MAX';
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  /** Whether the turn under way has a savepoint; true outside of turns. */
  #isSaved = true;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** What is written from now on can be undone by itself. */
  beginTurn(): void {
    this.#isSaved = false;
  }

  keepTurn(): void {
    if (this.#isSaved) this.#prepare('RELEASE turn').run();
    this.#isSaved = true;
  }

  /** Does nothing where the database has given up the whole transaction already. */
  undoTurn(): void {
    if (this.#isSaved && this.#db.inTransaction) this.#db.exec('ROLLBACK TO turn; RELEASE turn');
    this.#isSaved = true;
  }

  control(statement: 'BEGIN IMMEDIATE' | 'COMMIT'): void {
    this.#prepare(statement).run();
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

  async run(statement: string, ...values: readonly Value[]): Promise<number> {
    if (!this.#isSaved) {
      this.#prepare('SAVEPOINT turn').run();
      this.#isSaved = true;
    }
    return this.#prepare(statement).run(...values).changes;
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
