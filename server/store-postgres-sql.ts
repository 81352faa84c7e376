import type pg from 'pg';
import type { z } from 'zod';
import type { Sql, Value } from './store-sql.ts';

/** Statements on one connection, prepared at their first use. */
export class PostgresSql implements Sql {
  readonly greatest = 'GREATEST';
  readonly #client: pg.Client;
  readonly #prepared = new Map<string, { name: string; text: string }>();

  constructor(client: pg.Client) {
    this.#client = client;
  }

  async all<T>(row: z.ZodType<T>, statement: string, ...values: readonly Value[]): Promise<T[]> {
    const { rows } = await this.#client.query({ ...this.#named(statement), values: values.map(storable) });
    return rows.map((found) => row.parse(found));
  }

  async one<T>(row: z.ZodType<T>, statement: string, ...values: readonly Value[]): Promise<T | null> {
    const [found] = await this.all(row, statement, ...values);
    return found ?? null;
  }

  async run(statement: string, ...values: readonly Value[]): Promise<number> {
    const { rowCount } = await this.#client.query({
      ...this.#named(statement),
      values: values.map(storable),
    });
    return rowCount ?? 0;
  }

  #named(statement: string): { name: string; text: string } {
    const known = this.#prepared.get(statement);
    if (known) return known;
    let count = 0;
    const text = statement.replaceAll('?', () => `$${(count += 1)}`);
    const named = { name: `s${this.#prepared.size}`, text };
    this.#prepared.set(statement, named);
    return named;
  }
}

/** PostgreSQL keeps every character but NUL. Inside JSON that is escaped and stays. */
function storable(value: Value): Value {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}
