/** What every adapter of the store promises, whatever the database. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { News } from '../../server/fan-out.ts';
import type { Delivery, Store, StoredMessage, Transaction, User } from '../../server/store.ts';

/** One empty database for each test. */
export interface StoreHarness {
  /** Opens the database, which is empty before the first time. */
  open(): Promise<Store>;
  /** Whether somebody else who looks into the database finds this user there. */
  isThere(appUserId: string): Promise<boolean>;
  discard(): Promise<void>;
}

export const user = (id: string, userId: string | null = null): User => ({
  ...{ id, userId, credentialRequired: false, mergedInto: null, profile: { properties: {} }, signedUpAt: 1 },
});

export async function conversation(tx: Transaction, appUserId: string): Promise<void> {
  await tx.putUser(user(appUserId));
  await tx.putConversation({
    ...{ id: `of ${appUserId}`, type: 'personal', isDefault: true, about: { metadata: {} } },
    ...{ createdAt: 1, lastReceived: 0, businessLastRead: null, merges: [] },
  });
}

export const message = (
  id: string,
  appUserId: string,
  received: number,
  key: string | null = null,
): StoredMessage => ({
  ...{ id, conversationId: `of ${appUserId}`, appUserId, received, role: 'appUser', clientMessageId: key },
  content: { type: 'text', text: id, source: { type: 'web' } },
});

