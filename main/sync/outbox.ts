import { fail, ok, type Result } from '../../contract/failure.ts';
import type { ClientMessageId } from '../../contract/ids.ts';
import type { Message, Metadata, Refusal } from '../../contract/model.ts';
import { compareMessages } from '../../contract/thread-order.ts';
import { maxTextLength, normalizeText } from '../../contract/text.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Committed, OutboxItem } from '../ports/history.ts';
import type { Random } from '../ports/random.ts';
import type { KnownSpeaker, OutgoingMessage, Service } from '../ports/service.ts';
import type { SessionEvents, SessionScope } from '../ports/session-scope.ts';
import { backOff, nextStep } from './retry.ts';

/** Pages of recent history looked through for a message that may have arrived before. */
const pagesToLookThrough = 3;

export interface Outgoing {
  readonly clientMessageId: ClientMessageId;
  readonly text: string;
  readonly payload?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

/**
 * Carries messages from this device to the service, in order, one at a time.
 *
 * A message is on disk before `enqueue` resolves, and leaves the queue only when the service has answered for it. A crash
 * between the two sends it again; the service drops the repeat by its client message id, and where it gives no such
 * guarantee the recent history is searched for it first.
 */
export class Outbox {
  readonly #scope: SessionScope;
  readonly #service: Service;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Log;
  readonly #events: SessionEvents;
  readonly #reached: () => void;
  #running = false;
  #wokenMeanwhile = false;
  #attempt = 0;
  #cancelWait: Undo | null = null;
  /** Set while the service refuses the credential: only a new session sends again. */
  #held = false;
  /** What the store holds, in order: read once, then kept in step by every commit. Null until read. */
  #queue: readonly OutboxItem[] | null = null;
  #commits = 0;
  /** Keys of messages whose sending was begun in this session. */
  readonly #attempted = new Set<string>();

  constructor(deps: {
    scope: SessionScope;
    service: Service;
    clock: Clock;
    random: Random;
    log: Log;
    events: SessionEvents;
    /** The service took a message: it can be reached, and knows this person. */
    reached: () => void;
  }) {
    this.#scope = deps.scope;
    this.#service = deps.service;
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#log = deps.log;
    this.#events = deps.events;
    this.#reached = deps.reached;
    deps.scope.signal.onAbort(() => this.#cancelWait?.());
    deps.scope.history.onCommitted((committed) => this.#follow(committed));
  }

  /**
   * Record the message (its local echo) and start sending.
   *
   * @param draft what is kept of the text being written; it goes in the same step if it has become this message
   */
  async enqueue(outgoing: Outgoing, draft: string): Promise<Result<void>> {
    const text = normalizeText(outgoing.text).trim();
    if (text.length === 0) return fail({ kind: 'malformed', where: 'sendMessage' });
    if (text.length > maxTextLength) return fail({ kind: 'tooLong', limit: maxTextLength });
    const written = text.startsWith(draft.trim());
    const committed = await this.#scope.history.commit({
      enqueue: [this.#localEcho({ ...outgoing, text })],
      ...(written ? { facts: { draft: '' } } : {}),
    });
    if (!committed.ok) return committed;
    this.#send();
    return ok();
  }

  /** Take a failed message up again, in its place. */
  async retry(key: string): Promise<Result<void>> {
    const committed = await this.#scope.history.commit({
      outbox: [{ key, status: 'queued', refusal: null }],
    });
    if (!committed.ok) return committed;
    this.wake();
    return ok();
  }

