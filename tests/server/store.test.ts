import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../server/migrations.ts';
import { openSqliteStore } from '../../server/store-sqlite.ts';
import {
  NewerDatabaseError,
  type Store,
  type StoredMessage,
  type Transaction,
  type User,
} from '../../server/store.ts';

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

const user = (id: string, userId: string | null = null): User => ({
  ...{ id, userId, credentialRequired: false, mergedInto: null, profile: { properties: {} }, signedUpAt: 1 },
});

async function conversation(tx: Transaction, appUserId: string): Promise<void> {
  await tx.putUser(user(appUserId));
  await tx.putConversation({
    ...{ id: `of ${appUserId}`, type: 'personal', isDefault: true, about: { metadata: {} } },
    ...{ createdAt: 1, lastReceived: 0, businessLastRead: null },
  });
}

const message = (
  id: string,
  appUserId: string,
  received: number,
  key: string | null = null,
): StoredMessage => ({
  ...{ id, conversationId: `of ${appUserId}`, appUserId, received, role: 'appUser', clientMessageId: key },
  content: { type: 'text', text: id, source: { type: 'web' } },
});

describe('A transaction', () => {
  it('that fails leaves nothing behind and tells nobody', async () => {
    const told: string[] = [];
    const failing = store.transaction(async (tx) => {
      await tx.putUser(user('u'));
      tx.afterCommit(() => told.push('failed'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.transaction((tx) => tx.user('u'))).toBeNull();
    expect(told).toEqual([]);
  });

  it('tells when it is durable, in the order they came in', async () => {
    const log: string[] = [];
    const second = new Database(file, { readonly: true });
    const isThere = (id: string): unknown =>
      second.prepare('SELECT count(*) FROM app_user WHERE id = ?').pluck().get(id);
    await Promise.all(
      ['a', 'b', 'c'].map((id) =>
        store.transaction(async (tx) => {
          log.push(`begin ${id}`);
          await tx.putUser(user(id));
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`end ${id}: ${String(isThere(id))}`);
          tx.afterCommit(() => log.push(`told ${id}: ${String(isThere(id))}`));
        }),
      ),
    );
    second.close();
    expect(log.filter((line) => !line.startsWith('told'))).toEqual([
      ...['begin a', 'end a: 0', 'begin b', 'end b: 0', 'begin c', 'end c: 0'],
    ]);
    expect(log.filter((line) => line.startsWith('told'))).toEqual(['told a: 1', 'told b: 1', 'told c: 1']);
  });

  it('that fails takes nothing with it of those that share its wait for the disk', async () => {
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((id) =>
        store.transaction(async (tx) => {
          await tx.putUser(user(id, 'one name'));
          return (await tx.users({ limit: 10 })).map((one) => one.id);
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(await store.transaction((tx) => tx.users({ limit: 10 }))).toMatchObject([{ id: 'a' }]);
    await store.transaction((tx) => tx.putUser(user('e', 'another name')));
    expect(await store.transaction((tx) => tx.users({ limit: 10 }))).toHaveLength(2);
  });

  it('shares its wait with as many as ask at once', async () => {
    const frames = (): number => Number(statSync(`${file}-wal`).size);
    const before = frames();
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => store.transaction((tx) => tx.putUser(user(`u${index}`)))),
    );
    const together = frames() - before;
    const between = frames();
    for (let index = 0; index < 100; index += 1)
      await store.transaction((tx) => tx.putUser(user(`v${index}`)));
    expect(frames() - between).toBeGreaterThan(5 * together);
  });

  it('refuses two messages at one time and two with one key', async () => {
    await store.transaction(async (tx) => {
      await conversation(tx, 'u');
      await tx.insertMessage(message('m1', 'u', 5, 'key'), []);
    });
    const insert = (one: StoredMessage) => store.transaction((tx) => tx.insertMessage(one, []));
    await expect(insert(message('m2', 'u', 5))).rejects.toThrow();
    await expect(insert(message('m3', 'u', 6, 'key'))).rejects.toThrow();
    await insert(message('m4', 'u', 6));
  });
});

describe('Moved messages', () => {
  it('bring their keys, but never take one that is in use', async () => {
    await store.transaction(async (tx) => {
      await conversation(tx, 'from');
      await conversation(tx, 'to');
      await tx.insertMessage(message('moved', 'from', 1, 'own'), ['action']);
      await tx.insertMessage(message('clash', 'from', 2, 'shared'), []);
      await tx.insertMessage(message('stays', 'to', 3, 'shared'), []);
      await tx.moveMessages(
        [
          { id: 'moved', received: 4 },
          { id: 'clash', received: 5 },
        ],
        'of to',
      );
      await tx.reattributeMessages('from', 'to');
      await tx.deleteConversation('of from');
    });
    await store.transaction(async (tx) => {
      expect((await tx.messageByClientMessageId('to', 'own'))?.id).toBe('moved');
      expect((await tx.messageByClientMessageId('to', 'shared'))?.id).toBe('stays');
      expect(await tx.messageByClientMessageId('from', 'own')).toBeNull();
      expect((await tx.messageOfAction('action'))?.conversationId).toBe('of to');
      expect(await tx.places('of to')).toEqual([
        { id: 'stays', received: 3 },
        { id: 'moved', received: 4 },
        { id: 'clash', received: 5 },
      ]);
    });
  });
});

describe('The desk’s list', () => {
  it('has the conversation with the latest message or beginning first, and counts what people said since', async () => {
    await store.transaction(async (tx) => {
      for (const id of ['a', 'b', 'c']) await conversation(tx, id);
      const older = await tx.conversation('of a');
      if (older) await tx.putConversation({ ...older, lastReceived: 9 });
      await tx.insertMessage(message('m1', 'a', 5), []);
      await tx.insertMessage(message('m2', 'a', 7), []);
      await tx.insertMessage({ ...message('m3', 'a', 9), role: 'appMaker', appUserId: null }, []);
    });
    await store.transaction(async (tx) => {
      const ids = async (offset: number) =>
        (await tx.latestConversations({ offset, limit: 2 })).map(({ id }) => id);
      expect([await ids(0), await ids(2)]).toEqual([['of a', 'of c'], ['of b']]);
      expect(await tx.countFromPeople('of a', 0, 99)).toBe(2);
      expect(await tx.countFromPeople('of a', 5, 99)).toBe(1);
      expect(await tx.countFromPeople('of a', 0, 1)).toBe(1);
    });
  });
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

  it('keeps no session token, only its hash', async () => {
    await store.transaction(async (tx) => {
      await tx.putUser(user('u'));
      await tx.insertToken({ hash: 'h', appUserId: 'u', clientId: 'c', createdAt: 1 });
      expect(await tx.token('h')).toEqual({ hash: 'h', appUserId: 'u', clientId: 'c', createdAt: 1 });
      await tx.deleteToken('h');
      expect(await tx.tokens('u')).toEqual([]);
    });
  });
});