export function storeSuite(newHarness: () => Promise<StoreHarness>): void {
  let harness: StoreHarness;
  let store: Store;
  beforeEach(async () => {
    harness = await newHarness();
    store = await harness.open();
  });
  afterEach(async () => {
    await store.close();
    await harness.discard();
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
      const began: string[] = [];
      const told: Promise<string>[] = [];
      const look = async (word: string, id: string) => `${word} ${id}: ${await harness.isThere(id)}`;
      await Promise.all(
        ['a', 'b', 'c'].map((id) =>
          store.transaction(async (tx) => {
            began.push(`begin ${id}`);
            await tx.putUser(user(id));
            began.push(await look('end', id));
            tx.afterCommit(() => told.push(look('told', id)));
          }),
        ),
      );
      expect(began).toEqual([
        ...['begin a', 'end a: false', 'begin b', 'end b: false', 'begin c', 'end c: false'],
      ]);
      expect(await Promise.all(told)).toEqual(['told a: true', 'told b: true', 'told c: true']);
    });

    it('sees all that those before it have written, and none of them twice', async () => {
      await store.transaction((tx) => tx.putSetting('count', '0'));
      let runs = 0;
      await Promise.all(
        Array.from({ length: 30 }, () =>
          store.transaction(async (tx) => {
            runs += 1;
            await tx.putSetting('count', String(Number(await tx.setting('count')) + 1));
          }),
        ),
      );
      expect([await store.transaction((tx) => tx.setting('count')), runs]).toEqual(['30', 30]);
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

    it('that fails, having read only or written first, leaves what those before and after it wrote', async () => {
      const write = (id: string) => store.transaction((tx) => tx.putUser(user(id)));
      const refuse = (id: string, writes: boolean) =>
        store.transaction(async (tx) => {
          await tx.user('before');
          if (writes) await tx.putUser(user(id));
          throw new Error(id);
        });
      const outcomes = await Promise.allSettled([
        ...[write('before'), refuse('only read', false), write('between'), refuse('wrote', true)],
        ...[refuse('only read too', false), write('after')],
      ]);
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
        true,
        false,
        true,
        false,
        false,
        true,
      ]);
      const there = await store.transaction((tx) => tx.users({ limit: 10 }));
      expect(there.map(({ id }) => id)).toEqual(['after', 'before', 'between']);
    });

    it('that goes on after a statement failed does so in vain', async () => {
      await store.transaction(async (tx) => {
        await conversation(tx, 'u');
        await tx.insertMessage(message('m1', 'u', 5), []);
      });
      const told: string[] = [];
      const careless = store.transaction(async (tx) => {
        tx.afterCommit(() => told.push('told'));
        await tx.insertMessage(message('m2', 'u', 5), []);
      });
      await expect(careless).rejects.toThrow();
      await store.transaction((tx) => tx.insertMessage(message('m3', 'u', 6), []));
      const places = await store.transaction((tx) => tx.places('of u'));
      expect([places.map(({ id }) => id), told]).toEqual([['m1', 'm3'], []]);
    });

    it('refuses two messages at one time and two with one key', async () => {
      await store.transaction(async (tx) => {
        await conversation(tx, 'u');
        await tx.insertMessage(message('m1', 'u', 5, 'key'), []);
      });
      const insert = (one: StoredMessage) => store.transaction((tx) => tx.insertMessage(one, []));
      await expect(insert(message('m2', 'u', 5))).rejects.toThrow();
      expect(await insert(message('m3', 'u', 6, 'key'))).toBe(false);
      expect(await store.transaction((tx) => tx.message('m3'))).toBeNull();
      expect(await insert(message('m4', 'u', 6))).toBe(true);
    });

    it('keeps what it wrote when the database is opened anew', async () => {
      await store.transaction((tx) => conversation(tx, 'u'));
      await store.close();
      store = await harness.open();
      expect(await store.transaction((tx) => tx.conversation('of u'))).toMatchObject({ id: 'of u' });
    });

    it('is refused by a store that is closed', async () => {
      await store.close();
      await expect(store.transaction((tx) => tx.keys())).rejects.toThrow('closed');
    });
  });

  describe('News', () => {
    it('is heard once it is durable, in the order of the transactions, and never of one that fails', async () => {
      const log: string[] = [];
      store.listen({ heard: (news) => log.push(nameOf(news)), missed: () => log.push('missed') });
      const tells = async (name: string, fails = false) =>
        store.transaction(async (tx) => {
          tx.tell({ kind: 'delivery', webhookId: name });
          tx.afterCommit(() => log.push(`after ${name}`));
          await tx.putUser(user(name));
          tx.tell({ kind: 'kick', which: { kind: 'user', appUserId: name } });
          if (fails) throw new Error('no');
        });
      await Promise.allSettled([tells('a'), tells('x', true), tells('b'), tells('c')]);
      await tells('d');
      const of = (name: string) => [name, `not ${name}`, `after ${name}`];
      expect(log).toEqual(['a', 'b', 'c', 'd'].flatMap(of));
    });

    it('is heard as it was told, however long', async () => {
      const heard: News[] = [];
      store.listen({ heard: (news) => heard.push(news), missed: () => undefined });
      const text = '\u0000 𝄞 “ümlaut” \\u0000 '.repeat(2_000);
      const told = eventOf(text);
      await store.transaction(async (tx) => tx.tell(told));
      expect(heard).toEqual([told]);
    });
  });

  it('A duty begins where the service is alone, and ends with the store', async () => {
    const log: string[] = [];
    const begun = new Promise<void>((resolve) => {
      store.queueFor({ begin: () => (log.push('begin'), resolve()), end: () => log.push('end') });
    });
    await begun;
    await store.close();
    await expect.poll(() => log, { timeout: 15_000 }).toEqual(['begin', 'end']);
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

  describe('What is kept', () => {
    it('keeps no session token, only its hash', async () => {
      await store.transaction(async (tx) => {
        await tx.putUser(user('u'));
        await tx.insertToken({ hash: 'h', appUserId: 'u', clientId: 'c', createdAt: 1 });
        const token = { hash: 'h', appUserId: 'u', clientId: 'c', createdAt: 1 };
        expect(await tx.tokens('u')).toEqual([token]);
        expect(await tx.userOfToken('h')).toEqual(user('u'));
        await tx.deleteToken('h');
        expect(await tx.tokens('u')).toEqual([]);
        expect(await tx.userOfToken('h')).toBeNull();
      });
    });

    it('comes back as it was, whatever the alphabet', async () => {
      const strange = {
        ...user('u', 'ümlaut “x” 𝄞'),
        profile: { email: 'a@b', properties: { 'k?': 'v?$1' } },
      };
      const said = { ...message('m', 'u', 5, 'key'), content: { type: 'text', text: 'a\u0000b 𝄞\n?' } };
      const one: StoredMessage = { ...said, content: { ...said.content, source: { type: 'web' } } };
      await store.transaction(async (tx) => {
        await conversation(tx, 'u');
        await tx.putUser(strange);
        await tx.insertMessage(one, []);
      });
      await store.transaction(async (tx) => {
        expect(await tx.userByUserId('ümlaut “x” 𝄞')).toEqual(strange);
        expect(await tx.message('m')).toEqual(one);
        await tx.putSetting('name\u0000', 'value\u0000');
        expect(await tx.setting('name\u0000')).not.toBeNull();
      });
    });

    it('is found by a person’s address, which may change', async () => {
      const withEmail = (email: string): User => ({ ...user('u'), profile: { email, properties: {} } });
      const find = (email?: string) =>
        store.transaction(async (tx) => (await tx.users({ email, limit: 9 })).map(({ id }) => id));
      await store.transaction(async (tx) => {
        await tx.putUser(withEmail('old@example.com'));
        await tx.putUser(user('v'));
        await tx.putUser(withEmail('new@example.com'));
      });
      expect([await find('old@example.com'), await find('new@example.com')]).toEqual([[], ['u']]);
      expect(await find()).toEqual(['u', 'v']);
    });

    it('goes with its message if it was uploaded with it', async () => {
      const file = { name: 'a', mediaType: 'image/png', size: 7, createdAt: 1 };
      const id = 'x'.repeat(43);
      await store.transaction(async (tx) => {
        await conversation(tx, 'u');
        await tx.insertAttachment({ ...file, id, appUserId: 'u' });
        await tx.insertAttachment({ ...file, id: 'y'.repeat(43), appUserId: null });
        for (const [at, of] of [id, 'y'.repeat(43)].entries()) {
          const { content, ...rest } = message(`m${at}`, 'u', at + 1);
          await tx.insertMessage({ ...rest, content: { ...content, mediaUrl: `/attachments/${of}/a` } }, []);
        }
        expect(await tx.attachmentBytes()).toBe(14);
        expect(await tx.deleteMessages('of u')).toEqual([id]);
      });
    });

    it('counts what is unread for everyone but the one who said it', async () => {
      await store.transaction(async (tx) => {
        await conversation(tx, 'u');
        await tx.putUser(user('v'));
        for (const [index, appUserId] of ['u', 'v'].entries())
          await tx.putParticipant({
            ...{
              id: `p${index}`,
              conversationId: 'of u',
              appUserId,
              unreadCount: 0,
              lastRead: null,
              joinedAt: 1,
            },
          });
        await tx.countUnread('of u', 'u');
        await tx.countUnread('of u', null);
        const counts = (await tx.participants('of u')).map((one) => [one.appUserId, one.unreadCount]);
        expect(counts).toEqual([
          ['u', 1],
          ['v', 2],
        ]);
      });
    });

    it('is told to a webhook by time, and forgotten beyond the newest', async () => {
      const delivery = (id: string, nextAt: number, state: Delivery['state']): Delivery => ({
        ...{
          id,
          webhookId: 'w',
          trigger: 't',
          body: 'b',
          state,
          attempts: 0,
          nextAt,
          outcome: null,
          createdAt: 1,
        },
      });
      await store.transaction(async (tx) => {
        await tx.putWebhook({
          ...{ id: 'w', integrationId: null, target: 'https://a.example', triggers: ['*'], secret: 's' },
          ...{ includeFullUser: true, includeFullSource: false, createdAt: 1 },
        });
        for (const [index, state] of (['delivered', 'failed', 'pending', 'delivered'] as const).entries())
          await tx.putDelivery(delivery(`d${index}`, 10 - index, state));
        await tx.putDelivery(delivery('d4', 5, 'pending'));
        expect((await tx.nextDelivery('w'))?.id).toBe('d4');
        await tx.trimDeliveries('w', 1);
        expect((await tx.deliveries('w', 9)).map(({ id }) => id)).toEqual(['d4', 'd3', 'd2']);
        expect(await tx.webhooks()).toMatchObject([{ includeFullUser: true, includeFullSource: false }]);
        await tx.deleteWebhook('w');
        expect(await tx.nextDelivery('w')).toBeNull();
      });
    });

    it('goes with its user, those merged into them included', async () => {
      await store.transaction(async (tx) => {
        await tx.putUser(user('u'));
        await tx.putUser({ ...user('merged'), mergedInto: 'u' });
        await tx.putUser({ ...user('older'), mergedInto: 'merged' });
        await tx.putDevice({
          ...{ appUserId: 'older', id: 'd', platform: 'web', active: true, lastSeen: 1 },
          ...{ appVersion: null, displayName: null, info: { a: 1, b: true } },
        });
        expect(await tx.devices('older')).toMatchObject([{ active: true, info: { a: 1, b: true } }]);
        await tx.deactivateElsewhere('d', 'u');
        expect(await tx.devices('older')).toMatchObject([{ active: false }]);
        await tx.deleteUser('u');
        expect([await tx.user('u'), await tx.user('older')]).toEqual([null, null]);
      });
    });
  });
}

function nameOf(news: News): string {
  if (news.kind === 'delivery') return news.webhookId;
  return news.kind === 'kick' && news.which.kind === 'user' ? `not ${news.which.appUserId}` : 'other';
}

export function eventOf(text: string, appUserId = 'u'): News {
  const message = { _id: 'm', type: 'text', role: 'appUser', received: 1.5, text, source: { type: 'web' } };
  return { kind: 'event', appUserId, event: { type: 'message', conversation: { _id: 'c' }, message } };
}
