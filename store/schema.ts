import type Database from 'better-sqlite3-multiple-ciphers';
import { Refusal } from './trouble.ts';

/** SQL that takes a file from one version to the next. Never change a step that was released; add one. */
export type Step = string;

/** What the seal row says. */
export const seal = 'onethread';

/**
 * `whole` has one row about the file as a whole. `last_commit` is what the last commit came to, written in its own
 * transaction, so that asking again after a crash is exact. `outbox_generation` counts the commits that touched the
 * outbox or the draft; the spare copy carries the same number.
 *
 * A message's `body` is the JSON of what no query asks for.
 */
export const historySteps: readonly Step[] = [
  `CREATE TABLE whole (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     seal TEXT NOT NULL,
     facts TEXT NOT NULL DEFAULT '{}',
     outbox_generation INTEGER NOT NULL DEFAULT 0,
     last_commit TEXT
   ) STRICT;
   INSERT INTO whole (one, seal) VALUES (1, '${seal}');
   CREATE TABLE messages (
     number INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE,
     id TEXT UNIQUE,
     client_message_id TEXT UNIQUE,
     received INTEGER,
     outbox_position INTEGER,
     status TEXT NOT NULL,
     attempted INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX messages_in_thread_order ON messages (received, id) WHERE received IS NOT NULL;
   CREATE INDEX messages_in_outbox ON messages (outbox_position) WHERE id IS NULL;`,
];

/** The second file: the outbox and the draft once more. */
export const spareSteps: readonly Step[] = [
  `CREATE TABLE whole (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     seal TEXT NOT NULL,
     outbox_generation INTEGER NOT NULL DEFAULT 0,
     draft TEXT NOT NULL DEFAULT ''
   ) STRICT;
   INSERT INTO whole (one, seal) VALUES (1, '${seal}');
   CREATE TABLE outbox (key TEXT PRIMARY KEY, item TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
];

/**
 * Bring a file to the newest version, each step in a transaction of its own. Refuses a file made by a newer version of
 * the app before anything about it is changed.
 */
export function migrate(database: Database.Database, steps: readonly Step[], configure: () => void): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > steps.length) throw new Refusal('newerVersion', 'made by a newer version');
  configure();
  steps.slice(version).forEach((step, index) => {
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${version + index + 1}`);
    })();
  });
}
