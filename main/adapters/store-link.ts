import { randomUUID } from 'node:crypto';
import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { Change, Committed, Cursor, Retention } from '../../contract/history.ts';
import type { MatchCount, SearchPage, SearchQuery, SearchTerms } from '../../contract/search.ts';
import type { StoreOp, StoreOpened, StorePlace, StoreValue } from '../../contract/store-protocol.ts';
import type { AccountHistory, AccountMedia, HistorySpan, Kept } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import { countInSteps, searchInSteps } from './search-steps.ts';
import { mediaThrough } from './store-media.ts';
import type { StoreInput, StoreProcess } from './store-process.ts';

const failed = fail({ kind: 'storage', reason: 'failed' });

/** Deaths in a row, without one request answered between them, after which nothing is started on our own account. */
const deathsBeforeRest = 3;
/**
 * Processes that may die over one request: one more could be its own fault. Whoever is told that a commit failed tries again
 * as if it had not been made, so it is not said lightly.
 */
const mostTries = 4;
/** Processes that may die while they open, before they have been asked anything: it is not held against the request. */
const openings = 2;
/** As many when a request may have been carried out already: "failed" would be a lie, and waiting costs only time. */
const openingsInDoubt = 20;

/**
 * An open history and the process behind it. The process may die at any moment: another one opens the same files at once,
 * and the one request under way is asked again. Requests go one at a time, so never more than one is in doubt; a commit
 * carries an id, by which the store knows one it has already made.
 */
export class StoreLink implements AccountHistory {
  readonly #place: StorePlace;
  readonly #start: () => StoreProcess;
  readonly #log: Log;
  readonly #searchPatienceMs: number;
  readonly media: AccountMedia = mediaThrough((op, input) => this.#ask(op, input));
  #process: StoreProcess | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  #deaths = 0;
  /**
   * A restart found the file unreadable, or a commit is in doubt: whoever holds a page is told with the next commit, and
   * reads again.
   */
  #rewritten = false;

  constructor(place: StorePlace, start: () => StoreProcess, log: Log, searchPatienceMs = 300) {
    this.#searchPatienceMs = searchPatienceMs;
    this.#place = place;
    this.#start = start;
    this.#log = log;
  }

  /** The process of this moment. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** To be called once, before anything else. If it fails, there is nothing to close. */
  open(pageSize: number): Promise<Result<StoreOpened>> {
    return this.#inTurn(async () => {
      // A process started ahead may have died on the shelf.
      const opened = (await this.#opened(pageSize, false)) ?? (await this.#opened(pageSize, false)) ?? failed;
      if (!opened.ok) this.#closed = true;
      return opened;
    });
  }

