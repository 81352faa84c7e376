import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noFacts } from '../../contract/history.ts';
import type { HistoryPage } from '../../contract/history.ts';
import { ConversationId, EpochMs, MessageId } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import type { AccountHistory, Histories, OpenedHistory } from '../../main/ports/history.ts';
import { clientId, confirmed, cursorOf, newAccount, newKey, outgoing } from '../store/messages.ts';
import { historiesReadingSuite, historiesRetentionSuite } from './histories-reading-suite.ts';
import { keysOf, valueOf } from './histories-words.ts';

export { valueOf };

/** What every implementation of `Histories` keeps, in sentences. */
export function historiesSuite(
  name: string,
  make: () => Promise<{ histories: Histories; dispose(): Promise<void> }>,
): void {
  describe(name, () => {
    let histories: Histories;
    let dispose: () => Promise<void>;
    let account = newAccount();
    let key = newKey();
    let history: AccountHistory;
    const opened: AccountHistory[] = [];

    const open = async (pageSize = 50): Promise<OpenedHistory> => {
      const result = valueOf(await histories.open(account, key, pageSize));
      opened.push(result.history);
      history = result.history;
      return result;
    };
    const commit = async (change: Parameters<AccountHistory['commit']>[0]) =>
      valueOf(await history.commit(change));
    const newestPage = async (limit = 50): Promise<HistoryPage> => valueOf(await history.page(null, limit));

    beforeEach(async () => {
      ({ histories, dispose } = await make());
      account = newAccount();
      key = newKey();
      await open();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
      await dispose();
    });

    describe('opening', () => {
      it('makes an empty history where there is none', async () => {
        const other = valueOf(await histories.open(newAccount(), newKey(), 50));
        opened.push(other.history);
        expect(other).toMatchObject({ facts: noFacts, waiting: 0, setAside: false });
        expect(other.page).toEqual({ messages: [], hasOlder: false });
      });

      it('finds after a close what was committed before it', async () => {
        await commit({
          confirm: [confirmed('a', 1)],
          enqueue: [outgoing(clientId(1))],
          facts: { draft: 'half a' },
        });
        await history.close();
        const again = await open();
        expect(keysOf(again.page.messages)).toEqual(['a', clientId(1)]);
        expect(again).toMatchObject({ waiting: 1, setAside: false });
        expect(again.facts.draft).toBe('half a');
      });

      it('reads no more than the newest page', async () => {
        await commit({ confirm: [1, 2, 3, 4].map((minute) => confirmed(`m${minute}`, minute)) });
        await history.close();
        const { page } = await open(2);
        expect(page).toMatchObject({ hasOlder: true });
        expect(keysOf(page.messages)).toEqual(['m3', 'm4']);
      });

      it('R-01 refuses a wrong key and leaves the history as it is', async () => {
        await commit({ confirm: [confirmed('a', 1)] });
        await history.close();
        const refused = await histories.open(account, newKey(), 50);
        expect(refused).toEqual({ ok: false, failure: { kind: 'storage', reason: 'failed' } });
        const again = await open();
        expect(again.setAside).toBe(false);
        expect(keysOf(again.page.messages)).toEqual(['a']);
      });

      it.each(['', 'x'.repeat(64), 'ab'.repeat(16), 'AB'.repeat(32)])(
        'refuses %j as a key',
        async (nonsense) => {
          const refused = await histories.open(newAccount(), nonsense, 50);
          expect(refused).toEqual({ ok: false, failure: { kind: 'storage', reason: 'failed' } });
        },
      );

      it('A-09 keeps the histories of two accounts apart', async () => {
        await commit({ confirm: [confirmed('mine', 1)] });
        const other = valueOf(await histories.open(newAccount(), newKey(), 50));
        opened.push(other.history);
        expect(other.page.messages).toEqual([]);
      });

      it('keeps a history in memory until it is closed', async () => {
        const memory = valueOf(await histories.openInMemory(50));
        opened.push(memory.history);
        valueOf(await memory.history.commit({ confirm: [confirmed('a', 1)], facts: { draft: 'x' } }));
        expect(keysOf(valueOf(await memory.history.page(null, 50)).messages)).toEqual(['a']);
        await memory.history.close();
        expect((await memory.history.page(null, 50)).ok).toBe(false);
      });

      it('answers nothing after a close', async () => {
        await history.close();
        await history.close();
        const answers = [await history.commit({}), await history.page(null, 1), await history.outbox()];
        expect(answers.map(({ ok }) => ok)).toEqual([false, false, false]);
      });
    });

    describe('confirming', () => {
      it('puts messages in the order of the service, whatever the order they come in', async () => {
        await commit({ confirm: [confirmed('c', 2), confirmed('a', 1)] });
        const { upserted } = await commit({ confirm: [confirmed('b', 2), confirmed('d', 0)] });
        expect(keysOf(upserted)).toEqual(['d', 'b']);
        expect(keysOf((await newestPage()).messages)).toEqual(['d', 'a', 'b', 'c']);
      });

      it('forgets what the service has deleted, by its id, whatever its key', async () => {
        await commit({ confirm: [confirmed('a', 1), confirmed('b', 2, { clientMessageId: clientId(1) })] });
        const deleted = ['b', 'unknown'].map((id) => MessageId.parse(id));
        expect((await commit({ deleted })).removed).toEqual([clientId(1)]);
        expect(keysOf((await newestPage()).messages)).toEqual(['a']);
      });

      it('knows a message by its id and tells only of what is different', async () => {
        await commit({ confirm: [confirmed('a', 1)] });
        expect((await commit({ confirm: [confirmed('a', 1)] })).upserted).toEqual([]);
        const edited = confirmed('a', 1, { content: { kind: 'text', text: 'edited' } });
        expect((await commit({ confirm: [edited] })).upserted).toEqual([edited]);
        expect((await newestPage()).messages).toEqual([edited]);
      });

      it('takes a pending message out of the outbox and keeps its key', async () => {
        await commit({ enqueue: [outgoing(clientId(1))] });
        const answer = confirmed('a', 1, { clientMessageId: clientId(1), key: 'a' });
        const { upserted, removed, waiting } = await commit({ confirm: [answer] });
        expect({ removed, waiting }).toEqual({ removed: [], waiting: 0 });
        const { composedAt } = outgoing(clientId(1));
        expect(upserted).toEqual([{ ...answer, key: clientId(1), composedAt, outboxPosition: null }]);
        expect(valueOf(await history.outbox())).toEqual([]);
      });

      it('makes one of two rows that turn out to be one message', async () => {
        await commit({ enqueue: [outgoing(clientId(1))], confirm: [confirmed('a', 1)] });
        const { upserted, removed } = await commit({
          confirm: [confirmed('a', 1, { clientMessageId: clientId(1) })],
        });
        expect(removed).toEqual(['a']);
        expect(upserted).toMatchObject([{ key: clientId(1), id: 'a' }]);
        expect(keysOf((await newestPage()).messages)).toEqual([clientId(1)]);
      });

      it('keeps the key of a row that learns its client message id later', async () => {
        await commit({ confirm: [confirmed('a', 1)] });
        await commit({ confirm: [confirmed('a', 1, { clientMessageId: clientId(1) })] });
        expect((await newestPage()).messages).toMatchObject([{ key: 'a', clientMessageId: clientId(1) }]);
        await commit({ confirm: [confirmed('a', 1)] });
        expect((await newestPage()).messages).toMatchObject([{ key: 'a', clientMessageId: clientId(1) }]);
      });

      it('shows once what the service accepted twice, at its earlier place', async () => {
        const twice = (id: string, minute: number) => confirmed(id, minute, { clientMessageId: clientId(1) });
        await commit({ confirm: [twice('late', 9)] });
        await commit({ confirm: [twice('early', 1)] });
        await commit({ confirm: [twice('late', 9)] });
        expect((await newestPage()).messages).toMatchObject([{ id: 'early', key: clientId(1) }]);
      });

      it('takes own messages for seen up to where the business has seen everything, whichever comes first', async () => {
        const own = (id: string, minute: number): Message =>
          confirmed(id, minute, { author: { kind: 'self' } });
        const at = (minute: number): EpochMs => EpochMs.parse(own('x', minute).received);
        const statuses = async (): Promise<readonly unknown[]> =>
          (await newestPage()).messages.map(({ status }) => status);
        await commit({ confirm: [own('a', 1), confirmed('b', 2), own('c', 3), own('d', 5)] });
        const { upserted, facts } = await commit({ facts: { seenUpTo: at(3) } });
        expect([keysOf(upserted), facts.seenUpTo]).toEqual([['a', 'c'], at(3)]);
        expect((await commit({ facts: { seenUpTo: at(1) } })).facts.seenUpTo).toBe(at(3));
        await commit({ confirm: [own('a', 1), own('e', 3)] });
        expect(await statuses()).toEqual(['seen', 'sent', 'seen', 'seen', 'sent']);
        await commit({ confirm: [own('f', 6)], facts: { seenUpTo: at(6) } });
        expect(await statuses()).toEqual(['seen', 'sent', 'seen', 'seen', 'seen', 'seen']);
        const { facts: anew } = await commit({ dropConfirmed: true, confirm: [own('g', 2)] });
        expect([anew.seenUpTo, await statuses()]).toEqual([null, ['sent']]);
      });

      it('moves a status only forward', async () => {
        const statusAfter = async (status: Message['status']) => {
          await commit({ confirm: [confirmed('a', 1, { status })] });
          return (await newestPage()).messages[0]?.status;
        };
        const seen: unknown[] = [];
        for (const status of ['sent', 'delivered', 'sent', 'seen', 'delivered', 'queued'] as const)
          seen.push(await statusAfter(status));
        expect(seen).toEqual(['sent', 'delivered', 'delivered', 'seen', 'seen', 'seen']);
      });

      it('believes the service about a message that had failed here', async () => {
        await commit({ enqueue: [outgoing(clientId(1))] });
        const refusal = { code: 'too_long', description: 'no' };
        await commit({ outbox: [{ key: clientId(1), status: 'failed', refusal }] });
        await commit({ confirm: [confirmed('a', 1, { clientMessageId: clientId(1) })] });
        expect((await newestPage()).messages).toMatchObject([{ status: 'sent', refusal: null, id: 'a' }]);
      });

      it('refuses a confirmed message without the id of the service, and everything beside it', async () => {
        const refused = await history.commit({ confirm: [confirmed('a', 1), outgoing()] });
        expect(refused).toEqual({ ok: false, failure: { kind: 'malformed', where: 'history' } });
        expect((await newestPage()).messages).toEqual([]);
      });

      it('stores text without NUL and lone surrogates', async () => {
        const content = { kind: 'text', text: 'a\0b\uD800c\u{1F600}' } as const;
        await commit({ confirm: [confirmed('a', 1, { content })], facts: { draft: 'd\0' } });
        const { messages } = await newestPage();
        expect(messages[0]?.content.text).toBe('a\uFFFDb\uFFFDc\u{1F600}');
        expect((await commit({})).facts.draft).toBe('d\uFFFD');
      });
    });

    describe('the outbox', () => {
      it('keeps the order of writing, and each message once', async () => {
        await commit({ enqueue: [outgoing(clientId(3)), outgoing(clientId(1))] });
        const { upserted, waiting } = await commit({
          enqueue: [outgoing(clientId(2)), outgoing(clientId(3), 'again')],
        });
        expect(keysOf(upserted)).toEqual([clientId(2)]);
        expect(waiting).toBe(3);
        const items = valueOf(await history.outbox());
        expect(items.map(({ message }) => [message.key, message.outboxPosition])).toEqual([
          [clientId(3), 1],
          [clientId(1), 2],
          [clientId(2), 3],
        ]);
        expect(items[0]?.message.content.text).toBe('hello');
      });

      it('does not take up again what the service has already confirmed', async () => {
        await commit({ confirm: [confirmed('a', 1, { clientMessageId: clientId(1), key: 'a' })] });
        const { upserted, waiting } = await commit({ enqueue: [outgoing(clientId(1))] });
        expect({ upserted, waiting }).toEqual({ upserted: [], waiting: 0 });
      });

      it('comes last, and only on the newest page', async () => {
        await commit({
          confirm: [1, 2, 3].map((minute) => confirmed(`m${minute}`, minute)),
          enqueue: [outgoing(clientId(1)), outgoing(clientId(2))],
        });
        const newest = await newestPage(1);
        expect(keysOf(newest.messages)).toEqual(['m3', clientId(1), clientId(2)]);
        const older = valueOf(await history.page(cursorOf(confirmed('m3', 3)), 10));
        expect(keysOf(older.messages)).toEqual(['m1', 'm2']);
      });

      it('remembers that a send was begun', async () => {
        await commit({ enqueue: [outgoing(clientId(1)), outgoing(clientId(2))] });
        await commit({ attempted: [clientId(2)] });
        await history.close();
        await open();
        const items = valueOf(await history.outbox());
        expect(items.map(({ attempted }) => attempted)).toEqual([false, true]);
      });

      it('sets a refused message aside in its place and takes it up again', async () => {
        await commit({ enqueue: [outgoing(clientId(1)), outgoing(clientId(2))] });
        const refusal = { code: 'bad', description: 'no' };
        const parked = await commit({ outbox: [{ key: clientId(1), status: 'failed', refusal }] });
        expect(parked).toMatchObject({ waiting: 1, upserted: [{ status: 'failed', refusal }] });
        expect(valueOf(await history.outbox()).map(({ message }) => message.key)).toEqual([clientId(2)]);
        await commit({ outbox: [{ key: clientId(1), status: 'queued', refusal: null }] });
        expect(valueOf(await history.outbox()).map(({ message }) => message.key)).toEqual([
          clientId(1),
          clientId(2),
        ]);
      });

      it('changes the words of a message that was never attempted, in its place, and of no other', async () => {
        const all = [1, 2, 3].map((number) => outgoing(clientId(number)));
        await commit({ enqueue: all, confirm: [confirmed('a', 1)] });
        await commit({ attempted: [clientId(3)] });
        const reword = [clientId(1), clientId(3), 'a', 'unknown'].map((key) => ({ key, text: 'better' }));
        const { upserted } = await commit({ reword });
        expect(upserted.map(({ key, content }) => [key, content.text])).toEqual([[clientId(1), 'better']]);
        const items = valueOf(await history.outbox());
        expect(items.map(({ message }) => message.content.text)).toEqual(['better', 'hello', 'hello']);
      });

      it('knows again that a message was surely not taken, once the service has said so', async () => {
        await commit({ enqueue: [outgoing(clientId(1))] });
        await commit({ attempted: [clientId(1)] });
        const refusal = { code: 'bad', description: 'no' };
        await commit({ outbox: [{ key: clientId(1), status: 'failed', refusal, refused: true }] });
        const { upserted } = await commit({ reword: [{ key: clientId(1), text: 'better' }] });
        expect(upserted).toMatchObject([{ status: 'failed', content: { text: 'better' } }]);
      });

      it('leaves a confirmed message alone', async () => {
        await commit({ confirm: [confirmed('a', 1, { clientMessageId: clientId(1) })] });
        const { upserted } = await commit({
          outbox: [{ key: clientId(1), status: 'failed', refusal: null }],
          attempted: [clientId(1)],
        });
        expect(upserted).toEqual([]);
        expect((await newestPage()).messages).toMatchObject([{ status: 'sent' }]);
      });
    });

    describe('removing', () => {
      it('forgets messages by key and tells which were there', async () => {
        await commit({ confirm: [confirmed('a', 1)], enqueue: [outgoing(clientId(1))] });
        const { removed, waiting } = await commit({ remove: [clientId(1), 'a', 'never'] });
        expect({ removed: [...removed].sort(), waiting }).toEqual({
          removed: [clientId(1), 'a'],
          waiting: 0,
        });
        expect((await newestPage()).messages).toEqual([]);
      });

      it('drops what was confirmed and keeps the outbox', async () => {
        await commit({ confirm: [confirmed('a', 1), confirmed('b', 2)], enqueue: [outgoing(clientId(1))] });
        const dropped = await commit({ dropConfirmed: true, confirm: [confirmed('b', 2)] });
        expect(dropped).toMatchObject({ rewritten: true, removed: [], upserted: [{ key: 'b' }], waiting: 1 });
        expect(keysOf((await newestPage()).messages)).toEqual(['b', clientId(1)]);
      });
    });

    describe('facts', () => {
      it('change one by one', async () => {
        const conversationId = ConversationId.parse('c1');
        const at = EpochMs.parse(5);
        await commit({
          facts: { conversationId, unreadCount: 3, gaps: [{ after: at, before: at, untilKnown: false }] },
        });
        const { facts } = await commit({ facts: { unreadCount: 0, reachedBeginning: true } });
        expect(facts).toEqual({
          ...noFacts,
          conversationId,
          gaps: [{ after: at, before: at, untilKnown: false }],
          reachedBeginning: true,
        });
      });

      it('are told by an empty commit, which changes nothing', async () => {
        await commit({ facts: { draft: 'x' } });
        expect(await commit({})).toEqual({
          upserted: [],
          removed: [],
          rewritten: false,
          facts: { ...noFacts, draft: 'x' },
          waiting: 0,
        });
      });
    });

    describe('paging', () => {
      it('reads back without a hole or a repeat, also where times are equal', async () => {
        const all = Array.from({ length: 23 }, (_, i) =>
          confirmed(`m${String(i).padStart(2, '0')}`, Math.floor(i / 5)),
        );
        await commit({ confirm: all });
        const read: string[] = [];
        let page = await newestPage(4);
        for (;;) {
          read.unshift(...keysOf(page.messages));
          const first = page.messages[0];
          if (!page.hasOlder || first === undefined) break;
          page = valueOf(await history.page(cursorOf(first), 4));
        }
        expect(read).toEqual(keysOf(all));
      });

      it('says truly whether older messages are stored', async () => {
        await commit({ confirm: [confirmed('a', 1), confirmed('b', 2)] });
        expect((await newestPage(1)).hasOlder).toBe(true);
        expect((await newestPage(2)).hasOlder).toBe(false);
        expect(valueOf(await history.page(cursorOf(confirmed('a', 1)), 5))).toEqual({
          messages: [],
          hasOlder: false,
        });
      });
    });

    historiesReadingSuite(() => history);
    historiesRetentionSuite(() => history);

    describe('erasing', () => {
      it('R-09 leaves nothing of the account, and nothing of another one changed', async () => {
        await commit({ confirm: [confirmed('a', 1)] });
        const other = newAccount();
        const otherKey = newKey();
        const kept = valueOf(await histories.open(other, otherKey, 50));
        await kept.history.close();
        await history.close();
        expect(await histories.exists(account)).toBe(true);
        const erased = await histories.erase(account);
        expect(erased).toMatchObject({ remaining: 0 });
        expect(erased.files).toBeGreaterThan(0);
        expect(erased.bytes).toBeGreaterThan(0);
        expect(await histories.exists(account)).toBe(false);
        expect(await histories.exists(other)).toBe(true);
        expect((await open()).page.messages).toEqual([]);
      });

      it('of an account that was never here removes nothing', async () => {
        expect(await histories.erase(newAccount())).toEqual({ files: 0, bytes: 0, remaining: 0 });
      });
    });
  });
}
