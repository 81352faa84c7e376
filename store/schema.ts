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
 * `index_wear` says how far the search index is from holding nothing but what is stored: see `upkeep.ts`.
 *
 * A message's `body` is the JSON of what no query asks for. Its `place` is that of its row in `searchable`; absent while it
 * waits in the outbox, and while it is among those stored before there was a search: these are the messages up to and
 * including the cursor `search_due`. The numbers around `place` are those of `places.ts`; one page of the index fits into one
 * page of the file. Whatever way a message goes, its trigger takes what makes it searchable along.
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
  `ALTER TABLE messages ADD COLUMN place INTEGER;
   ALTER TABLE whole ADD COLUMN search_due TEXT;
   ALTER TABLE whole ADD COLUMN index_wear INTEGER NOT NULL DEFAULT 0;
   UPDATE whole SET search_due = (
     SELECT json_object('received', received, 'id', id) FROM messages
     WHERE received IS NOT NULL ORDER BY received DESC, id DESC LIMIT 1
   );
   CREATE TABLE searchable (
     place INTEGER PRIMARY KEY,
     number INTEGER NOT NULL,
     received INTEGER NOT NULL,
     sender TEXT NOT NULL,
     text TEXT NOT NULL
   ) STRICT;
   CREATE INDEX searchable_crowded ON searchable (place) WHERE (place & 1048575) >= 4096;
   CREATE VIRTUAL TABLE search_index USING fts5(
     text, content = '', columnsize = 0, detail = 'none', tokenize = 'trigram case_sensitive 1'
   );
   INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1), ('pgsz', 3900);
   CREATE VIRTUAL TABLE search_terms USING fts5vocab(search_index, 'row');
   CREATE TRIGGER messages_leave_the_search AFTER DELETE ON messages WHEN old.place IS NOT NULL BEGIN
     INSERT INTO search_index (search_index, rowid, text)
       SELECT 'delete', (place >> 20) * 4096 + (place & 1048575), text FROM searchable
       WHERE place = old.place AND (place & 1048575) < 4096;
     DELETE FROM searchable WHERE place = old.place;
   END;`,
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
 * The third file: what pictures, sounds and files of messages consist of. `item` is the number of one of the message's items,
 * -1 for the message itself. `arrived` bytes of `total` are there; `used` counts up with every use. A number is never used
 * again, so that what came later can be told from what was there before.
 */
export const mediaSteps: readonly Step[] = [
  `CREATE TABLE whole (one INTEGER PRIMARY KEY CHECK (one = 1), seal TEXT NOT NULL) STRICT;
   INSERT INTO whole (one, seal) VALUES (1, '${seal}');
   CREATE TABLE media (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     key TEXT NOT NULL,
     item INTEGER NOT NULL,
     total INTEGER NOT NULL,
     arrived INTEGER NOT NULL,
     unsent INTEGER NOT NULL,
     used INTEGER NOT NULL,
     UNIQUE (key, item)
   ) STRICT;
   CREATE INDEX media_by_use ON media (used);
   CREATE TABLE pieces (
     media INTEGER NOT NULL,
     place INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (media, place)
   ) STRICT;
   CREATE TRIGGER media_take_their_pieces AFTER DELETE ON media BEGIN
     DELETE FROM pieces WHERE media = old.number;
   END;`,
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
