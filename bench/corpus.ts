import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Result } from '../contract/failure.ts';
import { AccountId, EpochMs, MessageId } from '../contract/ids.ts';
import type { Message } from '../contract/model.ts';
import { chooseLauncher } from '../main/adapters/child-process.ts';
import { HistoriesProcess } from '../main/adapters/histories-process.ts';
import type { Log } from '../main/ports/log.ts';
import { seededRandom } from '../tests/fakes/random.ts';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const newAccount = (): AccountId => AccountId.parse(randomBytes(16).toString('hex'));
export const newKey = (): string => randomBytes(32).toString('hex');

/**
 * Text as people write it, as far as an index is concerned: thirty thousand words of speakable syllables, the nth of them n
 * times as rare as the first, three to twenty-two of them in a message.
 */
export interface Corpus {
  text(): string;
  word(): string;
}

const wordCount = 30_000;

export function corpus(seed: number): Corpus {
  const random = seededRandom(seed);
  const pick = (from: readonly string[]): string => from[Math.floor(random.fraction() * from.length)] ?? '';
  const onsets = 'b c d f g h j k l m n p r s t v w st tr ch sh th pl'.split(' ');
  const nuclei = 'a e i o u ai ea ou ee'.split(' ');
  const words = new Set<string>();
  while (words.size < wordCount) {
    const syllables = Array.from(
      { length: 1 + Math.floor(random.fraction() * 3.2) },
      () => pick(onsets) + pick(nuclei),
    );
    words.add(syllables.join('') + (random.fraction() < 0.5 ? pick([...'nrstldm']) : ''));
  }
  const all = [...words];
  const word = (): string => all[Math.floor(wordCount ** random.fraction()) - 1] ?? 'the';
  const text = (): string =>
    `${Array.from({ length: 3 + Math.floor(random.fraction() * 20) }, word).join(' ')}.`;
  return { text, word };
}

/** The nth message of a thread in which one is written every minute, the business and the person taking turns. */
export function messageAt(n: number, text: string): Message {
  const id = MessageId.parse(n.toString(16).padStart(24, '0'));
  return {
    key: id,
    id,
    clientMessageId: null,
    author: n % 2 === 0 ? { kind: 'self' } : { kind: 'business', name: 'Ben', avatarUrl: null },
    received: EpochMs.parse(1_600_000_000_000 + n * 60_000),
    composedAt: null,
    outboxPosition: null,
    content: { kind: 'text', text },
    actions: [],
    metadata: null,
    status: 'sent',
    refusal: null,
  };
}

/** Histories with the real store process, under this Node. */
export async function processHistories(folder: string): Promise<HistoriesProcess> {
  return new HistoriesProcess({
    folder,
    entryPath: resolve(import.meta.dirname, '../store/entry.ts'),
    log: silent,
    launch: await chooseLauncher(silent),
  });
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}
