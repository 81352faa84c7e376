import { fail, ok, type Failure, type Result } from '../../contract/failure.ts';
import { answersText } from '../../contract/forms.ts';
import type { FormAnswer } from '../../contract/forms.ts';
import type { ClientMessageId, MessageId } from '../../contract/ids.ts';
import type { Message, Metadata, Refusal } from '../../contract/model.ts';
import { maxTextLength, normalizeText } from '../../contract/text.ts';
import type { Held } from '../../contract/view.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Change, Committed, OutboxItem } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { SessionEvents } from '../ports/session-scope.ts';
import { formKey } from './form-key.ts';
import { Carrier, payloadKey, type CarrierParts } from './carrier.ts';
import { Holds } from './holds.ts';
import { Queue } from './queue.ts';
import { backOff, nextStep } from './retry.ts';

export interface Outgoing {
  readonly clientMessageId: ClientMessageId;
  readonly text: string;
  readonly payload?: string | undefined;
  readonly metadata?: Metadata | undefined;
  /** It answers this form; `text` then says the same in lines. */
  readonly formResponse?: { readonly form: MessageId; readonly answers: readonly FormAnswer[] };
}

interface Parts extends CarrierParts {
  readonly random: Random;
  readonly log: Log;
  readonly events: SessionEvents;
  /** The service took a message: it can be reached, and knows this person. */
  readonly reached: () => void;
  /** For so long a message can be taken back before it is sent. */
  readonly undoMs: () => number;
  readonly onHeld: (held: readonly Held[]) => void;
}

/**
 * Carries messages from this device to the service, in order, one at a time.
 *
 * A message is on disk before `enqueue` resolves, and leaves the queue only when the service has answered for it. A crash
 * between the two sends it again; see `carrier.ts` for how it is there once all the same.
 */
export class Outbox {
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #carrier: Carrier;
  readonly #holds: Holds;
  readonly #queue: Queue;
  #running = false;
  #wokenMeanwhile = false;
  #attempt = 0;
  #cancelWait: Undo | null = null;
  /** Set while the service refuses the credential: only a new session sends again. */
  #refused = false;

  constructor(parts: Parts) {
    const { scope, clock, onHeld } = parts;
    this.#parts = parts;
    this.#clock = clock;
    this.#carrier = new Carrier(parts);
    this.#queue = new Queue(scope.history);
    this.#holds = new Holds({ clock, signal: scope.signal, onHeld, onOver: () => this.#send() });
    scope.signal.onAbort(() => this.#cancelWait?.());
  }

  /**
   * Record the message (its local echo) and start sending, at once or when it can no longer be taken back.
   *
   * @param draft what is kept of the text being written; it goes in the same step if it has become this message
   */
  async enqueue(outgoing: Outgoing, draft: string): Promise<Result<void>> {
    const text = writable(outgoing.text, 'sendMessage');
    if (!text.ok) return text;
    const key = outgoing.clientMessageId;
    // Before it is in the queue: what is sent may not be held any more.
    this.#holds.hold(key, this.#parts.undoMs());
    const committed = await this.#commit({
      enqueue: [this.#localEcho({ ...outgoing, text: text.value })],
      ...(text.value.startsWith(draft.trim()) ? { facts: { draft: '' } } : {}),
    });
    if (!committed.ok) {
      this.#holds.drop(key);
      return committed;
    }
    this.#send();
    return ok();
  }

