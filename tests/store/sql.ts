import Database from 'better-sqlite3-multiple-ciphers';
import { join } from 'node:path';
import type { AccountId } from '../../contract/ids.ts';

/** Where the files of an account rest. */
export const folderOf = (root: string, account: AccountId): string => join(root, 'accounts', account);

/** Work on a closed database by hand, as a newer or a broken app would. */
export function withDatabase<T>(path: string, key: string, act: (database: Database.Database) => T): T {
  const database = new Database(path);
  try {
    database.pragma("cipher = 'sqlcipher'");
    database.pragma(`key = "x'${key}'"`);
    return act(database);
  } finally {
    database.close();
  }
}
