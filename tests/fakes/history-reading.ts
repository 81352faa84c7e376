import { alwaysKept } from '../../contract/history.ts';
import type { Cursor, HistoryRange, HistorySize, HistoryWindow, Retention } from '../../contract/history.ts';
import type { EpochMs } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import { fold, wordsOf } from '../../contract/fold.ts';
import { matchOf, mostCounted, searchableTexts } from '../../contract/search.ts';
import type { MatchCount, SearchPage, SearchQuery, SearchTerms } from '../../contract/search.ts';
import type { HistorySpan } from '../../main/ports/history.ts';

/** A history as two lists, each in thread order: what the service has, and what it has not. Reading it in the plainest way. */
export interface Thread {
  readonly confirmed: readonly Message[];
  readonly pending: readonly Message[];
}

export function windowAfter({ confirmed, pending }: Thread, cursor: Cursor, limit: number): HistoryWindow {
  const newer = confirmed.filter((message) => compare(message, cursor) > 0);
  return {
    messages: newer.length > limit ? newer.slice(0, limit) : [...newer, ...pending],
    hasOlder: confirmed.length > newer.length,
    hasNewer: newer.length > limit,
  };
}

export function windowAround(
  { confirmed, pending }: Thread,
  at: Cursor | EpochMs,
  limit: number,
): HistoryWindow {
  const isBefore = (message: Message): boolean =>
    typeof at === 'number' ? (message.received ?? 0) < at : compare(message, at) < 0;
  const middle = confirmed.filter(isBefore).length;
  const next = confirmed[middle];
  const here = typeof at !== 'number' && next !== undefined && compare(next, at) === 0 ? 1 : 0;
  const room = limit - here;
  const behind = confirmed.length - middle - here;
  const older = Math.min(middle, room - Math.min(Math.floor(room / 2), behind));
  const newer = Math.min(behind, room - older);
  const end = middle + here + newer;
  return {
    messages: [...confirmed.slice(middle - older, end), ...(end === confirmed.length ? pending : [])],
    hasOlder: older < middle,
    hasNewer: end < confirmed.length,
  };
}

export function rangeOf(
  { confirmed }: Thread,
  { since, until }: HistorySpan,
  after: Cursor | null,
  limit: number,
): HistoryRange {
  const wanted = confirmed
    .filter(
      ({ received }) => (received ?? 0) >= (since ?? -Infinity) && (received ?? 0) < (until ?? Infinity),
    )
    .filter((message) => after === null || compare(message, after) > 0);
  const messages = wanted.slice(0, limit);
  return { messages, next: wanted.length > limit ? cursorOf(messages.at(-1)) : null };
}

export function sizeOf({ confirmed, pending }: Thread): HistorySize {
  const all = [...confirmed, ...pending];
  return { messages: all.length, bytes: all.length === 0 ? 0 : JSON.stringify(all).length };
}

/** The oldest message that `retention` keeps; null if nothing goes. */
export function cutFor(thread: Thread, { since, bytes }: Retention): Message | null {
  const { confirmed } = thread;
  const { bytes: used } = sizeOf(thread);
  const tooOld = confirmed.filter(({ received }) => (received ?? 0) < (since ?? -Infinity)).length;
  const keeps =
    bytes === null || used <= bytes ? confirmed.length : Math.floor((confirmed.length * bytes) / used);
  const first = Math.min(Math.max(tooOld, confirmed.length - keeps), confirmed.length - alwaysKept);
  return first <= 0 ? null : (confirmed[first] ?? null);
}

export function searchIn({ confirmed, pending }: Thread, { terms, before, limit }: SearchQuery): SearchPage {
  const words = wordsOf(terms.text);
  const found = confirmed.filter((message) => isFound(message, terms, words)).reverse();
  const unsent = pending.filter((message) => isFound(message, terms, words)).reverse();
  const older = found.filter((message) => before === null || compare(message, before) < 0);
  const shown = older.slice(0, limit);
  return {
    matches: [...(before === null ? unsent : []), ...shown].map((message) => matchOf(message, words)),
    next: older.length > limit ? cursorOf(shown.at(-1)) : null,
    complete: true,
  };
}

export function countIn({ confirmed, pending }: Thread, terms: SearchTerms): MatchCount {
  const words = wordsOf(terms.text);
  const count = [...confirmed, ...pending].filter((message) => isFound(message, terms, words)).length;
  return { count: Math.min(count, mostCounted), more: count > mostCounted };
}

function isFound(message: Message, terms: SearchTerms, words: readonly string[]): boolean {
  const { author, kinds, since, until } = terms;
  if (words.length === 0 && author === null && kinds.length === 0 && since === null && until === null)
    return false;
  const text = fold(searchableTexts(message).join('\n'));
  const { received } = message;
  return (
    words.every((word) => text.includes(word)) &&
    (author === null || isBy(message, author)) &&
    (kinds.length === 0 || kinds.some((kind) => kind === message.content.kind)) &&
    (since === null || received === null || received >= since) &&
    (until === null || (received !== null && received < until))
  );
}

function isBy({ author }: Message, wanted: NonNullable<SearchTerms['author']>): boolean {
  if (author.kind !== wanted.kind) return false;
  if (author.kind === 'self' || wanted.kind === 'self' || wanted.name === null) return true;
  return fold(author.name ?? '') === fold(wanted.name);
}

function compare({ received, id }: Message, cursor: Cursor): number {
  if (received !== cursor.received) return (received ?? 0) - cursor.received;
  return (id ?? '') < cursor.id ? -1 : (id ?? '') > cursor.id ? 1 : 0;
}

function cursorOf(message: Message | undefined): Cursor | null {
  const { received = null, id = null } = message ?? {};
  return received === null || id === null ? null : { received, id };
}
