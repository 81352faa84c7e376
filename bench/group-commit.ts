import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { newId } from '../server/ids.ts';

/**
 * Bare durable inserts: a table with the service's columns and indexes, one commit for many rows, nothing else. The rows
 * go to so many conversations in turn: each has a place of its own in every index, so sixty-four people's messages touch
 * more of the file, and wait longer for the disk, than as many of one person.
 */
export class GroupCommit {
  readonly #insert: (bodies: readonly string[]) => void;

  constructor(folder: string, conversations: number) {
    const database = new Database(join(folder, `bare-${conversations}.db`));
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec(`
      CREATE TABLE message (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, received INTEGER NOT NULL,
        role TEXT NOT NULL, client_message_id TEXT, content TEXT NOT NULL) STRICT;
      CREATE UNIQUE INDEX message_place ON message (conversation_id, received);
      CREATE UNIQUE INDEX message_once ON message (conversation_id, client_message_id);
    `);
    const insert = database.prepare("INSERT INTO message VALUES (?, ?, ?, 'appUser', ?, ?)");
    const ids = Array.from({ length: conversations }, () => newId(Date.now()));
    let received = 0;
    this.#insert = database.transaction((bodies: readonly string[]) => {
      for (const body of bodies) {
        received += 1;
        insert.run(newId(Date.now()), ids[received % conversations], received, `key-${received}`, body);
      }
    });
  }

  commit(bodies: readonly string[]): void {
    this.#insert(bodies);
  }
}
