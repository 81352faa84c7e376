/** The embedded database. */
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../server/migrations.ts';
import { openSqliteStore } from '../../server/store-sqlite.ts';
import { NewerDatabaseError, type Store } from '../../server/store.ts';
import { storeSuite, user } from './store-suite.ts';

storeSuite(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'store-'));
  const file = join(folder, 'service.db');
  return {
    open: async () => openSqliteStore(file),
    isThere: async (id) => {
      const second = new Database(file, { readonly: true });
      const count = second.prepare('SELECT count(*) FROM app_user WHERE id = ?').pluck().get(id);
      second.close();
      return count === 1;
    },
    discard: () => rm(folder, { recursive: true }),
  };
});

let folder: string;
let file: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  file = join(folder, 'service.db');
  store = openSqliteStore(file);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

it('A transaction shares its wait with as many as ask at once', async () => {
  const frames = (): number => Number(statSync(`${file}-wal`).size);
  const before = frames();
  await Promise.all(
    Array.from({ length: 100 }, (_, index) => store.transaction((tx) => tx.putUser(user(`u${index}`)))),
  );
  const together = frames() - before;
  const between = frames();
  for (let index = 0; index < 100; index += 1) await store.transaction((tx) => tx.putUser(user(`v${index}`)));
  expect(frames() - between).toBeGreaterThan(5 * together);
});

describe('The file', () => {
  it('is synchronised with every commit', () => {
    const db = new Database(file);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    db.close();
  });

  it('of an older version keeps its conversations, messages and what was unread', async () => {
    await store.close();
    await rm(file);
    const old = new Database(file);
    for (const step of migrations.slice(0, 2)) old.exec(step);
    old.pragma('user_version = 2');
    old.exec(`
      INSERT INTO app_user VALUES ('u', 'ana', 0, NULL, '{}', 1);
      INSERT INTO conversation VALUES ('c', 'u', 1, 6, 3, 4, 5);
      INSERT INTO message VALUES ('m1', 'c', 5, 'appUser', 'u', 'key', '{"type":"text","source":{"type":"web"}}');
      INSERT INTO message VALUES ('m2', 'c', 6, 'appMaker', 'u', NULL, '{"type":"text","source":{"type":"api"}}');
      INSERT INTO action VALUES ('a', 'm2');
    `);
    old.close();
    store = openSqliteStore(file);
    await store.transaction(async (tx) => {
      expect(await tx.defaultConversation('u')).toMatchObject({
        id: 'c',
        lastReceived: 6,
        businessLastRead: 5,
      });
      expect(await tx.participants('c')).toMatchObject([{ appUserId: 'u', unreadCount: 3, lastRead: 4 }]);
      expect((await tx.messageByClientMessageId('u', 'key'))?.id).toBe('m1');
      expect(await tx.messageOfAction('a')).toMatchObject({ id: 'm2', appUserId: null });
    });
  });

  it('of a newer version is refused and left as it is', async () => {
    await store.close();
    const db = new Database(file);
    db.pragma(`user_version = ${migrations.length + 1}`);
    db.close();
    expect(() => openSqliteStore(file)).toThrow(NewerDatabaseError);
    const again = new Database(file);
    expect(again.pragma('user_version', { simple: true })).toBe(migrations.length + 1);
    again.close();
  });
});