  /** Take every failed message up again, each in its place. */
  async retryAll(): Promise<Result<void>> {
    const newest = await this.#scope.history.page(null, 1);
    if (!newest.ok) return newest;
    const failed = newest.value.messages.filter(({ status }) => status === 'failed');
    const committed = await this.#scope.history.commit({
      outbox: failed.map(({ key }) => ({ key, status: 'queued', refusal: null })),
    });
    if (!committed.ok) return committed;
    this.wake();
    return ok();
  }

  /** Another text for a message that was not sent yet. */
  async edit(key: string, words: string): Promise<Result<void>> {
    const text = normalizeText(words).trim();
    if (text.length === 0) return fail({ kind: 'malformed', where: 'editMessage' });
    if (text.length > maxTextLength) return fail({ kind: 'tooLong', limit: maxTextLength });
    const newest = await this.#scope.history.page(null, 1);
    if (!newest.ok) return newest;
    const message = newest.value.messages.find((other) => other.key === key && other.id === null);
    if (message === undefined || this.#wasAttempted(key)) return fail({ kind: 'alreadySent' });
    const committed = await this.#scope.history.commit({
      remove: [key],
      enqueue: [{ ...message, content: { kind: 'text', text }, status: 'queued', refusal: null }],
    });
    if (!committed.ok) return committed;
    this.wake();
    return ok();
  }

  /** Forget a message that was never accepted. */
  async discard(key: string): Promise<Result<void>> {
    const committed = await this.#scope.history.commit({ remove: [key] });
    return committed.ok ? ok() : committed;
  }

  /** The service can be reached (again): what waits for a timer goes now. */
  wake(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#send();
  }

  #localEcho({ clientMessageId, text, payload, metadata }: Outgoing): Message {
    return {
      key: clientMessageId,
      id: null,
      clientMessageId,
      author: { kind: 'self' },
      received: null,
      composedAt: this.#clock.now(),
      outboxPosition: null,
      content: { kind: 'text', text },
      actions: [],
      // A reply's payload travels with the message; it is not shown.
      metadata: payload === undefined ? (metadata ?? null) : { ...metadata, [payloadKey]: payload },
      status: 'queued',
      refusal: null,
    };
  }

  #send(): void {
    if (this.#running) {
      this.#wokenMeanwhile = true;
      return;
    }
    if (this.#held || this.#cancelWait !== null || this.#scope.signal.aborted) return;
    this.#running = true;
    void this.#drain().finally(() => {
      this.#running = false;
      if (!this.#wokenMeanwhile) return;
      this.#wokenMeanwhile = false;
      this.#send();
    });
  }

  async #drain(): Promise<void> {
    for (;;) {
      this.#wokenMeanwhile = false;
      const read = await this.#read();
      if (!read.ok) {
        await this.#afterFailure(null, read.failure);
        return;
      }
      const next = this.#queue?.[0];
      if (next === undefined) return;
      const sent = await this.#sendOne(next);
      if (this.#scope.signal.aborted) return;
      if (!sent.ok) {
        const goOn = await this.#afterFailure(next, sent.failure);
        if (!goOn) return;
      } else {
        this.#attempt = 0;
        this.#reached();
      }
    }
  }

  async #read(): Promise<Result<void>> {
    while (this.#queue === null) {
      const commits = this.#commits;
      const queued = await this.#scope.history.outbox();
      if (!queued.ok) return queued;
      // A commit in between may or may not be in what was read.
      if (commits === this.#commits) this.#queue = queued.value;
    }
    return ok();
  }

  #follow({ upserted, removed, rewritten }: Committed): void {
    this.#commits += 1;
    if (rewritten) this.#queue = null;
    if (this.#queue === null) return;
    const gone = new Set([...removed, ...upserted.map(({ key }) => key)]);
    const added = upserted
      .filter(({ id, status }) => id === null && status === 'queued')
      .map((message) => ({ message, attempted: this.#wasAttempted(message.key) }));
    const rest = this.#queue.filter(({ message }) => !gone.has(message.key));
    this.#queue = [...rest, ...added].sort((a, b) => compareMessages(a.message, b.message));
  }

  /** Set aside and taken up again, a message may still have reached the service before. */
  #wasAttempted(key: string): boolean {
    return (
      this.#attempted.has(key) ||
      (this.#queue?.find(({ message }) => message.key === key)?.attempted ?? false)
    );
  }

  async #sendOne({ message, attempted }: OutboxItem): Promise<Result<void>> {
    const { history, signal } = this.#scope;
    const who = await this.#scope.ensureUser();
    if (!who.ok) return who;
    const outgoing = outgoingOf(message);
    if (this.#service.configured?.idempotentSend !== true) {
      if (attempted || this.#attempted.has(message.key)) {
        const earlier = await this.#lookUp(who.value, outgoing.clientMessageId);
        if (!earlier.ok) return earlier;
        if (earlier.value !== null) return this.#accept(message, earlier.value);
      }
      const marked = await history.commit({ attempted: [outgoing.clientMessageId] });
      if (!marked.ok) return marked;
      this.#attempted.add(message.key);
    }
    const sent = await this.#service.send(who.value, outgoing, signal);
    return sent.ok ? this.#accept(message, sent.value) : sent;
  }

  async #accept(local: Message, accepted: Message): Promise<Result<void>> {
    const confirmed: Message = {
      ...accepted,
      clientMessageId: local.clientMessageId,
      key: local.key,
      composedAt: local.composedAt,
    };
    const committed = await this.#scope.history.commit({ confirm: [confirmed] });
    return committed.ok ? ok() : committed;
  }

  /** The message as the service has it, if an earlier attempt reached it. */
  async #lookUp(who: KnownSpeaker, id: ClientMessageId): Promise<Result<Message | null>> {
    let before: Message['received'] = null;
    for (let look = 0; look < pagesToLookThrough; look += 1) {
      const page = await this.#service.page(who, before, this.#scope.signal);
      if (!page.ok) return page;
      const found = page.value.messages.find((message) => message.clientMessageId === id);
      if (found !== undefined) return ok(found);
      before = page.value.messages[0]?.received ?? null;
      if (!page.value.hasOlder || before === null) break;
    }
    return ok(null);
  }

  /** @returns true if the next message may be tried at once */
  async #afterFailure(item: OutboxItem | null, failure: Parameters<typeof nextStep>[0]): Promise<boolean> {
    const step = nextStep(failure, this.#attempt, this.#random.fraction());
    this.#log.info('outbox.notSent', { failure: failure.kind, step: step.kind, attempt: this.#attempt });
    switch (step.kind) {
      case 'wait':
        this.#attempt += 1;
        this.#wait(step.delayMs);
        return false;
      case 'signIn':
        this.#held = true;
        this.#events.credentialRefused(this.#scope, step.reason);
        return false;
      case 'park': {
        const parked = item === null ? null : await this.#park(item.message.key, step.refusal);
        if (parked?.ok === true) return true;
        this.#attempt += 1;
        this.#wait(backOff(this.#attempt, this.#random.fraction()));
        return false;
      }
      case 'stop':
        return false;
    }
  }

  #park(key: string, refusal: Refusal): Promise<Result<Committed>> {
    return this.#scope.history.commit({ outbox: [{ key, status: 'failed', refusal }] });
  }

  #wait(delayMs: number): void {
    this.#wokenMeanwhile = false;
    this.#cancelWait = this.#clock.after(delayMs, () => {
      this.#cancelWait = null;
      this.#send();
    });
  }
}

/** Where a reply's payload rests in a stored message's metadata. */
const payloadKey = 'onethread.payload';

function outgoingOf(message: Message): OutgoingMessage {
  const { clientMessageId, content, metadata } = message;
  if (clientMessageId === null) throw new Error('an outbox message without its client message id');
  const { [payloadKey]: payload, ...rest } = metadata ?? {};
  return {
    clientMessageId,
    text: content.text,
    payload: typeof payload === 'string' ? payload : null,
    metadata: Object.keys(rest).length === 0 ? null : rest,
  };
}
