import { z } from 'zod';
import { ClientMessageId, ConversationId, EpochMs, MessageId } from './ids.ts';
import { Message, Profile, Refusal } from './model.ts';

/** Place of a confirmed message in the thread's order. */
export const Cursor = z.object({ received: EpochMs, id: MessageId }).readonly();
export type Cursor = z.infer<typeof Cursor>;

/**
 * A stretch the service has and this device has not: everything after `after` and before `before`. `untilKnown`: something
 * was inserted further up (a merge), nobody knows how far; it ends where a whole page brings nothing new.
 */
export const Gap = z.object({ after: EpochMs, before: EpochMs, untilKnown: z.boolean() }).readonly();
export type Gap = z.infer<typeof Gap>;

/** What is known about the thread as a whole. */
export const HistoryFacts = z
  .object({
    conversationId: ConversationId.nullable(),
    unreadCount: z.int().nonnegative(),
    /** When this device last knew the thread to be complete up to now. */
    lastUpdatedAt: EpochMs.nullable(),
    /**
     * The thread is stored without a hole up to this service time (the listed gaps apart). Only catch-up and live events
     * move it: an own message that was accepted meanwhile says nothing about what others wrote before it.
     */
    syncedTo: EpochMs.nullable(),
    /**
     * The same as the service itself has said when it was asked, and no event: one of them may have been lost on a line that
     * stood. Null: never asked since the thread is this one.
     */
    wholeTo: EpochMs.nullable(),
    /**
     * The last merge that this device knows of: what came with it is stored, or listed as a gap, from the first message here on.
     * Null: none that the service told of.
     */
    mergedAt: EpochMs.nullable(),
    draft: z.string(),
    /** True once the first message of the conversation is stored. */
    reachedBeginning: z.boolean(),
    /** Oldest first. */
    gaps: z.array(Gap).readonly(),
    /**
     * Messages received before this were let go here to save room (`reachedBeginning` is false then); the service still has
     * them. Older ones fetched again since may be stored all the same.
     */
    keptFrom: EpochMs.nullable(),
    /** The business has seen everything received up to here, as far as is known; it never goes back. Such own messages are `seen`. */
    seenUpTo: EpochMs.nullable(),
    /** Read here up to this service time, of which the service has not heard yet; null: it knows what is read. */
    readUntold: EpochMs.nullable(),
    /** What was said of the person and the service has not heard yet. */
    untoldProfile: Profile,
  })
  .readonly();
export type HistoryFacts = z.infer<typeof HistoryFacts>;

/** A thread of which nothing is known yet. */
export const noFacts: HistoryFacts = {
  conversationId: null,
  unreadCount: 0,
  lastUpdatedAt: null,
  syncedTo: null,
  wholeTo: null,
  mergedAt: null,
  draft: '',
  reachedBeginning: false,
  gaps: [],
  keptFrom: null,
  seenUpTo: null,
  readUntold: null,
  untoldProfile: {},
};

/** A message as the service has it: it has the service's id and time. */
const Confirmed = Message.refine(({ id, received }) => id !== null && received !== null);

/** A message the service has not accepted yet. */
const Outgoing = Message.refine(
  ({ id, received, status }) =>
    id === null && received === null && (status === 'queued' || status === 'failed'),
);

/** One transaction's worth of change. Steps apply in the order of the fields. An empty one changes nothing. */
export const Change = z
  .object({
    /**
     * Forget every message the service has confirmed, and `wholeTo`, `mergedAt`, `keptFrom`, `seenUpTo` and `readUntold` along; the
     * outbox stays. Used when the thread became another one (merge).
     */
    dropConfirmed: z.boolean().optional(),
    /** Forget these messages (by key), in the outbox or not. */
    remove: z.array(z.string()).readonly().optional(),
    /** Forget these messages, which the service had accepted and has deleted. */
    deleted: z.array(MessageId).readonly().optional(),
    /**
     * Messages as the service has them. A row is known by its `id`, else by its client message id; a pending row so met
     * leaves the outbox and keeps its key. If both are known as two rows, they become one under the key of the row with
     * that client message id. If the service accepted one client message id twice, the earlier one stands. Status only
     * moves forward; what the service does not say (`composedAt`, `clientMessageId`) stays.
     */
    confirm: z.array(Confirmed).readonly().optional(),
    /**
     * New outgoing messages; each gets the next outbox position. One already known, by its key or its client message id,
     * is left as it is.
     */
    enqueue: z.array(Outgoing).readonly().optional(),
    /** Outgoing messages set aside (`failed`) or taken up again (`queued`), in place. */
    outbox: z
      .array(
        z
          .object({
            key: z.string(),
            status: z.enum(['queued', 'failed']),
            refusal: Refusal.nullable(),
            /** The service has said that it did not take it: as if no send had been begun. */
            refused: z.literal(true).optional(),
          })
          .readonly(),
      )
      .readonly()
      .optional(),
    /** Another text for outgoing messages, in place. One that was accepted or attempted is left as it is. */
    reword: z
      .array(z.object({ key: z.string(), text: z.string().min(1) }).readonly())
      .readonly()
      .optional(),
    /** A send of this message was begun: from now on the service may have it, answer or not. */
    attempted: z.array(ClientMessageId).readonly().optional(),
    facts: HistoryFacts.unwrap().partial().readonly().optional(),
  })
  .readonly();
export type Change = z.infer<typeof Change>;

/** What a transaction came to. */
export const Committed = z
  .object({
    /** The rows that changed, as they are now, in thread order. */
    upserted: z.array(Message).readonly(),
    /** Keys of rows that are gone, those of `dropConfirmed` not listed. */
    removed: z.array(z.string()).readonly(),
    /** Whoever holds a page must read again: after `dropConfirmed`, or if an unreadable file was set aside just now. */
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

/** A stretch out of the middle of the thread. */
export const HistoryWindow = z
  .object({
    /** In thread order; outgoing messages not yet accepted come last, and only if nothing newer is stored. */
    messages: z.array(Message).readonly(),
    hasOlder: z.boolean(),
    /** True if newer confirmed messages are stored on this device. */
    hasNewer: z.boolean(),
  })
  .readonly();
export type HistoryWindow = z.infer<typeof HistoryWindow>;

export const HistorySize = z
  .object({
    /** All that are stored, those in the outbox too. */
    messages: z.int().nonnegative(),
    /** On disk, everything of the account counted: index, write-ahead log, spare copy. */
    bytes: z.int().nonnegative(),
  })
  .readonly();
export type HistorySize = z.infer<typeof HistorySize>;

/** So many of the newest confirmed messages are kept whatever the retention says: there is always something to show. */
export const alwaysKept = 50;

/** How much of a history is kept. The outbox, the draft and the newest messages are, whatever it says. */
export const Retention = z
  .object({
    /** Messages received before this go; the caller counts the days. */
    since: EpochMs.nullable(),
    /** The oldest go until the rest takes about this much on disk. */
    bytes: z.int().nonnegative().nullable(),
  })
  .readonly();
export type Retention = z.infer<typeof Retention>;

/** A stretch of confirmed messages in thread order, to be read from its beginning to its end. */
export const HistoryRange = z
  .object({
    messages: z.array(Message).readonly(),
    /** Where to go on, null at the end. */
    next: Cursor.nullable(),
  })
  .readonly();
export type HistoryRange = z.infer<typeof HistoryRange>;

export const OutboxItem = z
  .object({
    message: Message,
    /** True if a send was begun once: the service may already have it. */
    attempted: z.boolean(),
  })
  .readonly();
export type OutboxItem = z.infer<typeof OutboxItem>;
