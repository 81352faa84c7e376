import type { z } from 'zod';

/**
 * One connection to a database, for the statements of `store-people`, `-threads`, `-files` and `-hooks`. They are constants
 * that SQLite and PostgreSQL understand alike: `?` for each bound parameter, and nothing but parameters from outside. Rows are
 * parsed before belief; integers come as numbers, truth as 0 and 1. Tables that list in the order of insertion have a `rowid`.
 */
export interface Sql {
  /** The function that is the greater of two integers. */
  readonly greatest: 'MAX' | 'GREATEST';
  all<T>(row: z.ZodType<T>, statement: string, ...values: readonly Value[]): Promise<T[]>;
  /** @returns the first row, or null. */
  one<T>(row: z.ZodType<T>, statement: string, ...values: readonly Value[]): Promise<T | null>;
  /** @returns how many rows it wrote or took away. */
  run(statement: string, ...values: readonly Value[]): Promise<number>;
}

export type Value = string | number | null;
