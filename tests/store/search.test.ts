import { describe, expect, it } from 'vitest';
import { fold } from '../../contract/fold.ts';
import { ok } from '../../contract/failure.ts';

import type { Cursor } from '../../contract/history.ts';
import type { Message } from '../../contract/model.ts';
import type { MatchCount, SearchPage, SearchTerms } from '../../contract/search.ts';
import { countInSteps, searchInSteps } from '../../main/adapters/search-steps.ts';
import { openMemory } from '../../store/encrypted-file.ts';
import { HistoryFile } from '../../store/history-file.ts';
import { historySteps, migrate } from '../../store/schema.ts';
import { entryOf } from '../../store/search-entry.ts';
import { usualStepTime } from '../../store/store.ts';
import { searchIn } from '../fakes/history-reading.ts';
import { seededRandom } from '../fakes/random.ts';
import { keysOf, valueOf } from '../ports/histories-words.ts';
import { clientId, confirmed, outgoing } from './messages.ts';
import { storeAsFirstVersion } from './old-file.ts';

const anything: SearchTerms = { text: '', author: null, kinds: [], since: null, until: null };
const noTime = { budgetMs: 0, now: () => 0 };
const said = (id: string, at: number, text: string, more: Partial<Message> = {}): Message =>
  confirmed(id, at, { content: { kind: 'text', text }, ...more });

const newFile = (time = usualStepTime, database = openMemory(historySteps)): HistoryFile =>
  new HistoryFile(database, () => undefined, time);

let commits = 0;
const commit = (file: HistoryFile, change: Parameters<HistoryFile['commit']>[1]): void =>
  void file.commit(`c${(commits += 1)}`, change);

async function pageOf(
  file: HistoryFile,
  terms: Partial<SearchTerms>,
  before: Cursor | null = null,
  limit = 100,
) {
  const query = { terms: { ...anything, ...terms }, before, limit };
  return valueOf(await searchInSteps(query, async (step) => ok(file.search(step)), Infinity));
}

async function count(file: HistoryFile, text: string): Promise<MatchCount> {
  return valueOf(await countInSteps({ ...anything, text }, async (step) => ok(file.search(step)), Infinity));
}

async function found(file: HistoryFile, terms: Partial<SearchTerms>): Promise<string[]> {
  const read: Message[] = [];
  let before: Cursor | null = null;
  do {
    const page: SearchPage = await pageOf(file, terms, before);
    read.push(...page.matches.map(({ message }) => message));
    before = page.next;
  } while (before !== null);
  return keysOf(read);
}

