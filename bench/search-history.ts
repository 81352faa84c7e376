import Database from 'better-sqlite3-multiple-ciphers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fold, wordsOf } from '../contract/fold.ts';
import type { AccountHistory } from '../main/ports/history.ts';
import { seededRandom } from '../tests/fakes/random.ts';
import { corpus, messageAt, newAccount, newKey, processHistories, valueOf } from './corpus.ts';
import type { BenchTable } from './table.ts';

const size = Number(process.env['ONETHREAD_BENCH_MESSAGES'] ?? 1_000_000);
const batch = 1_000;
const pageSize = 50;
const rounds = 3;

/**
 * What a search costs from the call to the parsed page of fifty matches with their highlights, through the store process, and
 * what it costs to count them, which is asked for when they are on the screen; beside the bare FTS5 query (phrases against a plain trigram index in an encrypted file, the newest fifty row
 * numbers and nothing else) for the same words. Both have their files in the system's cache, and take turns.
 */
export async function searchHistoryBench(): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'onethread-bench-'));
  const histories = await processHistories(folder);
  try {
    const { history } = valueOf(await histories.open(newAccount(), newKey(), pageSize));
    const bare = openBare(join(folder, 'bare.db'));
    const { queries } = await fill(history, bare);
    const times = {
      bare: [] as number[],
      ours: [] as number[],
      count: [] as number[],
      short: [] as number[],
    };
    for (let round = 0; round < rounds; round += 1) {
      for (const query of queries.usual) {
        times.bare.push(await timeOf(() => Promise.resolve(askBare(bare, query))));
        times.ours.push(await timeOf(() => ask(history, query)));
        times.count.push(await timeOf(() => count(history, query)));
      }
      for (const query of queries.short) times.short.push(await timeOf(() => ask(history, query)));
    }
    bare.close();
    await history.close();
    return tableOf(times);
  } finally {
    await histories.dispose();
    await rm(folder, { recursive: true });
  }
}

function tableOf({
  bare,
  ours,
  count,
  short,
}: Record<'bare' | 'ours' | 'count' | 'short', number[]>): BenchTable {
  const row = (what: string, share: number, values: number[], baseline: number[]) => {
    const ms = percentile(values, share);
    return { what, medianMs: ms, ratio: ms / percentile(baseline, share) };
  };
  return {
    title: `Searching ${size.toLocaleString('en')} messages`,
    target: 'p95 ≤ 1.5 × the bare FTS query',
    statistic: 'ms',
    rows: [
      row('bare FTS query, p95', 0.95, bare, bare),
      row('search, p95', 0.95, ours, bare),
      row('bare FTS query, median', 0.5, bare, bare),
      row('search, median', 0.5, ours, bare),
      row('counting up to a thousand matches, p95', 0.95, count, bare),
      row('search for one or two characters, p95 (no baseline: FTS finds none)', 0.95, short, bare),
    ],
  };
}

function openBare(path: string): Database.Database {
  const database = new Database(path);
  database.pragma("cipher = 'sqlcipher'");
  database.pragma(`key = "x'${newKey()}'"`);
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma('journal_mode = WAL');
  database.exec(`CREATE VIRTUAL TABLE bare USING fts5(text, tokenize = 'trigram')`);
  return database;
}

async function fill(history: AccountHistory, bare: Database.Database) {
  const words = corpus(11);
  const random = seededRandom(12);
  const insert = bare.prepare('INSERT INTO bare (text) VALUES (?)');
  const insertAll = bare.transaction((texts: readonly string[]) => {
    for (const text of texts) insert.run(fold(text));
  });
  const samples: string[] = [];
  for (let from = 0; from < size; from += batch) {
    const texts = Array.from({ length: Math.min(batch, size - from) }, words.text);
    samples.push(texts[Math.floor(random.fraction() * texts.length)] ?? '');
    valueOf(await history.commit({ confirm: texts.map((text, n) => messageAt(from + n, text)) }));
    insertAll(texts);
  }
  const sample = (): string => samples[Math.floor(random.fraction() * samples.length)] ?? '';
  const pieceOf = (text: string, length: number): string => {
    const from = Math.floor(random.fraction() * (text.length - length));
    return text.slice(from, from + length);
  };
  const many = (make: () => string, count: number): string[] => Array.from({ length: count }, make);
  const longWord = (): string => {
    const word = words.word();
    return word.length < 3 ? longWord() : word;
  };
  const usual = [
    ...many(longWord, 40),
    ...many(() => `${longWord()} ${longWord()}`, 20),
    ...many(() => pieceOf(sample().replaceAll(' ', ''), 3 + Math.floor(random.fraction() * 4)), 40),
    ...many(() => pieceOf('eatonisrhcdlu'.repeat(2), 5), 20),
  ];
  return {
    queries: {
      usual,
      short: [...many(() => pieceOf(sample().replaceAll(' ', ''), 2), 20), 'q', 'qz', '7', 'e'],
    },
  };
}

function askBare(bare: Database.Database, query: string): unknown {
  const match = wordsOf(query).map((word) => `"${word.replaceAll('"', '""')}"`);
  return bare
    .prepare(`SELECT rowid FROM bare WHERE bare MATCH ? ORDER BY rowid DESC LIMIT ${pageSize}`)
    .all(match.join(' AND '));
}

const termsOf = (text: string) => ({ text, author: null, kinds: [], since: null, until: null });

async function ask(history: AccountHistory, text: string): Promise<void> {
  valueOf(await history.search({ terms: termsOf(text), before: null, limit: pageSize }));
}

async function count(history: AccountHistory, text: string): Promise<void> {
  valueOf(await history.countMatches(termsOf(text)));
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}
