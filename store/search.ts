import { wordsOf } from '../contract/fold.ts';
import type { Cursor } from '../contract/history.ts';
import { EpochMs, MessageId } from '../contract/ids.ts';
import type { Message } from '../contract/model.ts';
import { matchOf } from '../contract/search.ts';
import type { SearchTerms } from '../contract/search.ts';
import type { SearchStep } from '../contract/store-protocol.ts';
import { compareMessages } from '../contract/thread-order.ts';
import type { Candidate, Candidates, Span, Windows } from './candidates.ts';
import type { MessageTable } from './message-table.ts';
import { firstPlaceIn, windowOf, windowOfPlace } from './places.ts';
import { entryOf, isProven } from './search-entry.ts';
import type { SearchProof } from './search-entry.ts';
import { proofOf } from './search-plan.ts';

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

/** One look through a part of the history. */
interface Look {
  readonly proof: SearchProof;
  readonly expression: string | null;
  readonly span: Span;
  isLate(): boolean;
}

/** What a look came to: how many it passed, and what it has left to look at. */
interface Looked {
  readonly count: number;
  readonly rest: Windows | null;
}

/**
 * Searches one history, newest first. A step ends when it has found enough or its time is up, so that a commit behind it does
 * not wait for long.
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
    const deadline = this.#time.now() + this.#time.budgetMs;
    const look: Look = {
      proof,
      expression: this.#candidates.expressionFor(proof),
      span: spanOf(terms, from),
      isLate: () => this.#time.now() >= deadline,
    };
    const pending = from === null ? this.#pending(proof, terms) : [];
    const found = new Findings(this.#table, from, limit);
    const seen = this.#find(look, within(this.#candidates.windows(), look.span), found);
    const missing = limit > 0 && look.isLate() ? 0 : count - pending.length - seen.count;
    const counted = this.#count(look, seen.rest, missing);
    const words = wordsOf(terms.text);
    return {
      matches: [...pending, ...found.messages].map((message) => matchOf(message, words)),
      count: pending.length + seen.count + counted.count,
      rest: counted.rest === null ? null : topOf(counted.rest),
    };
  }

  /**
   * Look until enough is found or it is late. At least one slice is looked at, and to its end: to take up a question in the
   * middle costs FTS5 as much as to answer it.
   */
  #find(look: Look, windows: Windows | null, found: Findings): Looked {
    if (windows === null || found.isFull) return { count: 0, rest: windows };
    let count = 0;
    for (const slice of this.#candidates.slices(look.expression, look.proof, windows, look.span)) {
      for (const { window, matches } of windowsOf(slice.matches())) {
        count += matches.length;
        found.take(matches);
        if (found.isFull) return { count, rest: below(window, windows) };
      }
      if (look.isLate()) return { count, rest: below(slice.oldest, windows) };
    }
    return { count, rest: null };
  }

  /** Go on counting, without a look at each, until there are `toCount`. One slice at least is looked at. */
  #count(look: Look, windows: Windows | null, toCount: number): Looked {
    if (windows === null || toCount <= 0) return { count: 0, rest: windows };
    let count = 0;
    for (const slice of this.#candidates.slices(look.expression, look.proof, windows, look.span)) {
      count += slice.count(toCount - count);
      if (count >= toCount || look.isLate()) return { count, rest: below(slice.oldest, windows) };
    }
    return { count, rest: null };
  }

  /** What waits in the outbox is newer than everything received, and no index is needed for it. Newest first. */
  #pending(proof: SearchProof, { until }: SearchTerms): Message[] {
    if (until !== null) return [];
    const messages = this.#table.pending().map(({ message }) => message);
    return messages.filter((message) => isProven(entryOf(message), proof)).reverse();
  }
}

/** The messages that a step has found so far. */
class Findings {
  readonly messages: Message[] = [];
  readonly #table: MessageTable;
  readonly #from: Cursor | null;
  readonly #limit: number;

  constructor(table: MessageTable, from: Cursor | null, limit: number) {
    this.#table = table;
    this.#from = from;
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.messages.length >= this.#limit;
  }

  /** The matches of one whole window, in any order. */
  take(matches: readonly Candidate[]): void {
    const waiting = matches.toSorted((a, b) => b.received - a.received);
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

function spanOf({ since, until }: SearchTerms, from: Cursor | null): Span {
  const end = from === null ? Infinity : from.received + 1;
  return { since: since ?? -Infinity, until: Math.min(until ?? end, end) };
}

function within(windows: Windows | null, { since, until }: Span): Windows | null {
  if (windows === null) return null;
  const newest = Math.min(windows.newest, windowOf(until - 1));
  const oldest = Math.max(windows.oldest, windowOf(since));
  return newest < oldest ? null : { newest, oldest };
}

function* windowsOf(
  matches: Iterable<Candidate>,
): Generator<{ readonly window: number; readonly matches: readonly Candidate[] }> {
  let window: number | null = null;
  let gathered: Candidate[] = [];
  for (const match of matches) {
    const own = windowOfPlace(match.place);
    if (window !== null && own !== window) {
      yield { window, matches: gathered };
      gathered = [];
    }
    window = own;
    gathered.push(match);
  }
  if (window !== null) yield { window, matches: gathered };
}

/** What is older than `window`. */
function below(window: number, { oldest }: Windows): Windows | null {
  return window <= oldest ? null : { newest: window - 1, oldest };
}

/** The cursor above all of `windows`. Every real id sorts below the last character. */
function topOf({ newest }: Windows): Cursor {
  return { received: EpochMs.parse(firstPlaceIn(newest + 1) - 1), id: MessageId.parse('\uffff') };
}