describe('The search', () => {
  const seed = 2_000;
  it(`S-12 answers two thousand hostile queries as a plain comparison would (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random.fraction() * from.length)] as T;
    const shards = [
      ...[
        '"',
        "'",
        '""',
        '--',
        ';',
        '*',
        '^',
        ':',
        '(',
        ')',
        '{',
        '}',
        '+',
        '-',
        '\\',
        '%',
        '_',
        '?',
        '@a',
        '$1',
      ],
      ...[
        'AND',
        'OR',
        'NOT',
        'NEAR(',
        'NULL',
        'DROP TABLE messages',
        'text',
        'rowid',
        'search_index',
        'MATCH',
      ],
      ...[
        '\x01\x01\x10',
        '\x1f',
        '\x7f',
        '\uFFFD',
        '\uFFFF',
        '\u{10FFFF}',
        '\uE000',
        '\u202E',
        '\u200D',
        '\u0301',
      ],
      ...['é', 'ﬁ', 'İ', 'ß', '大阪', 'が', '한국', '👨‍👩‍👧', '🏽', ' ', '\n', '\t', 'a', 'ab', 'abc', 'parcel'],
    ];
    const hostile = (): string =>
      Array.from({ length: 1 + random.fraction() * 5 }, () => pick(shards)).join('');
    const confirmedMessages = Array.from({ length: 150 }, (_, n) =>
      said(`m${String(n).padStart(3, '0')}`, n, hostile()),
    );
    const file = newFile();
    commit(file, { confirm: confirmedMessages, enqueue: [outgoing(clientId(1), hostile())] });
    const pending = file.outbox().map(({ message }) => message);
    let hits = 0;
    for (let round = 0; round < 2_000; round += 1) {
      const author = round % 5 === 0 ? ({ kind: 'business', name: hostile() } as const) : null;
      const terms = { ...anything, author, text: hostile() };
      const expected = searchIn(
        { confirmed: confirmedMessages, pending },
        { terms, before: null, limit: 100 },
      );
      const page = await pageOf(file, terms);
      expect(page, JSON.stringify(terms)).toEqual(expected);
      hits += page.matches.length;
    }
    expect(hits).toBeGreaterThan(2_000);
  });

  it('is exact also where thousands share one instant', async () => {
    const at = confirmed('x', 0).received;
    const flood = Array.from({ length: 5_000 }, (_, n) =>
      said(`m${String(n).padStart(4, '0')}`, 0, n % 1000 === 7 ? `needle ${n}` : `hay ${n}`, {
        received: at,
      }),
    );
    const file = newFile();
    commit(file, { confirm: [said('early', -60, 'needle'), ...flood, said('late', 60, 'needle')] });
    expect(await found(file, { text: 'needle' })).toEqual([
      'late',
      'm4007',
      'm3007',
      'm2007',
      'm1007',
      'm0007',
      'early',
    ]);
    expect(await found(file, { text: 'ne' })).toHaveLength(7);
    commit(file, { remove: ['m4007', 'm0007'] });
    expect(await found(file, { text: 'needle' })).toEqual(['late', 'm3007', 'm2007', 'm1007', 'early']);
  });

  it('finds a word of many, and a syllable of few, whatever the length of the history', async () => {
    const file = newFile();
    const hay = Array.from({ length: 3_000 }, (_, n) =>
      said(`m${String(n).padStart(4, '0')}`, n * 20, 'the cat sat there'),
    );
    commit(file, { confirm: [...hay, said('rare', 5, 'a quiz 大 the end')] });
    for (const text of ['qu', 'q', '大', 'quiz', 'z 大 the'])
      expect(await found(file, { text }), text).toEqual(['rare']);
    for (const text of ['th', 't', 'the', 'sat c']) {
      const page = await pageOf(file, { text }, null, 3);
      expect(keysOf(page.matches.map(({ message }) => message)), text).toEqual(['m2999', 'm2998', 'm2997']);
      expect(await count(file, text), text).toEqual({ count: 1000, more: true });
    }
  });

  it('stops when its time is up, and goes on from there', () => {
    const file = newFile(noTime);
    const messages = Array.from({ length: 40 }, (_, n) => said(`m${n}`, n * 60, 'needle'));
    commit(file, { confirm: messages });
    const read: string[] = [];
    let steps = 0;
    for (let from: Cursor | null = null; ; steps += 1) {
      const step = file.search({ terms: { ...anything, text: 'needle' }, from, limit: 50, count: 0 });
      read.push(...keysOf(step.matches.map(({ message }) => message)));
      from = step.rest;
      if (from === null) break;
    }
    expect(read).toEqual(keysOf(messages).reverse());
    // An index is looked through in four slices.
    expect(steps).toBe(3);
  });

  it('keeps what is added in the commit in which another message is edited, moved or removed', async () => {
    const file = newFile();
    commit(file, { confirm: [said('a', 1, 'needle'), said('b', 2, 'needle')] });
    commit(file, { confirm: [said('b', 2, 'needle again'), said('c', 3, 'needle')] });
    expect(await found(file, { text: 'needle' })).toEqual(['c', 'b', 'a']);
    commit(file, { confirm: [said('c', 600, 'needle'), said('d', 4, 'needle')] });
    expect(await found(file, { text: 'needle' })).toEqual(['c', 'd', 'b', 'a']);
    commit(file, { remove: ['d'], confirm: [said('e', 5, 'needle'), said('f', 6, 'needle')] });
    expect(await found(file, { text: 'needle' })).toEqual(['c', 'f', 'e', 'b', 'a']);
  });

  it('tells apart two names that share a tag', async () => {
    const by = (name: string) =>
      said(name, 1, 'hello', { author: { kind: 'business', name, avatarUrl: null } });
    const tagOf = (name: string): string => entryOf(by(name)).text.slice(-3);
    const twin =
      Array.from({ length: 1000 }, (_, n) => `agent ${n}`).find((name) => tagOf(name) === tagOf('ben')) ?? '';
    const file = newFile();
    commit(file, { confirm: [by('ben'), by(twin)] });
    expect(twin).not.toBe('');
    expect(await found(file, { author: { kind: 'business', name: 'Ben' } })).toEqual(['ben']);
  });

  it('keeps an entry that a new status or a repeat does not change, and moves one whose time does', async () => {
    const database = openMemory(historySteps);
    const file = newFile(usualStepTime, database);
    commit(file, { confirm: [said('a', 1, 'needle'), said('b', 2, 'needle')] });
    const place = () => database.prepare(`SELECT place FROM messages WHERE id = 'a'`).pluck().get();
    const before = place();
    commit(file, { confirm: [said('a', 1, 'needle', { status: 'seen' })] });
    expect(place()).toBe(before);
    commit(file, { confirm: [said('a', 100, 'needle', { status: 'seen' })] });
    expect(place()).not.toBe(before);
    expect(await found(file, { text: 'needle' })).toEqual(['a', 'b']);
  });
});

describe('R-17 What is removed', () => {
  it('leaves no trace in the index: not its text, not its trigrams', () => {
    const database = openMemory(historySteps);
    const file = newFile(usualStepTime, database);
    const hundred = Array.from({ length: 100 }, (_, n) => said(`m${n}`, n, `xylophone ${n}`));
    commit(file, { confirm: [...hundred, said('kept', 500, 'piano')] });
    const left = () => ({
      texts: database.prepare(`SELECT count(*) FROM searchable WHERE text LIKE '%xylo%'`).pluck().get(),
      terms: database.prepare(`SELECT count(*) FROM search_terms WHERE term IN ('xyl', 'pho')`).pluck().get(),
      bytes: database
        .prepare<[], Buffer>('SELECT block FROM search_index_data')
        .pluck()
        .all()
        .some((block) => block.includes('xyl')),
    });
    expect(left()).toEqual({ texts: 100, terms: 2, bytes: true });
    commit(file, { remove: keysOf(hundred) });
    expect(left()).toEqual({ texts: 0, terms: 0, bytes: false });
  });

  it('leaves none when the whole thread is dropped', () => {
    const database = openMemory(historySteps);
    const file = newFile(usualStepTime, database);
    commit(file, { confirm: [said('a', 1, 'xylophone')] });
    commit(file, { dropConfirmed: true });
    expect(database.prepare('SELECT count(*) FROM searchable').pluck().get()).toBe(0);
    expect(database.prepare('SELECT count(*) FROM search_terms').pluck().get()).toBe(0);
  });
});

describe('A history from before there was a search', () => {
  /** As version 1 of the schema stored it. */
  function oldDatabase(messages: readonly Message[]) {
    const database = openMemory(historySteps.slice(0, 1));
    storeAsFirstVersion(database, messages);
    migrate(database, historySteps, () => undefined);
    return database;
  }
  const old = Array.from({ length: 500 }, (_, n) =>
    said(`m${String(n).padStart(3, '0')}`, n, `old ${fold('Nüdel')} ${n}`),
  );

  /** The first piece of upkeep, before any other. */
  function lookForDamage(file: { tend(): boolean }): void {
    expect(file.tend()).toBe(true);
  }

  it('is made searchable piece by piece, newest first, while it grows and shrinks', async () => {
    const file = newFile(usualStepTime, oldDatabase([...old, outgoing(clientId(1), 'old nudel')]));
    expect(await pageOf(file, { text: 'nudel 499' })).toMatchObject({ matches: [], complete: false });
    expect(await found(file, { text: 'old nudel' })).toEqual([clientId(1)]);
    lookForDamage(file);
    expect(file.tend()).toBe(true);
    expect(await found(file, { text: 'nudel 499' })).toEqual(['m499']);
    expect(await found(file, { text: 'nudel 299' })).toEqual([]);
    commit(file, {
      confirm: [said('m100', 100, 'edited nudel'), said('new', 900, 'nudel 299')],
      remove: ['m050'],
    });
    expect(await found(file, { text: 'edited' })).toEqual(['m100']);
    while (file.tend());
    expect(await count(file, 'nudel')).toEqual({ count: 501, more: false });
    expect((await pageOf(file, { text: 'nudel' })).complete).toBe(true);
    expect(await found(file, { text: 'nudel 299' })).toEqual(['new', 'm299']);
    expect(await found(file, { text: 'edited' })).toEqual(['m100']);
  });

  it('has nothing left to do once the thread is dropped', async () => {
    const file = newFile(usualStepTime, oldDatabase(old));
    commit(file, { dropConfirmed: true, confirm: [said('a', 1, 'nudel')] });
    expect(await pageOf(file, { text: 'nudel' })).toMatchObject({ matches: { length: 1 }, complete: true });
    lookForDamage(file);
    expect(file.tend()).toBe(false);
  });

  it('that is empty has nothing to do', async () => {
    const file = newFile(usualStepTime, oldDatabase([outgoing(clientId(1), 'hello')]));
    expect(await pageOf(file, { text: 'hello' })).toMatchObject({ matches: { length: 1 }, complete: true });
  });
});
