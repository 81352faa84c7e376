import { beforeEach, describe, expect, it } from 'vitest';
import type { HistoryRange, Retention } from '../../contract/history.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { Content, Message } from '../../contract/model.ts';
import type { SearchTerms } from '../../contract/search.ts';
import type { AccountHistory } from '../../main/ports/history.ts';
import { clientId, confirmed, cursorOf, outgoing } from '../store/messages.ts';
import { keysOf, valueOf } from './histories-words.ts';

const anything: SearchTerms = { text: '', author: null, kinds: [], since: null, until: null };
const minute = (n: number): EpochMs => EpochMs.parse(1_700_000_000_000 + n * 60_000);
const said = (id: string, at: number, text: string, more: Partial<Message> = {}): Message =>
  confirmed(id, at, { content: { kind: 'text', text }, ...more });

/** What every implementation of `AccountHistory` keeps when it is read from the middle, or searched. */
export function historiesReadingSuite(history: () => AccountHistory): void {
  const commit = async (change: Parameters<AccountHistory['commit']>[0]) =>
    valueOf(await history().commit(change));

  describe('a window', () => {
    const five = [1, 2, 3, 4, 5].map((n) => confirmed(`m${n}`, n));
    const at = (n: number) => cursorOf(confirmed(`m${n}`, n));
    beforeEach(() => commit({ confirm: five, enqueue: [outgoing(clientId(1))] }));

    const around = async (where: Parameters<AccountHistory['around']>[0], limit: number) => {
      const { messages, hasOlder, hasNewer } = valueOf(await history().around(where, limit));
      return [...(hasOlder ? ['…'] : []), ...keysOf(messages), ...(hasNewer ? ['…'] : [])];
    };
    const after = async (n: number, limit: number) => {
      const { messages, hasOlder, hasNewer } = valueOf(await history().after(at(n), limit));
      return [...(hasOlder ? ['…'] : []), ...keysOf(messages), ...(hasNewer ? ['…'] : [])];
    };

    it('has a message in its middle', async () => {
      expect(await around(at(3), 3)).toEqual(['…', 'm2', 'm3', 'm4', '…']);
      expect(await around(at(3), 1)).toEqual(['…', 'm3', '…']);
    });

    it('is filled from the other side where one runs out', async () => {
      expect(await around(at(1), 3)).toEqual(['m1', 'm2', 'm3', '…']);
      expect(await around(at(5), 3)).toEqual(['…', 'm3', 'm4', 'm5', clientId(1)]);
      expect(await around(at(3), 50)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', clientId(1)]);
    });

    it('has a date in its middle, whether or not something was said then', async () => {
      expect(await around(minute(3), 2)).toEqual(['…', 'm2', 'm3', '…']);
      expect(await around(EpochMs.parse(minute(3) - 1), 2)).toEqual(['…', 'm2', 'm3', '…']);
      expect(await around(EpochMs.parse(minute(3) + 1), 2)).toEqual(['…', 'm3', 'm4', '…']);
      expect(await around(EpochMs.parse(0), 2)).toEqual(['m1', 'm2', '…']);
      expect(await around(minute(99), 2)).toEqual(['…', 'm4', 'm5', clientId(1)]);
    });

    it('can begin with a message of which only a name is known: its key, or what the service calls it', async () => {
      await commit({
        confirm: [confirmed('m6', 6, { clientMessageId: clientId(2), key: clientId(2) })],
      });
      const named = async (name: string) => valueOf(await history().message(name))?.key ?? null;
      expect(await Promise.all(['m3', clientId(2), 'm6', clientId(1), 'm7'].map(named))).toEqual([
        'm3',
        clientId(2),
        clientId(2),
        clientId(1),
        null,
      ]);
    });

    it('stands where a message was that is gone', async () => {
      await commit({ remove: ['m3'] });
      expect(await around(at(3), 2)).toEqual(['…', 'm2', 'm4', '…']);
    });

    it('goes on to newer messages, and to the outbox at the end', async () => {
      expect(await after(1, 2)).toEqual(['…', 'm2', 'm3', '…']);
      expect(await after(3, 2)).toEqual(['…', 'm4', 'm5', clientId(1)]);
      expect(await after(5, 2)).toEqual(['…', clientId(1)]);
    });

    it('goes on without a hole or a repeat where times are equal', async () => {
      await commit({ confirm: ['x', 'y', 'z'].map((id) => confirmed(id, 3)) });
      expect(await after(3, 2)).toEqual(['…', 'x', 'y', '…']);
      expect(keysOf(valueOf(await history().after(cursorOf(confirmed('y', 3)), 2)).messages)).toEqual([
        'z',
        'm4',
      ]);
    });

    it('reads a span from its beginning to its end, without the outbox', async () => {
      const read: string[][] = [];
      let next: Parameters<AccountHistory['range']>[1] = null;
      do {
        const range: HistoryRange = valueOf(
          await history().range({ since: minute(2), until: minute(5) }, next, 2),
        );
        read.push(keysOf(range.messages));
        next = range.next;
      } while (next !== null);
      expect(read).toEqual([['m2', 'm3'], ['m4']]);
      const whole = valueOf(await history().range({ since: null, until: null }, null, 50));
      expect(keysOf(whole.messages)).toEqual(keysOf(five));
      expect(whole.next).toBeNull();
    });
  });

  describe('a search', () => {
    const find = async (terms: Partial<SearchTerms>, limit = 50) =>
      valueOf(await history().search({ terms: { ...anything, ...terms }, before: null, limit }));
    const count = async (text: string) => valueOf(await history().countMatches({ ...anything, text }));
    const found = async (terms: Partial<SearchTerms>) =>
      keysOf((await find(terms)).matches.map(({ message }) => message));

    it('finds words in any order and anywhere, newest first', async () => {
      await commit({
        confirm: [
          said('a', 1, 'The parcel is on its way'),
          said('b', 2, 'Away with it'),
          said('c', 3, 'which parcels are on the way?'),
        ],
      });
      expect(await found({ text: 'parcel' })).toEqual(['c', 'a']);
      expect(await found({ text: 'WAY parcel' })).toEqual(['c', 'a']);
      expect(await found({ text: 'way' })).toEqual(['c', 'b', 'a']);
      expect(await found({ text: 'parcel away' })).toEqual([]);
    });

    it('heeds neither case nor accents nor width, in any script', async () => {
      await commit({
        confirm: [
          said('a', 1, 'Mein Résumé, Straße 5'),
          said('b', 2, 'RE\u0301SUME\u0301 in İZMİR'),
          said('c', 3, '私は大阪に住んでいます'),
          said('d', 4, 'ｶﾞｽの支払い'),
          said('e', 5, '한국어로 답장'),
        ],
      });
      expect(await found({ text: 'resume' })).toEqual(['b', 'a']);
      expect(await found({ text: 'STRASSE' })).toEqual(['a']);
      expect(await found({ text: 'izmir' })).toEqual(['b']);
      expect(await found({ text: 'ızmır' })).toEqual(['b']);
      expect(await found({ text: '大阪に住' })).toEqual(['c']);
      expect(await found({ text: 'ガス' })).toEqual(['d']);
      expect(await found({ text: '한국' })).toEqual(['e']);
    });

    it('finds one or two characters too', async () => {
      await commit({
        confirm: [said('a', 1, '大阪'), said('b', 2, 'OK'), said('c', 3, 'no'), said('d', 4, 'x')],
      });
      expect(await found({ text: '大' })).toEqual(['a']);
      expect(await found({ text: '大阪' })).toEqual(['a']);
      expect(await found({ text: 'ok' })).toEqual(['b']);
      expect(await found({ text: 'o' })).toEqual(['c', 'b']);
      expect(await found({ text: 'x' })).toEqual(['d']);
      expect(await found({ text: 'o n' })).toEqual(['c']);
      expect(await found({ text: 'q' })).toEqual([]);
      expect(await found({ text: 'qz' })).toEqual([]);
    });

    it('tells where the words stand in the text as it was written', async () => {
      await commit({ confirm: [said('a', 1, 'Mon re\u0301sumé est là')] });
      const [match] = (await find({ text: 'resume la' })).matches;
      expect(match?.parts).toEqual([
        {
          text: 'Mon re\u0301sumé est là',
          ranges: [
            { from: 4, to: 11 },
            { from: 16, to: 18 },
          ],
        },
      ]);
    });

    it('finds a picture by its caption and a file by its name', async () => {
      const mediaUrl = 'https://media.example/Invoice%202024.pdf';
      const file: Content = {
        kind: 'file',
        text: '',
        mediaUrl,
        mediaType: null,
        mediaSize: null,
        name: null,
      };
      await commit({ confirm: [confirmed('a', 1, { content: file })] });
      expect((await find({ text: 'invoice' })).matches[0]?.parts[0]?.text).toBe('Invoice 2024.pdf');
    });

    it('can be narrowed to who wrote, to kinds and to a time', async () => {
      const image: Content = {
        kind: 'image',
        text: 'it',
        mediaUrl: 'u',
        mediaType: null,
        altText: null,
        name: null,
      };
      const by = (name: string | null) => ({ author: { kind: 'business' as const, name, avatarUrl: null } });
      await commit({
        confirm: [
          said('a', 1, 'it', { author: { kind: 'self' } }),
          said('b', 2, 'it', by('Ben')),
          said('c', 3, 'it', by('Bén')),
          said('d', 4, 'it', by('Benjamin')),
          confirmed('e', 5, { content: image, ...by(null) }),
        ],
      });
      expect(await found({ text: 'it', author: { kind: 'self' } })).toEqual(['a']);
      expect(await found({ text: 'it', author: { kind: 'business', name: null } })).toEqual([
        'e',
        'd',
        'c',
        'b',
      ]);
      expect(await found({ author: { kind: 'business', name: 'ben' } })).toEqual(['c', 'b']);
      expect(await found({ text: 'it', kinds: ['image', 'file'] })).toEqual(['e']);
      expect(await found({ kinds: ['image'] })).toEqual(['e']);
      expect(await found({ text: 'it', kinds: ['file'] })).toEqual([]);
      expect(await found({ text: 'it', since: minute(2), until: minute(4) })).toEqual(['c', 'b']);
      expect(await found({ since: minute(4) })).toEqual(['e', 'd']);
      expect(await found({ text: 'it', since: minute(9), until: minute(4) })).toEqual([]);
      expect(await found({})).toEqual([]);
    });

    it('knows an unsent message, first of all, until it is gone', async () => {
      await commit({
        confirm: [said('a', 1, 'hello')],
        enqueue: [outgoing(clientId(1)), outgoing(clientId(2))],
      });
      expect(await found({ text: 'hello' })).toEqual([clientId(2), clientId(1), 'a']);
      expect(await found({ text: 'hello', since: minute(9) })).toEqual([clientId(2), clientId(1)]);
      expect(await found({ text: 'hello', until: minute(9) })).toEqual(['a']);
      await commit({
        confirm: [said('b', 2, 'hello', { clientMessageId: clientId(1) })],
        remove: [clientId(2)],
      });
      expect(await found({ text: 'hello' })).toEqual([clientId(1), 'a']);
    });

    it('R-17 finds nothing of what was removed, and only the new text of what was edited', async () => {
      const hundred = Array.from({ length: 100 }, (_, n) => said(`m${n}`, n, `secret number ${n}`));
      await commit({ confirm: [...hundred, said('kept', 200, 'secret')] });
      await commit({ remove: keysOf(hundred), confirm: [said('edited', 300, 'secret before')] });
      await commit({ confirm: [said('edited', 300, 'after it')] });
      expect(await found({ text: 'secret' })).toEqual(['kept']);
      expect(await found({ text: 'number' })).toEqual([]);
      expect(await found({ text: 'nu' })).toEqual([]);
      expect(await found({ text: 'after' })).toEqual(['edited']);
      await commit({ dropConfirmed: true, confirm: [said('new', 1, 'secret')] });
      expect(await found({ text: 'secret' })).toEqual(['new']);
    });

    it('is answered page by page, without a hole or a repeat, also where times are equal', async () => {
      const all = Array.from({ length: 23 }, (_, n) =>
        said(`m${String(n).padStart(2, '0')}`, Math.floor(n / 5), 'same'),
      );
      await commit({ confirm: all, enqueue: [outgoing(clientId(1), 'same')] });
      const read: string[] = [];
      let page = await find({ text: 'same' }, 4);
      expect(await count('same')).toEqual({ count: 24, more: false });
      for (;;) {
        read.push(...keysOf(page.matches.map(({ message }) => message)));
        if (page.next === null) break;
        page = valueOf(
          await history().search({ terms: { ...anything, text: 'same' }, before: page.next, limit: 4 }),
        );
      }
      expect(read).toEqual([clientId(1), ...keysOf(all).reverse()]);
    });

    it('counts no further than a person cares to know', async () => {
      const many = Array.from({ length: 1001 }, (_, n) => said(`m${n}`, n, 'again'));
      await commit({ confirm: many.slice(0, 1000) });
      expect(await count('again')).toEqual({ count: 1000, more: false });
      await commit({ confirm: many.slice(1000) });
      expect(await count('again')).toEqual({ count: 1000, more: true });
    });

    it.each([
      '"',
      '""',
      "' OR 1=1 --",
      'a* OR b',
      'NEAR(a b)',
      'text:a',
      '^a',
      'a AND',
      '(',
      '%',
      '_',
      '\\',
      '{a b}:c',
      '-a',
      '\0',
      '\x01\x01\x10',
    ])('S-12 takes %j for what it says', async (text) => {
      await commit({ confirm: [said('a', 1, `before ${text} after`), said('b', 2, 'something else')] });
      const expected = text.replace(/[\0-\x1f]/g, '') === '' ? [] : ['a'];
      expect(await found({ text: text.replace(/\0/g, '') })).toEqual(expected);
    });
  });
}

/** What every implementation of `AccountHistory` keeps when it is to keep less. */
export function historiesRetentionSuite(history: () => AccountHistory): void {
  const commit = async (change: Parameters<AccountHistory['commit']>[0]) =>
    valueOf(await history().commit(change));
  const keep = async (retention: Partial<Retention>) =>
    valueOf(await history().keep({ since: null, bytes: null, ...retention }));
  const stored = async () =>
    keysOf(valueOf(await history().range({ since: null, until: null }, null, 1000)).messages);
  const hundred = Array.from({ length: 100 }, (_, n) =>
    said(`m${String(n).padStart(3, '0')}`, n, `number ${n} ${'of many '.repeat(20)}`),
  );

  describe('the size', () => {
    it('counts every message, and grows with what is stored', async () => {
      const empty = valueOf(await history().size());
      expect(empty.messages).toBe(0);
      await commit({ confirm: hundred, enqueue: [outgoing(clientId(1))] });
      const size = valueOf(await history().size());
      expect(size.messages).toBe(101);
      expect(size.bytes).toBeGreaterThan(empty.bytes + 15_000);
    });
  });

  describe('a retention', () => {
    it('R-17 lets go what is older than it says, from the search as well', async () => {
      await commit({ confirm: hundred, facts: { draft: 'kept', reachedBeginning: true } });
      const { removed, committed, size } = await keep({ since: minute(30) });
      expect(removed).toBe(30);
      expect(size.messages).toBe(70);
      expect(committed).toMatchObject({ rewritten: true, upserted: [], removed: [] });
      expect(committed.facts).toMatchObject({ draft: 'kept', reachedBeginning: false, keptFrom: minute(30) });
      expect(await stored()).toEqual(keysOf(hundred.slice(30)));
      const count = async (text: string) => valueOf(await history().countMatches({ ...anything, text }));
      expect(await count('number')).toEqual({ count: 70, more: false });
      expect(await count('number 17')).toEqual({ count: 0, more: false });
    });

    it('keeps the outbox and the newest messages, whatever it says', async () => {
      await commit({ confirm: hundred, enqueue: [outgoing(clientId(1)), outgoing(clientId(2))] });
      await commit({
        outbox: [{ key: clientId(2), status: 'failed', refusal: null }],
        attempted: [clientId(1)],
      });
      const { removed, committed } = await keep({ since: minute(1000), bytes: 0 });
      expect({ removed, waiting: committed.waiting }).toEqual({ removed: 50, waiting: 1 });
      const { messages } = valueOf(await history().page(null, 100));
      expect(keysOf(messages)).toEqual([...keysOf(hundred.slice(50)), clientId(1), clientId(2)]);
      expect(valueOf(await history().outbox())).toMatchObject([{ attempted: true }]);
    });

    it('of so many bytes lets the oldest go', async () => {
      await commit({ confirm: hundred });
      const { bytes } = valueOf(await history().size());
      expect((await keep({ bytes: bytes * 2 })).removed).toBe(0);
      const { removed } = await keep({ bytes: Math.floor(bytes * 0.3) });
      expect(removed).toBeGreaterThan(0);
      expect(removed).toBeLessThanOrEqual(50);
      expect(await stored()).toEqual(keysOf(hundred.slice(removed)));
    });

    it('that has nothing to let go changes nothing', async () => {
      await commit({ confirm: hundred, facts: { reachedBeginning: true } });
      for (const { removed, committed } of [await keep({}), await keep({ since: minute(-5) })]) {
        expect({ removed, rewritten: committed.rewritten }).toEqual({ removed: 0, rewritten: false });
        expect(committed.facts).toMatchObject({ reachedBeginning: true, keptFrom: null });
      }
    });

    it('forgets the gaps it cuts away, and shortens the one it cuts in two', async () => {
      const gap = (after: number, before: number, untilKnown = false) => ({
        after: minute(after),
        before: minute(before),
        untilKnown,
      });
      const gaps = [gap(5, 10), gap(20, 40), gap(50, 60), { ...gap(0, 35, true), after: EpochMs.parse(0) }];
      await commit({ confirm: hundred, facts: { gaps } });
      const { committed } = await keep({ since: minute(30) });
      expect(committed.facts.gaps).toEqual([gap(30, 40), gap(50, 60), gaps[3]]);
    });

    it('is undone where older messages are fetched again, and in a thread that became another', async () => {
      await commit({ confirm: hundred });
      await keep({ since: minute(30) });
      const { facts } = await commit({ confirm: hundred.slice(20, 30), facts: { reachedBeginning: true } });
      expect(facts).toMatchObject({ reachedBeginning: true, keptFrom: minute(30) });
      expect(await stored()).toEqual(keysOf(hundred.slice(20)));
      expect((await commit({ dropConfirmed: true })).facts.keptFrom).toBeNull();
    });
  });
}
