import type { Change } from '../contract/history.ts';
import type { ClientMessageId, EpochMs, MessageId } from '../contract/ids.ts';
import type { Content, Message, MessageStatus } from '../contract/model.ts';
import { compareMessages } from '../contract/thread-order.ts';
import type { MessageTable } from './message-table.ts';
import type { Stored } from './rows.ts';

/** So many rows are looked at when it is heard for the first time what was seen: nobody scrolls up for a tick. */
const mostSeen = 2_000;

/** What the business has seen, before this change and with it; null is nothing. */
export interface Seen {
  readonly before: EpochMs | null;
  readonly upTo: EpochMs | null;
}

/**
 * One change on its way into the table, inside one transaction: what each step means, and which rows it made different.
 * The meaning is told in `contract/history.ts`.
 */
export class Changing {
  readonly #table: MessageTable;
  /** How each row was before it was first touched, and how it is now, by key; null if it was not, or is not, there. */
  readonly #rows = new Map<string, { readonly before: Stored | null; readonly now: Stored | null }>();

  /** The business has seen what was received up to here. */
  readonly #seen: Seen;

  constructor(table: MessageTable, seen: Seen) {
    this.#table = table;
    this.#seen = seen;
  }

  apply(change: Change): void {
    if (change.dropConfirmed === true) this.#table.removeAccepted();
    for (const key of change.remove ?? []) this.#remove(key);
    for (const id of change.deleted ?? []) this.#delete(id);
    for (const message of change.confirm ?? []) this.#confirm(message);
    for (const message of change.enqueue ?? []) this.#enqueue(message);
    for (const step of change.outbox ?? []) this.#redirect(step);
    for (const step of change.reword ?? []) this.#reword(step);
    for (const id of change.attempted ?? []) this.#attempted(id);
    this.#see();
  }

  /** What came of it. */
  outcome(): { upserted: Message[]; removed: string[]; outbox: string[] } {
    const rows = [...this.#rows].map(([key, row]) => ({ key, ...row }));
    return {
      upserted: rows
        .filter(({ before, now }) => !same(before?.message, now?.message))
        .flatMap(({ now }) => (now === null ? [] : [now.message]))
        .sort(compareMessages),
      removed: rows
        .filter(({ before, now }) => before !== null && now === null)
        .map(({ key }) => key)
        .sort(),
      outbox: rows
        .filter(({ before, now }) => (isPending(before) || isPending(now)) && !same(before, now))
        .map(({ key }) => key),
    };
  }

  #delete(id: MessageId): void {
    const stored = this.#table.byId(id);
    if (stored !== null) this.#remove(stored.message.key);
  }