  async commit(change: Change): Promise<Result<Committed>> {
    const answer = await this.#ask('commit', { commitId: randomUUID(), change });
    if (!answer.ok) {
      // It may have been made by a process that did not live to say so, and nobody was told what it changed.
      if (this.#deaths > 0) this.#rewritten = true;
      return answer;
    }
    const rewritten = answer.value.rewritten || this.#rewritten;
    this.#rewritten = false;
    return ok({ ...answer.value, rewritten });
  }

  page(before: StoreInput<'page'>['before'], limit: number): Promise<Result<StoreValue<'page'>>> {
    return this.#ask('page', { before, limit });
  }

  after(after: StoreInput<'after'>['after'], limit: number): Promise<Result<StoreValue<'after'>>> {
    return this.#ask('after', { after, limit });
  }

  around(at: StoreInput<'around'>['at'], limit: number): Promise<Result<StoreValue<'around'>>> {
    return this.#ask('around', { at, limit });
  }

  /** Between the steps of a search it is others' turn. */
  search(query: SearchQuery): Promise<Result<SearchPage>> {
    return searchInSteps(query, (step) => this.#ask('search', step), this.#searchPatienceMs);
  }

  countMatches(terms: SearchTerms): Promise<Result<MatchCount>> {
    return countInSteps(terms, (step) => this.#ask('search', step), this.#searchPatienceMs);
  }

  range(
    span: HistorySpan,
    after: StoreInput<'range'>['after'],
    limit: number,
  ): Promise<Result<StoreValue<'range'>>> {
    return this.#ask('range', { ...span, after, limit });
  }

  size(): Promise<Result<StoreValue<'size'>>> {
    return this.#ask('size', {});
  }

  /** In pieces, between which it is others' turn. */
  async keep(keep: Retention): Promise<Result<Kept>> {
    const cut = await this.#ask('cut', { keep });
    if (!cut.ok) return cut;
    const removed = cut.value === null ? ok(0) : await this.#forget(cut.value);
    if (!removed.ok) return removed;
    const committed = await this.commit({});
    if (!committed.ok) return committed;
    const size = await this.size();
    if (!size.ok) return size;
    const rewritten = removed.value > 0 || committed.value.rewritten;
    return ok({ removed: removed.value, committed: { ...committed.value, rewritten }, size: size.value });
  }

  outbox(): Promise<Result<StoreValue<'outbox'>>> {
    return this.#ask('outbox', {});
  }

  message(key: string): Promise<Result<StoreValue<'message'>>> {
    return this.#ask('message', { key });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#inTurn(async () => {
      // A clean end empties the write-ahead log; a killed store loses nothing, it only leaves more to read next time.
      await this.#process?.ask('close', {});
      await this.#process?.end();
      this.#process = null;
    });
  }

  /** @returns how many messages went */
  async #forget(before: Cursor): Promise<Result<number>> {
    let removed = 0;
    for (;;) {
      const step = await this.#ask('forget', { before });
      if (!step.ok) return step;
      removed += step.value;
      if (step.value === 0) break;
    }
    for (;;) {
      const tended = await this.#ask('tend', {});
      if (!tended.ok) return tended;
      if (!tended.value) return ok(removed);
    }
  }

  #ask<O extends StoreOp>(op: O, input: StoreInput<O>): Promise<Result<StoreValue<O>>> {
    if (this.#closed) return Promise.resolve(failed);
    return this.#inTurn(async () => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const answer = await this.#askOnce(op, input, tries === 0 ? openings : openingsInDoubt);
        if (answer !== null) return answer;
      }
      return failed;
    });
  }

  /** @returns null if the process died over it */
  async #askOnce<O extends StoreOp>(
    op: O,
    input: StoreInput<O>,
    mayDie: number,
  ): Promise<Result<StoreValue<O>> | null> {
    if (this.#process === null || this.#process.isGone) {
      const again = await this.#reopened(mayDie);
      if (!again.ok) return again;
    }
    const answer = (await this.#process?.ask(op, input)) ?? null;
    if (answer === null) this.#deaths += 1;
    else this.#deaths = 0;
    return answer;
  }

  /** @param mayDie so many may die while they open */
  async #reopened(mayDie: number): Promise<Result<StoreOpened>> {
    // What was only in memory died with its process.
    if (this.#place.kind === 'memory') return failed;
    let answer: Result<StoreOpened> | null = null;
    for (let dead = 0; answer === null && dead < mayDie; dead += 1) answer = await this.#opened(0, true);
    const opened = answer ?? failed;
    this.#log.warn('store.restarted', { ok: opened.ok, deaths: this.#deaths });
    if (opened.ok && opened.value.setAside) this.#rewritten = true;
    return opened;
  }

  /** @returns null if the process died over it */
  async #opened(pageSize: number, isAgain: boolean): Promise<Result<StoreOpened> | null> {
    const process = this.#start();
    const answer = await process.ask('open', { place: this.#place, pageSize, isAgain });
    if (answer === null || !answer.ok) {
      this.#deaths += 1;
      await process.end();
      return answer;
    }
    this.#process = process;
    void process.gone.then(() => this.#afterDeath(process));
    return answer;
  }

  /** Be back before anybody asks. After repeated deaths wait until somebody does. */
  #afterDeath(process: StoreProcess): void {
    if (this.#closed || this.#deaths >= deathsBeforeRest) return;
    void this.#inTurn(async () => {
      if (!this.#closed && this.#process === process) await this.#reopened(openings);
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(act);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
