import { fail, ok, type Failure, type Result } from '../../contract/failure.ts';
import type { ClientMessageId } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { OutboxItem } from '../ports/history.ts';
import type { KnownSpeaker, OutgoingMessage, Service } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';

/** Pages of recent history looked through for a message that may have arrived before. */
const pagesToLookThrough = 3;
/** A text whose send takes longer makes us doubt the connection: together with the answer to that, ten seconds at most. */
export const slowTextMs = 4_000;

/**
 * To be called before the moment from which on the service may have the message, whatever is answered.
 *
 * @returns the message as it is by now; null if it was taken back
 */
export type Begin = () => Promise<Result<Message | null>>;

export interface CarrierParts {
  readonly scope: SessionScope;
  readonly service: Service;
  readonly clock: Clock;
  /** Whether the service can be reached. Asked before each send, so that none is begun where it surely cannot. */
  readonly reach: () => Promise<Result<unknown>>;
  /** A request gets no answer: is the connection still there? */
  readonly onDoubt: () => void;
}

/** How messages of one kind are handed over. */
export interface Delivery {
  /** Hand it to the service. @returns what the service made of it; null if it was taken back before it began */
  deliver(who: KnownSpeaker, message: Message, begin: Begin): Promise<Result<Message | null>>;
  /** How long that may take before the connection is doubted; null for as long as it likes. */
  readonly slowAfterMs: number | null;
}

/**
 * Carries one message to the service, and knows of which ones a send was begun: these may be there, answer or not. The
 * service drops a repeat by its client message id, and where it gives no such guarantee the recent history is searched first.
 */
export class Carrier {
  readonly #parts: CarrierParts;
  readonly #delivery: Delivery;
  /** Keys of messages whose sending was begun in this session, from before that is written down. */
  readonly #begun = new Set<string>();

  constructor(parts: CarrierParts, delivery: Delivery) {
    this.#parts = parts;
    this.#delivery = delivery;
  }

  /** Whether the service may have it. */
  mayBeThere({ message, attempted }: OutboxItem): boolean {
    return attempted || this.#begun.has(message.key);
  }

  /** @param latest the same as it is by now; null if it was taken back or has arrived */
  async carry(item: OutboxItem, latest: () => OutboxItem | null): Promise<Result<void>> {
    const { scope } = this.#parts;
    const known = scope.knownSpeaker() !== null;
    const who = await scope.ensureUser();
    if (!who.ok) return who;
    const reached = known ? await this.#reached() : ok();
    if (!reached.ok) return reached;
    const inDoubt = this.mayBeThere(item);
    const before = inDoubt ? await this.#arrivedBefore(who.value, item.message) : ok();
    if (!before.ok) return before;
    if (latest() === null) return ok();
    const begin: Begin = async () => {
      const begun = this.mayBeThere(item) ? ok() : await this.#begin(item.message);
      return begun.ok ? ok(latest()?.message ?? null) : begun;
    };
    const sent = await this.#asked(this.#delivery.deliver(who.value, item.message, begin));
    if (sent.ok)
      return sent.value === null ? ok() : this.#accept(latest()?.message ?? item.message, sent.value);
    if (!inDoubt && this.mayBeThere(item) && isRefusal(sent.failure)) await this.#notTaken(item.message);
    return sent;
  }

  /** What goes wrong here is nobody's word about a message. */
  async #reached(): Promise<Result<unknown>> {
    const reached = await this.#parts.reach();
    if (reached.ok) return reached;
    const { kind } = reached.failure;
    return kind === 'rejected' || kind === 'malformed' ? fail({ kind: 'unavailable' }) : reached;
  }

  /** Before the first send: whatever happens from now on, the service may have it. */
  async #begin({ key, clientMessageId }: Message): Promise<Result<void>> {
    if (clientMessageId === null) throw new Error('an outbox message without its client message id');
    this.#begun.add(key);
    const marked = await this.#parts.scope.history.commit({ attempted: [clientMessageId] });
    if (marked.ok) return ok();
    this.#begun.delete(key);
    return marked;
  }

  /** The service did not take it, which it has said itself: it can be changed and taken back again. */
  async #notTaken({ key }: Message): Promise<void> {
    const { history } = this.#parts.scope;
    const noted = await history.commit({ outbox: [{ key, status: 'queued', refusal: null, refused: true }] });
    if (noted.ok) this.#begun.delete(key);
  }

  async #asked<T>(sending: Promise<Result<T>>): Promise<Result<T>> {
    const { clock, onDoubt } = this.#parts;
    const { slowAfterMs } = this.#delivery;
    const cancel = slowAfterMs === null ? null : clock.after(slowAfterMs, onDoubt);
    const sent = await sending;
    cancel?.();
    if (!sent.ok && (sent.failure.kind === 'offline' || sent.failure.kind === 'unavailable')) onDoubt();
    return sent;
  }

  async #accept(local: Message, accepted: Message): Promise<Result<void>> {
    const { clientMessageId, key, composedAt } = local;
    const confirmed: Message = { ...accepted, clientMessageId, key, composedAt };
    const committed = await this.#parts.scope.history.commit({ confirm: [confirmed] });
    return committed.ok ? ok() : committed;
  }

  /** Look whether an earlier attempt reached the service, if it does not do so itself. If it did, the message is done. */
  async #arrivedBefore(who: KnownSpeaker, message: Message): Promise<Result<void>> {
    const { service } = this.#parts;
    if (service.configured?.idempotentSend === true || message.clientMessageId === null) return ok();
    const earlier = await this.#lookUp(who, message.clientMessageId);
    if (!earlier.ok) return earlier;
    return earlier.value === null ? ok() : this.#accept(message, earlier.value);
  }

  async #lookUp(who: KnownSpeaker, id: ClientMessageId): Promise<Result<Message | null>> {
    const { service, scope } = this.#parts;
    let before: Message['received'] = null;
    for (let look = 0; look < pagesToLookThrough; look += 1) {
      const page = await service.page(who, before, scope.signal);
      if (!page.ok) return page;
      const found = page.value.messages.find((message) => message.clientMessageId === id);
      if (found !== undefined) return ok(found);
      before = page.value.messages[0]?.received ?? null;
      if (!page.value.hasOlder || before === null) break;
    }
    return ok(null);
  }
}

/** The service has looked at it and does not have it. */
function isRefusal({ kind }: Failure): boolean {
  return kind === 'rejected' || kind === 'throttled' || kind === 'signedOut';
}

/** Where a reply's payload rests in a stored message's metadata. */
export const payloadKey = 'onethread.payload';

export function outgoingOf({ clientMessageId, content, quote, metadata }: Message): OutgoingMessage {
  if (clientMessageId === null) throw new Error('an outbox message without its client message id');
  const { [payloadKey]: payload, ...rest } = metadata ?? {};
  return {
    clientMessageId,
    text: content.text,
    payload: typeof payload === 'string' ? payload : null,
    metadata: Object.keys(rest).length === 0 ? null : rest,
    ...(content.kind === 'formResponse' &&
      quote !== undefined && { formResponse: { form: quote.id, answers: content.answers } }),
  };
}
