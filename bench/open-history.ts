import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AccountId, EpochMs, MessageId } from '../contract/ids.ts';
import type { Message } from '../contract/model.ts';
import { chooseLauncher } from '../main/adapters/child-process.ts';
import { HistoriesProcess } from '../main/adapters/histories-process.ts';
import type { OpenedHistory } from '../main/ports/history.ts';
import type { Log } from '../main/ports/log.ts';
import type { BenchTable } from './table.ts';

const sizes = [1_000, 100_000, 1_000_000];
const rounds = 11;
const pageSize = 50;
const batch = 1_000;
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * What it costs to open a history and read its newest page, and to read a page from its middle, by the number of messages
 * stored. The store process is started ahead, as at the app's start; files are in the system's cache. Sizes take turns,
 * so that a busy machine is equally unfair to all.
 */
export async function openHistoryBench(): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'onethread-bench-'));
  const { histories, ready } = await warmHistories(folder);
  try {
    const subjects = sizes.map((size) => ({ size, account: newAccount(), key: newKey(), ...noTimes() }));
    for (const subject of subjects) await fill(await opened(histories, subject), subject.size);
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of subjects) {
        histories.prewarm();
        await ready();
        await measure(histories, subject);
      }
    }
    return {
      title: 'Opening a history',
      target: '≤ 1.1 × from 1 k to 100 k and 1 M messages',
      rows: [...rowsOf('opening', subjects), ...rowsOf('paging', subjects)],
    };
  } finally {
    await histories.dispose();
    await rm(folder, { recursive: true });
  }
}

interface Account {
  readonly account: AccountId;
  readonly key: string;
}

interface Subject extends Account {
  readonly size: number;
  readonly opening: number[];
  readonly paging: number[];
}

const newAccount = (): AccountId => AccountId.parse(randomBytes(16).toString('hex'));
const newKey = (): string => randomBytes(32).toString('hex');
const noTimes = (): Pick<Subject, 'opening' | 'paging'> => ({ opening: [], paging: [] });

async function measure(histories: HistoriesProcess, subject: Subject): Promise<void> {
  const middle = messageAt(Math.floor(subject.size / 2));
  const start = performance.now();
  const { history, page } = await opened(histories, subject);
  subject.opening.push(performance.now() - start);
  if (page.messages.length !== pageSize) throw new Error('the newest page is not full');
  const before = { received: middle.at, id: middle.id };
  subject.paging.push(await timeOf(() => history.page(before, pageSize)));
  await history.close();
}

function rowsOf(kind: 'opening' | 'paging', subjects: readonly Subject[]): BenchTable['rows'] {
  const words = { opening: 'open + newest page', paging: 'page from the middle' };
  const smallest = median(subjects[0]?.[kind] ?? []);
  return subjects.map((subject) => {
    const medianMs = median(subject[kind]);
    const what = `${words[kind]}, ${subject.size.toLocaleString('en')} messages`;
    return { what, medianMs, ratio: medianMs / smallest };
  });
}

/** `ready` waits until the process started last has loaded its modules. */
async function warmHistories(
  folder: string,
): Promise<{ histories: HistoriesProcess; ready: () => Promise<unknown> }> {
  const launch = await chooseLauncher(silent);
  let answered: Promise<unknown> = Promise.resolve();
  const histories = new HistoriesProcess({
    folder,
    entryPath: resolve(import.meta.dirname, '../store/entry.ts'),
    log: silent,
    launch: (program) => {
      const helper = launch(program);
      answered = new Promise((resolve) => helper.onMessage(resolve));
      // No request at all: it is answered with a refusal that nobody waits for.
      helper.post({ id: 0 });
      return helper;
    },
  });
  return { histories, ready: () => answered };
}

async function opened(histories: HistoriesProcess, { account, key }: Account): Promise<OpenedHistory> {
  const result = await histories.open(account, key, pageSize);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

async function fill({ history }: OpenedHistory, size: number): Promise<void> {
  for (let from = 0; from < size; from += batch) {
    const confirm = Array.from(
      { length: Math.min(batch, size - from) },
      (_, i) => messageAt(from + i).message,
    );
    const committed = await history.commit({ confirm });
    if (!committed.ok) throw new Error(JSON.stringify(committed.failure));
  }
  await history.close();
}

/** A message of the usual length, the business and the person taking turns. */
function messageAt(n: number): { message: Message; at: EpochMs; id: MessageId } {
  const at = EpochMs.parse(1_600_000_000_000 + n * 60_000);
  const id = MessageId.parse(n.toString(16).padStart(24, '0'));
  const message: Message = {
    key: id,
    id,
    clientMessageId: null,
    author: n % 2 === 0 ? { kind: 'self' } : { kind: 'business', name: 'Ben', avatarUrl: null },
    received: at,
    composedAt: null,
    outboxPosition: null,
    content: { kind: 'text', text: `${n}: ${'the parcel is on its way '.repeat(1 + (n % 6))}` },
    actions: [],
    metadata: null,
    status: 'sent',
    refusal: null,
  };
  return { message, at, id };
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

if (import.meta.main) {
  const { title, rows } = await openHistoryBench();
  console.log(title);
  for (const { what, medianMs, ratio } of rows)
    console.log(`${what.padEnd(40)} ${medianMs.toFixed(2).padStart(9)} ms  ${ratio.toFixed(2)} ×`);
}
