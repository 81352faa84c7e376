import { z } from 'zod';
import type { Failure, Result } from '../../contract/failure.ts';
import { ClientMessageId, ConversationId, EpochMs, MessageId } from '../../contract/ids.ts';
import type { AccountId } from '../../contract/ids.ts';
import { Message, Refusal } from '../../contract/model.ts';

/** Raw 256-bit database key, 64 hex characters. */
export type DatabaseKey = string;

/** Place of a confirmed message in the thread's order. */
export const Cursor = z.object({ received: EpochMs, id: MessageId }).readonly();
export type Cursor = z.infer<typeof Cursor>;

/** A stretch the service has and this device has not: everything after `after` and before `before`. */
export const Gap = z.object({ after: EpochMs, before: EpochMs }).readonly();
export type Gap = z.infer<typeof Gap>;

/** What is known about the thread as a whole. */
export const HistoryFacts = z
  .object({
    conversationId: ConversationId.nullable(),
    unreadCount: z.int().nonnegative(),
    /** When this device last knew the thread to be complete up to now. */
    lastUpdatedAt: EpochMs.nullable(),
    draft: z.string(),
    /** True once the first message of the conversation is stored. */
    reachedBeginning: z.boolean(),
    /** Oldest first. */
    gaps: z.array(Gap).readonly(),
  })
  .readonly();
export type HistoryFacts = z.infer<typeof HistoryFacts>;

/** One transaction's worth of change. Steps apply in the order of the fields. */
export const Change = z
  .object({
    /** Forget every message the service has confirmed; the outbox stays. Used when the thread became another one (merge). */
    dropConfirmed: z.boolean().optional(),
    /** Forget these messages (by key), in the outbox or not. */
    remove: z.array(z.string()).readonly().optional(),
    /**
     * Messages as the service has them. A row is known by its `id`, else by its client message id; a pending row so met
     * leaves the outbox and keeps its key. Status only moves forward.
     */
    confirm: z.array(Message).readonly().optional(),
    /** New outgoing messages; each gets the next outbox position. One already known by its key is left as it is. */
    enqueue: z.array(Message).readonly().optional(),
    /** Outgoing messages set aside (`failed`) or taken up again (`queued`), in place. */
    outbox: z
      .array(
        z
          .object({ key: z.string(), status: z.enum(['queued', 'failed']), refusal: Refusal.nullable() })
          .readonly(),
      )
      .readonly()
      .optional(),
    /** A send of this message was begun: from now on the service may have it, answer or not. */
    attempted: z.array(ClientMessageId).readonly().optional(),
    facts: HistoryFacts.unwrap().partial().readonly().optional(),
  })
  .readonly();
export type Change = z.infer<typeof Change>;

/** What a transaction came to: the rows as they are now. */
export const Committed = z
  .object({
    upserted: z.array(Message).readonly(),
    /** Keys. */
    removed: z.array(z.string()).readonly(),
    /** True after `dropConfirmed`: whoever holds a page must read again. */
    rewritten: z.boolean(),
    facts: HistoryFacts,
    /** Outgoing messages not yet accepted by the service, failed ones not counted. */
    waiting: z.int().nonnegative(),
  })
  .readonly();
export type Committed = z.infer<typeof Committed>;

export const HistoryPage = z
  .object({
    /** In thread order; outgoing messages not yet accepted come last, and only on the newest page. */
    messages: z.array(Message).readonly(),
    /** True if older messages are stored on this device. */
    hasOlder: z.boolean(),
  })
  .readonly();
export type HistoryPage = z.infer<typeof HistoryPage>;

export const OutboxItem = z
  .object({
    message: Message,
    /** True if a send was begun once: the service may already have it. */
    attempted: z.boolean(),
  })
  .readonly();
export type OutboxItem = z.infer<typeof OutboxItem>;

/** The history of one account, open. Every call is one request to the store process. */
export interface AccountHistory {
  /** All of `change`, durably, or nothing. */
  commit(change: Change): Promise<Result<Committed>>;
  /** The `limit` messages before `before`, or the newest if null. Cost does not grow with the history. */
  page(before: Cursor | null, limit: number): Promise<Result<HistoryPage>>;
  /** Outgoing messages with status `queued`, in order. */
  outbox(): Promise<Result<readonly OutboxItem[]>>;
  /** The newest confirmed message, or null. */
  newest(): Promise<Result<Cursor | null>>;
  /** No call succeeds after this. */
  close(): Promise<void>;
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