  #confirm(message: Message): void {
    const byId = message.id === null ? null : this.#table.byId(message.id);
    const byClient =
      message.clientMessageId === null ? null : this.#table.byClientMessageId(message.clientMessageId);
    const known = byClient ?? byId ?? this.#byKey(message.key);
    if (known === null) return this.#put({ message: this.#asSeen(accepted(message)), attempted: false });
    this.#know(known);
    let merged = merge(known.message, message);
    if (byId !== null && byId.message.key !== known.message.key) {
      this.#remove(byId.message.key);
      merged = { ...merge(byId.message, merged), key: known.message.key };
    }
    this.#put({ message: this.#asSeen(merged), attempted: false });
  }

  /** What was stored before the business saw it. */
  #see(): void {
    const { before, upTo } = this.#seen;
    if (upTo === null || upTo === before) return;
    for (const message of this.#table.received(before, upTo, mostSeen)) {
      if (!isUnseen(message)) continue;
      this.#byKey(message.key);
      this.#put({ message: { ...message, status: 'seen' }, attempted: false });
    }
  }

  #asSeen(message: Message): Message {
    const { upTo } = this.#seen;
    const isSeen = upTo !== null && message.received !== null && message.received <= upTo;
    return isSeen && isUnseen(message) ? { ...message, status: 'seen' } : message;
  }

  #enqueue(message: Message): void {
    if (this.#byKey(message.key) !== null) return;
    const { clientMessageId } = message;
    if (clientMessageId !== null && this.#table.byClientMessageId(clientMessageId) !== null) return;
    const outboxPosition = this.#table.nextOutboxPosition();
    this.#put({ message: { ...message, outboxPosition }, attempted: false });
  }

  #redirect({ key, status, refusal, refused }: NonNullable<Change['outbox']>[number]): void {
    const stored = this.#byKey(key);
    if (stored === null || !isPending(stored)) return;
    const attempted = stored.attempted && refused !== true;
    this.#put({ attempted, message: { ...stored.message, status, refusal } });
  }

  #reword({ key, text }: NonNullable<Change['reword']>[number]): void {
    const stored = this.#byKey(key);
    if (stored === null || !isPending(stored) || stored.attempted) return;
    this.#put({ ...stored, message: { ...stored.message, content: { kind: 'text', text } } });
  }

  #attempted(id: ClientMessageId): void {
    const stored = this.#table.byClientMessageId(id);
    if (stored !== null && isPending(stored)) this.#put({ ...stored, attempted: true });
  }

  #put(stored: Stored): void {
    const { key } = stored.message;
    if (same(this.#byKey(key), stored)) return;
    this.#table.put(stored);
    this.#note(key, stored);
  }

  #remove(key: string): void {
    this.#byKey(key);
    this.#table.remove(key);
    this.#note(key, null);
  }

  /** As `MessageTable.byKey`, without reading again what was read or written before. */
  #byKey(key: string): Stored | null {
    const known = this.#rows.get(key);
    if (known !== undefined) return known.now;
    const now = this.#table.byKey(key);
    this.#rows.set(key, { before: now, now });
    return now;
  }

  #know(stored: Stored): void {
    const { key } = stored.message;
    if (!this.#rows.has(key)) this.#rows.set(key, { before: stored, now: stored });
  }

  #note(key: string, now: Stored | null): void {
    this.#rows.set(key, { before: this.#rows.get(key)?.before ?? null, now });
  }
}

/** `message` on top of what is known; of two accepted under one client message id the earlier one stands. */
function merge(known: Message, message: Message): Message {
  const acceptedTwice = known.id !== null && known.id !== message.id;
  const stands = acceptedTwice && compareMessages(known, message) < 0 ? known : message;
  return accepted({
    ...stands,
    key: known.key,
    clientMessageId: message.clientMessageId ?? known.clientMessageId,
    composedAt: message.composedAt ?? known.composedAt,
    content: withWordsOf(known.content, stands.content),
    status: further(known.status, message.status),
  });
}

/** What a file is called, and what a picture shows, is known where it was chosen; few services say so again. */
function withWordsOf(known: Content, content: Content): Content {
  if (known.kind !== 'image' && known.kind !== 'file') return content;
  if (content.kind !== 'image' && content.kind !== 'file') return content;
  const named = { ...content, name: content.name ?? known.name };
  if (named.kind === 'file' || known.kind === 'file') return named;
  return { ...named, altText: named.altText ?? known.altText };
}

function accepted(message: Message): Message {
  return { ...message, outboxPosition: null, refusal: message.status === 'failed' ? message.refusal : null };
}

const inOrder: readonly MessageStatus[] = ['failed', 'queued', 'sent', 'delivered', 'seen'];

function further(a: MessageStatus, b: MessageStatus): MessageStatus {
  return inOrder.indexOf(a) > inOrder.indexOf(b) ? a : b;
}

function isUnseen({ author, status }: Message): boolean {
  return author.kind === 'self' && (status === 'sent' || status === 'delivered');
}

function isPending(stored: Stored | null): boolean {
  return stored !== null && stored.message.id === null;
}

function same<T extends object>(a: T | null | undefined, b: T | null | undefined): boolean {
  // Nothing is compared with something more often than anything else, and writing it down would be for nothing.
  if (a === null || b === null || a === undefined || b === undefined) return a === b;
  return JSON.stringify(a) === JSON.stringify(b);
}