  /** The same for the answer to a form, which is given once and cannot be taken back. `alreadySent` if one is known here. */
  async answer(form: MessageId, answers: readonly FormAnswer[]): Promise<Result<void>> {
    const text = writable(answersText(answers).slice(0, maxTextLength), 'sendForm');
    if (!text.ok) return text;
    const key = formKey(form);
    const echo = this.#localEcho({
      clientMessageId: key,
      text: text.value,
      formResponse: { form, answers },
    });
    const committed = await this.#commit({ enqueue: [echo] });
    if (!committed.ok) return committed;
    if (!committed.value.upserted.some((message) => message.key === key))
      return fail({ kind: 'alreadySent' });
    this.#send();
    return ok();
  }

  /** Take a failed message up again, in its place. */
  retry(key: string): Promise<Result<void>> {
    return this.#takeUp([key]);
  }

  /** Take every failed message up again, each in its place. */
  async retryAll(): Promise<Result<void>> {
    const pending = await this.#pending();
    if (!pending.ok) return pending;
    const failed = pending.value.filter(({ status }) => status === 'failed');
    return this.#takeUp(failed.map(({ key }) => key));
  }

  /** Another text for a message that the service surely has not got, in its place; one that failed is taken up again. */
  async edit(key: string, words: string): Promise<Result<void>> {
    const text = writable(words, 'editMessage');
    if (!text.ok) return text;
    const pending = await this.#pending();
    if (!pending.ok) return pending;
    const message = pending.value.find((other) => other.key === key);
    if (message === undefined) return fail({ kind: 'alreadySent' });
    if (message.content.kind !== 'text') return fail({ kind: 'malformed', where: 'editMessage' });
    if (message.content.text !== text.value) {
      const committed = await this.#commit({ reword: [{ key, text: text.value }] });
      if (!committed.ok) return committed;
      // The store knows best whether a send was begun meanwhile.
      if (!committed.value.upserted.some((other) => other.key === key)) return fail({ kind: 'alreadySent' });
    }
    return message.status === 'failed' ? this.#takeUp([key]) : ok();
  }

  /** Forget a message that the service has not got; of one that was begun and not refused that cannot be said. */
  async discard(key: string): Promise<Result<void>> {
    const pending = await this.#pending();
    if (!pending.ok) return pending;
    const read = await this.#queue.read();
    if (!read.ok) return read;
    // From here to the commit nothing may wait: a send that is begun later finds the message gone.
    const queued = this.#queue.find(key);
    const isThere = queued !== null && this.#carrier.mayBeThere(queued);
    if (isThere || !pending.value.some((message) => message.key === key))
      return fail({ kind: 'alreadySent' });
    const committed = await this.#commit({ remove: [key] });
    if (!committed.ok) return committed;
    this.#holds.drop(key);
    // Others may have waited behind it.
    this.#send();
    return ok();
  }

  /** The service can be reached (again): what waits for a timer goes now. What can be taken back still can. */
  wake(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#send();
  }

  async #takeUp(keys: readonly string[]): Promise<Result<void>> {
    if (keys.length === 0) return ok();
    const committed = await this.#commit({
      outbox: keys.map((key) => ({ key, status: 'queued', refusal: null })),
    });
    if (!committed.ok) return committed;
    // Whether a send of them was begun once, the store knows.
    this.#queue.forget();
    this.wake();
    return ok();
  }

  /** All that was not accepted yet, in order, failed ones too. */
  async #pending(): Promise<Result<readonly Message[]>> {
    const newest = await this.#parts.scope.history.page(null, 1);
    return newest.ok ? ok(newest.value.messages.filter(({ id }) => id === null)) : newest;
  }

  #commit(change: Change): Promise<Result<Committed>> {
    return this.#parts.scope.history.commit(change);
  }

  #localEcho({ clientMessageId, text, payload, metadata, formResponse }: Outgoing): Message {
    return {
      key: clientMessageId,
      id: null,
      clientMessageId,
      author: { kind: 'self' },
      received: null,
      composedAt: this.#clock.now(),
      outboxPosition: null,
      ...(formResponse === undefined
        ? { content: { kind: 'text', text } }
        : {
            content: { kind: 'formResponse', text, answers: formResponse.answers },
            quote: { id: formResponse.form, said: null },
          }),
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
    if (this.#refused || this.#cancelWait !== null || this.#parts.scope.signal.aborted) return;
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
      const read = await this.#queue.read();
      if (!read.ok) {
        await this.#afterFailure(null, read.failure);
        return;
      }
      const next = this.#queue.first;
      // One that is held holds up those behind it: order comes before haste.
      if (next === null || this.#holds.has(next.message.key)) return;
      const sent = await this.#carrier.carry(next, () => this.#queue.find(next.message.key));
      if (this.#parts.scope.signal.aborted) return;
      if (!sent.ok) {
        const goOn = await this.#afterFailure(next, sent.failure);
        if (!goOn) return;
      } else {
        this.#attempt = 0;
        this.#parts.reached();
      }
    }
  }

  /** @returns true if the next message may be tried at once */
  async #afterFailure(item: OutboxItem | null, failure: Failure): Promise<boolean> {
    const step = nextStep(failure, this.#attempt, this.#parts.random.fraction());
    this.#parts.log.info('outbox.notSent', {
      failure: failure.kind,
      step: step.kind,
      attempt: this.#attempt,
    });
    switch (step.kind) {
      case 'wait':
        this.#attempt += 1;
        this.#wait(step.delayMs);
        return false;
      case 'signIn':
        this.#refused = true;
        this.#parts.events.credentialRefused(this.#parts.scope, step.reason);
        return false;
      case 'park': {
        const parked = item === null ? null : await this.#park(item.message.key, step.refusal);
        if (parked?.ok === true) return true;
        this.#attempt += 1;
        this.#wait(backOff(this.#attempt, this.#parts.random.fraction()));
        return false;
      }
      case 'stop':
        return false;
    }
  }

  #park(key: string, refusal: Refusal): Promise<Result<Committed>> {
    return this.#commit({ outbox: [{ key, status: 'failed', refusal }] });
  }

  #wait(delayMs: number): void {
    this.#wokenMeanwhile = false;
    this.#cancelWait = this.#clock.after(delayMs, () => {
      this.#cancelWait = null;
      this.#send();
    });
  }
}

/** A text as it may be sent. */
function writable(words: string, where: string): Result<string> {
  const text = normalizeText(words).trim();
  if (text.length === 0) return fail({ kind: 'malformed', where });
  return text.length > maxTextLength ? fail({ kind: 'tooLong', limit: maxTextLength }) : ok(text);
}
