import { fail, type Result } from '../../contract/failure.ts';
import type { AccountId, Epoch, EpochMs } from '../../contract/ids.ts';
import type {
  AccountHistory,
  AccountMedia,
  Change,
  Committed,
  Cursor,
  HistorySpan,
  Kept,
  Retention,
  SearchQuery,
  SearchTerms,
} from '../ports/history.ts';
import type { KnownSpeaker, Speaker } from '../ports/service.ts';
import type { ScopedHistory, SessionScope } from '../ports/session-scope.ts';
import { createSignal, type Signal } from '../ports/signal.ts';
import type { AccountRecord } from './accounts.ts';

/** Who a record speaks as. */
export function speakerOf(record: AccountRecord): Speaker {
  return { clientId: record.clientId, userId: record.userId, credential: record.credential };
}

export function knownSpeakerOf(record: AccountRecord): KnownSpeaker | null {
  const { appUserId, credential } = record;
  if (appUserId === null || credential === null) return null;
  return { clientId: record.clientId, userId: record.userId, appUserId, credential };
}

/** The one implementation of `SessionScope`. `end()` shuts every door of it at once. */
export class LiveScope implements SessionScope {
  readonly epoch: Epoch;
  readonly account: AccountId;
  readonly signal: Signal;
  readonly history: ScopedHistory;
  readonly #abort: () => void;
  readonly #record: () => AccountRecord;
  readonly #createUser: () => Promise<Result<KnownSpeaker>>;
  #creating: Promise<Result<KnownSpeaker>> | null = null;

  constructor(deps: {
    epoch: Epoch;
    account: AccountId;
    history: AccountHistory;
    /** The account's record as of now. */
    record: () => AccountRecord;
    createUser: (scope: LiveScope) => Promise<Result<KnownSpeaker>>;
  }) {
    const { signal, abort } = createSignal();
    this.epoch = deps.epoch;
    this.account = deps.account;
    this.signal = signal;
    this.#abort = abort;
    this.#record = deps.record;
    this.#createUser = () => deps.createUser(this);
    this.history = new GuardedHistory(deps.history, signal);
  }

  speaker(): Speaker {
    return speakerOf(this.#record());
  }

  knownSpeaker(): KnownSpeaker | null {
    return knownSpeakerOf(this.#record());
  }

  ensureUser(): Promise<Result<KnownSpeaker>> {
    const known = this.knownSpeaker();
    if (known !== null) return Promise.resolve({ ok: true, value: known });
    this.#creating ??= this.#createUser().finally(() => {
      this.#creating = null;
    });
    return this.#creating;
  }

  end(): void {
    this.#abort();
  }
}

/**
 * A history that takes nothing once its session has ended, and answers `sessionOver` to reads begun before. A commit begun
 * before tells the truth about what is on disk, but announces nothing.
 */
class GuardedHistory implements ScopedHistory {
  readonly #history: AccountHistory;
  readonly #signal: Signal;
  readonly #listeners: ((committed: Committed) => void)[] = [];

  constructor(history: AccountHistory, signal: Signal) {
    this.#history = history;
    this.#signal = signal;
  }

  async commit(change: Change): Promise<Result<Committed>> {
    if (this.#signal.aborted) return fail({ kind: 'sessionOver' });
    const answer = await this.#history.commit(change);
    if (answer.ok) this.#announce(answer.value);
    return answer;
  }

  page(before: Cursor | null, limit: number) {
    return this.#guard(() => this.#history.page(before, limit));
  }

  after(cursor: Cursor, limit: number) {
    return this.#guard(() => this.#history.after(cursor, limit));
  }

  around(at: Cursor | EpochMs, limit: number) {
    return this.#guard(() => this.#history.around(at, limit));
  }

  search(query: SearchQuery) {
    return this.#guard(() => this.#history.search(query));
  }

  countMatches(terms: SearchTerms) {
    return this.#guard(() => this.#history.countMatches(terms));
  }

  range(span: HistorySpan, after: Cursor | null, limit: number) {
    return this.#guard(() => this.#history.range(span, after, limit));
  }

  size() {
    return this.#guard(() => this.#history.size());
  }

  async keep(retention: Retention): Promise<Result<Kept>> {
    if (this.#signal.aborted) return fail({ kind: 'sessionOver' });
    const answer = await this.#history.keep(retention);
    if (answer.ok && answer.value.removed > 0) this.#announce(answer.value.committed);
    return answer;
  }

  outbox() {
    return this.#guard(() => this.#history.outbox());
  }

  message(key: string) {
    return this.#guard(() => this.#history.message(key));
  }

  get media(): AccountMedia {
    const { media } = this.#history;
    return {
      put: (name, bytes, unsent) => this.#guard(() => media.put(name, bytes, unsent)),
      find: (name) => this.#guard(() => media.find(name)),
      read: (name, from, length) => this.#guard(() => media.read(name, from, length)),
      drop: (key) => this.#guard(() => media.drop(key)),
    };
  }

  onCommitted(listener: (committed: Committed) => void): void {
    this.#listeners.push(listener);
  }

  #announce(committed: Committed): void {
    if (!this.#signal.aborted) for (const listener of this.#listeners) listener(committed);
  }

  async #guard<T>(ask: () => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#signal.aborted) return fail({ kind: 'sessionOver' });
    const answer = await ask();
    return this.#signal.aborted ? fail({ kind: 'sessionOver' }) : answer;
  }
}
