import type Database from 'better-sqlite3-multiple-ciphers';

export type Statement = Database.Statement<unknown[]>;

/** The prepared statements of one database, each prepared when it is first needed. */
export class Statements {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  of(sql: string): Statement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare<unknown[]>(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  /** The one number that `sql` asks for. */
  number(sql: string, ...values: readonly unknown[]): number {
    return Number(Object.values(Object(this.of(sql).get(...values)))[0]);
  }
}
