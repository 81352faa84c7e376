import { wordsOf } from '../contract/fold.ts';
import type { Cursor } from '../contract/history.ts';
import { EpochMs, MessageId } from '../contract/ids.ts';
import type { Message } from '../contract/model.ts';
import { matchOf } from '../contract/search.ts';
import type { SearchTerms } from '../contract/search.ts';
import type { SearchStep } from '../contract/store-protocol.ts';
import { compareMessages } from '../contract/thread-order.ts';
import type { Candidate, Candidates, Windows } from './candidates.ts';
import type { MessageTable } from './message-table.ts';
import { firstPlaceIn, windowOf, windowOfPlace } from './places.ts';
import { entryOf } from './search-entry.ts';
import type { SearchEntry } from './search-entry.ts';
import { proofOf } from './search-plan.ts';
import type { SearchProof } from './search-plan.ts';

export interface SearchStepInput {
  readonly terms: SearchTerms;
  readonly from: Cursor | null;
  readonly limit: number;
  readonly count: number;
}

/** How long a step may look, and by which clock. */
export interface StepTime {
  readonly budgetMs: number;
  now(): number;
}

/**
 * Searches one history, newest first. The index names candidates by their trigrams, and each then proves itself by its
 * folded text. A step ends when it has found enough or its time is up, so that a commit behind it does not wait for long.
 */
export class Search {
  readonly #table: MessageTable;
  readonly #candidates: Candidates;
  readonly #time: StepTime;

  constructor(table: MessageTable, candidates: Candidates, time: StepTime) {
    this.#table = table;
    this.#candidates = candidates;
    this.#time = time;
  }

  /** Up to `limit` matches before `from`, nearest first; goes on until `count` have been counted, those included. */
  step({ terms, from, limit, count }: SearchStepInput): Omit<SearchStep, 'complete'> {
    const proof = proofOf(terms);
    if (proof === null) return { matches: [], count: 0, rest: null };
    const pending = from === null ? this.#pending(proof, terms) : [];
    const found = new Findings(this.#table, terms, from, limit);
    const rest = this.#look(proof, found, count - pending.length);
    const words = wordsOf(terms.text);
    return {
      matches: [...pending, ...found.messages].map((message) => matchOf(message, words)),
      count: pending.length + found.count,
      rest,
    };
  }

  /** @returns where it stopped looking, null if there is nothing left */
  #look(proof: SearchProof, found: Findings, count: number): Cursor | null {
    const all = this.#candidates.windows();
    if (all === null) return null;
    const windows = {
      newest: Math.min(all.newest, found.newest),
      oldest: Math.max(all.oldest, found.oldest),
    };
    const deadline = this.#time.now() + this.#time.budgetMs;
    const isLate = (): boolean => this.#time.now() >= deadline;
    for (const { slice, candidates } of this.#candidates.slices(proof, windows)) {
      for (const { window, matches } of windowsOf(candidates, proof)) {
        found.take(matches);
        if ((found.isFull && found.count >= count) || isLate()) return below(window, windows);
      }
      if (isLate()) return below(slice.oldest, windows);
    }
    return null;
  }

  /** What waits in the outbox is newer than everything received, and no index is needed for it. Newest first. */
  #pending(proof: SearchProof, { until }: SearchTerms): Message[] {
    if (until !== null) return [];
    const messages = this.#table.pending().map(({ message }) => message);
    return messages.filter((message) => isProven(entryOf(message), proof)).reverse();
  }
}

/** What a step has found so far. */
class Findings {
  readonly messages: Message[] = [];
  count = 0;
  readonly newest: number;
  readonly oldest: number;
  readonly #table: MessageTable;
  readonly #from: Cursor | null;
  readonly #limit: number;
  readonly #since: number;
  readonly #until: number;

  constructor(table: MessageTable, { since, until }: SearchTerms, from: Cursor | null, limit: number) {
    this.#table = table;
    this.#from = from;
    this.#limit = limit;
    this.#since = since ?? -Infinity;
    this.#until = Math.min(until ?? Infinity, from === null ? Infinity : from.received + 1);
    this.newest = this.#until === Infinity ? Infinity : windowOf(this.#until - 1);
    this.oldest = this.#since === -Infinity ? -Infinity : windowOf(this.#since);
  }

  get isFull(): boolean {
    return this.messages.length >= this.#limit;
  }

  /** The matches of one whole window, in any order. */
  take(matches: readonly Candidate[]): void {
    const inTime = matches.filter(({ received }) => received >= this.#since && received < this.#until);
    this.count += inTime.length;
    const waiting = inTime.sort((a, b) => b.received - a.received);
    while (!this.isFull && waiting.length > 0) {
      const received = waiting[0]?.received;
      const end = waiting.findIndex((match) => match.received !== received);
      this.#takeInstant(waiting.splice(0, end < 0 ? waiting.length : end));
    }
  }

  /** Those of one instant are in the order of their ids. */
  #takeInstant(matches: readonly Candidate[]): void {
    const messages = matches
      .map(({ number }) => this.#table.byNumber(number)?.message)
      .filter((message) => message !== undefined)
      .filter((message) => isBefore(message, this.#from))
      .sort((a, b) => compareMessages(b, a));
    this.messages.push(...messages.slice(0, this.#limit - this.messages.length));
  }
}

function isBefore({ received, id }: Message, from: Cursor | null): boolean {
  if (from === null || received === null || received < from.received) return true;
  return received === from.received && (id ?? '') < from.id;
}

function* windowsOf(
  candidates: Iterable<Candidate>,
  proof: SearchProof,
): Generator<{ readonly window: number; readonly matches: readonly Candidate[] }> {
  let window: number | null = null;
  let matches: Candidate[] = [];
  for (const candidate of candidates) {
    const own = windowOfPlace(candidate.place);
    if (window !== null && own !== window) {
      yield { window, matches };
      matches = [];
    }
    window = own;
    if (isProven(candidate, proof)) matches.push(candidate);
  }
  if (window !== null) yield { window, matches };
}

function isProven({ sender, text }: SearchEntry, { contained, kinds, sender: wanted }: SearchProof): boolean {
  if (wanted !== null && wanted !== sender) return false;
  return (
    contained.every((part) => text.includes(part)) &&
    (kinds.length === 0 || kinds.some((kind) => text.includes(kind)))
  );
}

/** The cursor above everything older than `window`. Every real id sorts below the last character. */
function below(window: number, { oldest }: Windows): Cursor | null {
  if (window <= oldest) return null;
  return { received: EpochMs.parse(firstPlaceIn(window) - 1), id: MessageId.parse('\uffff') };
}
