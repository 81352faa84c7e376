import { ok } from '../../contract/failure.ts';
import type { Failure, Result } from '../../contract/failure.ts';
import type { Cursor } from '../../contract/history.ts';
import type { MatchCount, SearchMatch, SearchPage, SearchTerms } from '../../contract/search.ts';

/** Between the last key and the question: a fast typist is not asked for every letter. */
export const searchDelayMs = 80;
/** Messages of an older version of the app become searchable meanwhile. */
export const askAgainMs = 2_000;

export type Findings = {
  /** What this is the answer to; null while nothing was looked for. */
  readonly terms: SearchTerms | null;
  /** Newest first. */
  readonly matches: readonly SearchMatch[];
  /** Null until it is known: what was found is shown before all of it is counted. */
  readonly total: MatchCount | null;
  readonly complete: boolean;
  readonly hasMore: boolean;
  /** A question is under way, or about to be asked. */
  readonly busy: boolean;
  readonly failure: Failure | null;
};

export const nothingLookedFor: Findings = {
  terms: null,
  matches: [],
  total: null,
  complete: true,
  hasMore: false,
  busy: false,
  failure: null,
};

type Deps = {
  readonly ask: (terms: SearchTerms, before: Cursor | null) => Promise<Result<SearchPage>>;
  readonly count: (terms: SearchTerms) => Promise<Result<MatchCount>>;
  readonly after: (delayMs: number, task: () => void) => () => void;
};

/**
 * One search as it is typed. The newest question wins: an answer to an older one is dropped, however late it comes. What was
 * found before stays on the screen until the next answer is here. Nothing of it is kept anywhere else.
 */
export class Searching {
  readonly #deps: Deps;
  readonly #listeners = new Set<() => void>();
  #findings: Findings = nothingLookedFor;
  #wanted: SearchTerms | null = null;
  #next: Cursor | null = null;
  /** Counts the questions; an answer belongs to the one of its number. */
  #turn = 0;
  #cancel: () => void = () => undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly current = (): Findings => this.#findings;

  look(terms: SearchTerms): void {
    this.#turn += 1;
    this.#cancel();
    this.#wanted = terms;
    this.#next = null;
    if (isNothing(terms)) return this.#become(nothingLookedFor);
    this.#become({ ...this.#findings, busy: true });
    this.#cancel = this.#deps.after(searchDelayMs, () => void this.#begin(terms));
  }

  /** The next page, if there is one and none is under way. */
  readonly more = (): void => {
    const { busy, terms } = this.#findings;
    if (busy || terms === null || this.#next === null) return;
    this.#become({ ...this.#findings, busy: true });
    void this.#goOn(terms, this.#turn);
  };

  stop(): void {
    this.#turn += 1;
    this.#cancel();
    this.#listeners.clear();
  }

  async #begin(terms: SearchTerms): Promise<void> {
    const turn = this.#turn;
    const answer = await this.#deps.ask(terms, null);
    if (turn !== this.#turn) return;
    if (!answer.ok) return this.#become({ ...nothingLookedFor, terms, failure: answer.failure });
    const { matches, next, complete } = answer.value;
    const isAgain = this.#findings.terms === terms;
    this.#next = next;
    const found = { terms, matches, complete, hasMore: next !== null, failure: null };
    if (!complete) this.#cancel = this.#deps.after(askAgainMs, () => void this.#again());
    const isThere = matches.length > 0 || next === null;
    this.#become({ ...found, total: isAgain ? this.#findings.total : null, busy: !isThere });
    if (!isThere) await this.#goOn(terms, turn);
    if (turn === this.#turn && this.#findings.failure === null) await this.#count(terms, turn);
  }

  async #count(terms: SearchTerms, turn: number): Promise<void> {
    const { matches } = this.#findings;
    const all = { count: matches.length, more: false };
    const counted = this.#next === null ? ok(all) : await this.#deps.count(terms);
    // Without a number it is still a list.
    if (turn === this.#turn && counted.ok) this.#become({ ...this.#findings, total: counted.value });
  }

  /** Until something came, or the end: a page may be empty and yet not the last. */
  async #goOn(terms: SearchTerms, turn: number): Promise<void> {
    while (this.#next !== null) {
      const answer = await this.#deps.ask(terms, this.#next);
      if (turn !== this.#turn) return;
      if (!answer.ok) return this.#become({ ...this.#findings, busy: false, failure: answer.failure });
      this.#next = answer.value.next;
      const { matches } = this.#findings;
      const known = new Set(matches.map(({ message }) => message.key));
      const fresh = answer.value.matches.filter(({ message }) => !known.has(message.key));
      const hasMore = this.#next !== null;
      this.#become({ ...this.#findings, matches: [...matches, ...fresh], hasMore, busy: hasMore });
      if (fresh.length > 0) break;
    }
    this.#become({ ...this.#findings, busy: false });
  }

  /** Only while nobody has gone on in the list: it would be shortened under their eyes. */
  async #again(): Promise<void> {
    const { busy, terms, matches } = this.#findings;
    if (terms === null || terms !== this.#wanted || busy || matches.length > 100) return;
    await this.#begin(terms);
  }

  #become(findings: Findings): void {
    this.#findings = findings;
    for (const listener of this.#listeners) listener();
  }
}

/** Neither a word nor a filter: the store would find nothing. */
export function isNothing({ text, author, kinds, since, until }: SearchTerms): boolean {
  return text.trim() === '' && author === null && kinds.length === 0 && since === null && until === null;
}
