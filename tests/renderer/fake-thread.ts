import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import { fold, wordsOf } from '../../contract/fold.ts';
import type { Cursor } from '../../contract/history.ts';
import type { RequestName } from '../../contract/channels.ts';
import type { Message } from '../../contract/model.ts';
import { requests } from '../../contract/requests.ts';
import type { Input, Output } from '../../contract/requests.ts';
import { matchOf, mostCounted, searchableTexts } from '../../contract/search.ts';
import type { SearchTerms } from '../../contract/search.ts';
import { compareMessages } from '../../contract/thread-order.ts';
import type { FakeSmooch } from './fake-smooch.ts';

const pageSize = 80;
const mostHeld = 480;
const resultsPerPage = 20;

/** How the fake reads: a long thread of which the page sees a stretch, and a search in all of it. */
export class FakeThread {
  /** All that is stored, in thread order; null while the fake holds no more than the page sees. */
  archive: readonly Message[] | null = null;
  /** What `search` says of itself. */
  complete = true;
  readonly #main: FakeSmooch;

  constructor(main: FakeSmooch) {
    this.#main = main;
  }

  /** Undefined: not a request about reading. */
  answer(name: RequestName, input: unknown): Result<unknown> | undefined {
    switch (name) {
      case 'search':
        return this.#search(requests.search.input.parse(input));
      case 'showMessage':
        return ok({ key: this.#around(requests.showMessage.input.parse(input).at) });
      case 'showOlder':
        return this.archive === null ? undefined : this.#grow('older');
      case 'showNewer':
        return this.archive === null ? undefined : this.#grow('newer');
      case 'showLatest':
        if (this.archive === null) return undefined;
        this.#show(this.archive.length - pageSize, this.archive.length);
        return ok();
      case 'countMatches': {
        const { terms } = requests.countMatches.input.parse(input);
        const words = wordsOf(terms.text);
        const { length } = this.#all().filter((message) => fits(message, terms, words));
        return ok({ count: Math.min(length, mostCounted), more: length > mostCounted });
      }
      case 'historySize':
        return ok({ messages: this.#all().length, bytes: 4_812_331 });
      case 'exportHistory':
        return this.#main.view.machine.allowExport ? ok({ saved: true }) : fail({ kind: 'forbidden' });
      default:
        return undefined;
    }
  }

  #all(): readonly Message[] {
    return this.archive ?? this.#main.view.thread.messages;
  }

  #around(at: Input<'showMessage'>['at']): string | null {
    const all = this.#all();
    const found = all.findIndex(({ id, received }) =>
      typeof at === 'number'
        ? received !== null && received >= at
        : id === (typeof at === 'string' ? at : at.id),
    );
    const index = found < 0 && typeof at === 'number' ? all.length - 1 : found;
    if (index < 0) return null;
    if (this.archive !== null) this.#show(index - pageSize, index + pageSize);
    return all[index]?.key ?? null;
  }

  #show(from: number, to: number): void {
    const all = this.#all();
    const { thread } = this.#main.view;
    const start = Math.max(0, from);
    this.#main.push(
      {},
      {
        kind: 'replace',
        thread: {
          ...thread,
          messages: all.slice(start, to),
          older: start > 0 ? 'more' : 'beginning',
          newer: to < all.length,
        },
      },
    );
  }

  #grow(side: 'older' | 'newer'): Result<void> {
    const all = this.#all();
    const { messages, conversationId, gaps } = this.#main.view.thread;
    const first = all.findIndex(({ key }) => key === messages[0]?.key);
    const last = first + messages.length;
    const from =
      side === 'older' ? Math.max(0, first - pageSize) : Math.max(first, last + pageSize - mostHeld);
    const to = side === 'newer' ? Math.min(all.length, last + pageSize) : Math.min(last, from + mostHeld);
    const kept = new Set(all.slice(from, to).map(({ key }) => key));
    this.#main.push(
      {},
      {
        kind: 'update',
        upsert: all.slice(from, to).filter(({ key }) => !messages.some((known) => known.key === key)),
        remove: messages.filter(({ key }) => !kept.has(key)).map(({ key }) => key),
        older: from > 0 ? 'more' : 'beginning',
        newer: to < all.length,
        gaps,
        conversationId,
      },
    );
    return ok();
  }

  #search({ terms, before }: Input<'search'>): Result<Output<'search'>> {
    const words = wordsOf(terms.text);
    const hits = this.#all().filter((message) => fits(message, terms, words));
    const newestFirst = hits.sort((one, other) => compareMessages(other, one));
    const left = newestFirst.filter((message) => before === null || isBefore(message, before));
    const page = left.slice(0, resultsPerPage);
    const last = page.at(-1);
    const next =
      left.length > page.length && last !== undefined && last.received !== null && last.id !== null
        ? { received: last.received, id: last.id }
        : null;
    return ok({
      matches: page.map((message) => matchOf(message, words)),
      next,
      complete: this.complete,
    });
  }
}

function fits(message: Message, terms: SearchTerms, words: readonly string[]): boolean {
  const { author, kinds, since, until } = terms;
  if (words.length === 0 && author === null && kinds.length === 0 && since === null && until === null)
    return false;
  if (author !== null && author.kind !== message.author.kind) return false;
  if (author?.kind === 'business' && author.name !== null)
    if (message.author.kind !== 'business' || message.author.name !== author.name) return false;
  if (kinds.length > 0 && !kinds.some((kind) => kind === message.content.kind)) return false;
  const { received } = message;
  if (since !== null && (received === null || received < since)) return false;
  if (until !== null && (received === null || received >= until)) return false;
  const text = fold(searchableTexts(message).join('\n'));
  return words.every((word) => text.includes(word));
}

function isBefore({ received, id }: Message, cursor: Cursor): boolean {
  if (received === null || id === null) return false;
  return received < cursor.received || (received === cursor.received && id < cursor.id);
}
