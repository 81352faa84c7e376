import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';

/** Bare durable inserts: a table with the service's columns and indexes, one commit for many rows, nothing else. */
export class GroupCommit {
  readonly #insert: (bodies: readonly string[]) => void;

  constructor(folder: string) {
    const database = new Database(join(folder, 'bare.db'));
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec(`
      CREATE TABLE message (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, received INTEGER NOT NULL,
        role TEXT NOT NULL, client_message_id TEXT, content TEXT NOT NULL) STRICT;
      CREATE UNIQUE INDEX message_place ON message (conversation_id, received);
      CREATE UNIQUE INDEX message_once ON message (conversation_id, client_message_id);
    `);
    const insert = database.prepare("INSERT INTO message VALUES (?, 'c', ?, 'appUser', ?, ?)");
    let received = 0;
    this.#insert = database.transaction((bodies: readonly string[]) => {
      for (const body of bodies) {
        received += 1;
        insert.run(randomBytes(12).toString('hex'), received, `key-${received}`, body);
      }
    });
  }

  commit(bodies: readonly string[]): void {
    this.#insert(bodies);
  }
}
