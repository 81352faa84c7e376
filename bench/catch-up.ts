import type Database from 'better-sqlite3-multiple-ciphers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Message } from '../contract/model.ts';
import { openEncrypted } from '../store/encrypted-file.ts';
import { rowOf } from '../store/rows.ts';
import { historySteps } from '../store/schema.ts';
import { corpus, messageAt, newAccount, newKey, processHistories, valueOf } from './corpus.ts';
import type { BenchTable } from './table.ts';
import { median } from './table.ts';

const size = Number(process.env['ONETHREAD_BENCH_MESSAGES'] ?? 100_000);
const batch = 500;
const rounds = 3;

/**
 * What it takes to store what was missed: batches of messages as JSON, each parsed, committed durably through the store
 * process and made searchable, the answer parsed again. Beside it: the same JSON, parsed and inserted into the same table of
 * an encrypted file, one durable transaction for each batch; with and without a trigram index. All take turns.
 */
export async function catchUpBench(): Promise<BenchTable> {
  const words = corpus(21);
  const batches = Array.from({ length: size / batch }, (_, n) =>
    JSON.stringify(Array.from({ length: batch }, (_, k) => messageAt(n * batch + k, words.text()))),
  );
  const times = { bare: [] as number[], indexed: [] as number[], ours: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.bare.push(await inFolder((folder) => bare(join(folder, 'bare.db'), batches, false)));
    times.indexed.push(await inFolder((folder) => bare(join(folder, 'bare.db'), batches, true)));
    times.ours.push(await inFolder((folder) => ours(folder, batches)));
  }
  const baseline = median(times.bare);
  const row = (what: string, values: number[]) => {
    const medianMs = median(values);
    return { what, medianMs, ratio: medianMs / baseline };
  };
  return {
    title: `Catching up with ${size.toLocaleString('en')} messages`,
    target: '≥ 60 % of the speed of JSON.parse and a bare batch insert (≤ 1.67 ×)',
    rows: [
      row('JSON.parse, bare batch insert', times.bare),
      row('the same with a trigram index', times.indexed),
      row('commits through the store process, searchable', times.ours),
    ],
  };
}

async function inFolder(act: (folder: string) => Promise<number>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'onethread-bench-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bare(path: string, batches: readonly string[], isIndexed: boolean): Promise<number> {
  const database: Database.Database = openEncrypted(path, newKey(), historySteps.slice(0, 1));
  if (isIndexed)
    database.exec(
      `CREATE VIRTUAL TABLE bare USING fts5(text, content = '', columnsize = 0, detail = 'none', tokenize = 'trigram')`,
    );
  const insert = database.prepare(
    `INSERT INTO messages (key, id, client_message_id, received, outbox_position, status, attempted, body)
     VALUES (@key, @id, @client_message_id, @received, @outbox_position, @status, @attempted, @body)`,
  );
  const index = isIndexed ? database.prepare('INSERT INTO bare (rowid, text) VALUES (?, ?)') : null;
  let row = 0n;
  const insertAll = database.transaction((messages: readonly Message[]) => {
    for (const message of messages) {
      insert.run(rowOf({ message, attempted: false }));
      index?.run((row += 1n), message.content.text);
    }
  });
  const start = performance.now();
  // Bare: what comes is believed.
  for (const json of batches) insertAll(JSON.parse(json) as readonly Message[]);
  const time = performance.now() - start;
  database.close();
  return time;
}

async function ours(folder: string, batches: readonly string[]): Promise<number> {
  const histories = await processHistories(folder);
  try {
    const { history } = valueOf(await histories.open(newAccount(), newKey(), 50));
    const start = performance.now();
    for (const json of batches)
      valueOf(await history.commit({ confirm: z.array(Message).parse(JSON.parse(json)) }));
    const time = performance.now() - start;
    await history.close();
    return time;
  } finally {
    await histories.dispose();
  }
}
