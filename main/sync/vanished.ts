import { ok, type Result } from '../../contract/failure.ts';
import { EpochMs, MessageId, type ConversationId } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import type { Cursor } from '../ports/history.ts';
import type { KnownSpeaker, Service, ServicePage } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';

/** Stored messages read at a time; more than a service puts on a page. */
const stretchSize = 150;

/** A page as it was asked for: everything received before `before`, or the newest. */
export interface Fetched {
  readonly page: ServicePage;
  readonly before: EpochMs | null;
}

/**
 * Finds out which stored messages the service no longer has: those that belong on a page it has just given and are not on
 * it. No service of this kind says that it deleted something, so that its pages are all there is to go by. Never believed are
 * a page of which something could not be read, one of another conversation, and a single answer. Somebody in between may have
 * kept an old page: one that was made before a message was received says nothing about that message. What this device sent and
 * nobody has accepted is on no page and is not looked at.
 */
export class Vanished {
  readonly #scope: SessionScope;
  readonly #service: Service;

  constructor(deps: { scope: SessionScope; service: Service }) {
    this.#scope = deps.scope;
    this.#service = deps.service;
  }

  /** The keys of those that are gone. */
  async keys(
    who: KnownSpeaker,
    { page, before }: Fetched,
    known: ConversationId | null,
  ): Promise<Result<readonly string[]>> {
    if (!isWhole(page, known)) return ok([]);
    const missing = await this.#missing(page, before);
    if (!missing.ok || missing.value.length === 0) return missing.ok ? ok([]) : missing;
    // What was accepted after the first answer is stored by now, and on the second one.
    const again = await this.#service.page(who, before, this.#scope.signal);
    if (!again.ok) return again;
    if (!isWhole(again.value, known)) return ok([]);
    const gone = missing.value.filter((message) => isMissing(message, again.value));
    return ok(gone.map(({ key }) => key));
  }

  async #missing(page: ServicePage, before: EpochMs | null): Promise<Result<readonly Message[]>> {
    const missing: Message[] = [];
    const ids = new Set(page.messages.map(({ id }) => id));
    let cursor = before === null ? null : endingBefore(before);
    for (;;) {
      const read = await this.#scope.history.page(cursor, stretchSize);
      if (!read.ok) return read;
      const confirmed = read.value.messages.filter(({ id }) => id !== null);
      missing.push(...confirmed.filter(({ id, received }) => !ids.has(id) && isOn(page, received)));
      const [first] = confirmed;
      if (first === undefined || !read.value.hasOlder || !reaches(page, first.received)) return ok(missing);
      cursor = cursorOf(first);
    }
  }
}

function isWhole({ conversationId, leftOut }: ServicePage, known: ConversationId | null): boolean {
  return leftOut === 0 && conversationId !== null && conversationId === known;
}

function isMissing({ id, received }: Message, page: ServicePage): boolean {
  return isOn(page, received) && !page.messages.some((message) => message.id === id);
}

/**
 * Whether a message of this time would be on the page, if it lies before its end and is still there. The oldest instant of a page does not count
 * as long as there are older ones: the page may end in the middle of it.
 */
function isOn(page: ServicePage, received: EpochMs | null): boolean {
  return reaches(page, received) && (received ?? Infinity) <= (page.madeAt ?? -Infinity);
}

function reaches({ messages, hasOlder }: ServicePage, received: EpochMs | null): boolean {
  return received !== null && received > (hasOlder ? (messages[0]?.received ?? Infinity) : -Infinity);
}

/** Every real id sorts below the last character. */
function endingBefore(before: EpochMs): Cursor {
  return { received: EpochMs.parse(before - 1), id: MessageId.parse('\uffff') };
}

function cursorOf({ received, id }: Message): Cursor | null {
  return received === null || id === null ? null : { received, id };
}
