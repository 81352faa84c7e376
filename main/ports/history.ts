import type { Failure, Result } from '../../contract/failure.ts';
import type {
  Change,
  Committed,
  Cursor,
  HistoryFacts,
  HistoryPage,
  HistoryRange,
  HistorySize,
  HistoryWindow,
  OutboxItem,
  Retention,
} from '../../contract/history.ts';
import type { AccountId, EpochMs } from '../../contract/ids.ts';
import type { MediaName } from '../../contract/media.ts';
import type { Message } from '../../contract/model.ts';
import type { MatchCount, SearchPage, SearchQuery, SearchTerms } from '../../contract/search.ts';

/** The words of the history are shared with the store process, so their schemas live in `contract/`. */
export {
  Change,
  Committed,
  Cursor,
  Gap,
  HistoryFacts,
  HistoryPage,
  HistoryRange,
  HistorySize,
  HistoryWindow,
  OutboxItem,
  Retention,
} from '../../contract/history.ts';
export {
  type MatchCount,
  SearchPage,
  SearchTerms,
  type SearchMatch,
  type SearchQuery,
} from '../../contract/search.ts';

/** Raw 256-bit database key, 64 hex characters. */
export type DatabaseKey = string;

/** The history of one account, open. Every call is one request to the store process. */
export interface AccountHistory {
  /** All of `change`, durably, or nothing. */
  commit(change: Change): Promise<Result<Committed>>;
  /** The `limit` messages before `before`, or the newest if null. Cost does not grow with the history. */
  page(before: Cursor | null, limit: number): Promise<Result<HistoryPage>>;
  /** The `limit` messages after `cursor`. Cost does not grow with the history, here and below. */
  after(cursor: Cursor, limit: number): Promise<Result<HistoryWindow>>;
  /**
   * A stretch of `limit` messages with a place in the middle of it, as far as there are enough on both sides: that of the
   * message at a cursor, or of the first one received at a time or after it.
   */
  around(at: Cursor | EpochMs, limit: number): Promise<Result<HistoryWindow>>;
  /**
   * Find what is stored on this device. Takes at most about a third of a second and says what it has found by then; commits
   * do not wait for it.
   */
  search(query: SearchQuery): Promise<Result<SearchPage>>;
  /** How many there are. Says what it has counted when as much time has gone. */
  countMatches(terms: SearchTerms): Promise<Result<MatchCount>>;
  /** Confirmed messages received from `since` until before `until`, from the first one on, or after the cursor. */
  range(span: HistorySpan, after: Cursor | null, limit: number): Promise<Result<HistoryRange>>;
  size(): Promise<Result<HistorySize>>;
  /**
   * Let go what `retention` does not keep, and give the room back. Commits and reads take their turn in between; being killed
   * in the middle leaves some of it for the next time. The facts then say that older messages are the service's to give.
   */
  keep(retention: Retention): Promise<Result<Kept>>;
  /** Outgoing messages with status `queued`, in order. */
  outbox(): Promise<Result<readonly OutboxItem[]>>;
  /** One message, by its key or else by the service's id; null if it is not stored. */
  message(name: string): Promise<Result<Message | null>>;
  readonly media: AccountMedia;
  /** No call succeeds after this. */
  close(): Promise<void>;
}

/**
 * What pictures, sounds and files of messages consist of: it rests encrypted beside the history, and goes when its message
 * goes. What the service has too is a cache, and may be gone at any time.
 */
export interface AccountMedia {
  /**
   * Keep `bytes` (at least one) durably, in the place of what was kept under that name; commits take their turn in between.
   *
   * @param unsent nobody else has it: it stays until its message is confirmed or gone
   */
  put(name: MediaName, bytes: Uint8Array, unsent: boolean): Promise<Result<void>>;
  /** How many bytes there are of it; null if there are none. Those found last are let go last. */
  find(name: MediaName): Promise<Result<number | null>>;
  /** Up to `length` bytes from `from` on, fewer at the end; null if it is not there. */
  read(name: MediaName, from: number, length: number): Promise<Result<Uint8Array | null>>;
  /** All media of a message. */
  drop(key: string): Promise<Result<void>>;
}

/** Null is without a bound. */
export interface HistorySpan {
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
}

/** What a retention came to. */
export interface Kept {
  readonly removed: number;
  /** The history as it is now; to be announced as every commit is if anything was removed. */
  readonly committed: Committed;
  readonly size: HistorySize;
}

export interface OpenedHistory {
  readonly history: AccountHistory;
  readonly facts: HistoryFacts;
  readonly page: HistoryPage;
  readonly waiting: number;
  /** True if the file was unreadable and was set aside; what could be saved of the outbox and the draft is in the new one. */
  readonly setAside: boolean;
}

export interface Erased {
  readonly files: number;
  readonly bytes: number;
  /** Files still there when looked for again. */
  readonly remaining: number;
}

/** The encrypted histories of this device, one file set per account. */
export interface Histories {
  /**
   * Open the history of `account`, making it if there is none, and read its newest page in the same step.
   * Fails with `storage`; a wrong key is never taken for a corrupt file.
   */
  open(account: AccountId, key: DatabaseKey, pageSize: number): Promise<Result<OpenedHistory>>;
  /** A history that touches no disk and is gone when closed. */
  openInMemory(pageSize: number): Promise<Result<OpenedHistory>>;
  /** Whether files of this account exist, readable or not. */
  exists(account: AccountId): Promise<boolean>;
  /** Remove every file of this account and look again. Its history must be closed. */
  erase(account: AccountId): Promise<Erased>;
}

export type StorageFailure = Extract<Failure, { kind: 'storage' }>;
