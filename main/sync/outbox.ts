import { fail, ok, type Result } from '../../contract/failure.ts';
import { answersText } from '../../contract/forms.ts';
import type { FormAnswer } from '../../contract/forms.ts';
import type { ClientMessageId, MessageId } from '../../contract/ids.ts';
import { cleanFileName } from '../../contract/file-name.ts';
import { isPictureType, plainMediaType, sniffMediaType } from '../../contract/media-type.ts';
import { maxFileBytes, type Upload } from '../../contract/media.ts';
import type { Message, Metadata } from '../../contract/model.ts';
import { maxTextLength, normalizeText } from '../../contract/text.ts';
import type { Held } from '../../contract/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { Change, Committed } from '../ports/history.ts';
import { formKey } from './form-key.ts';
import { Carrier, outgoingOf, payloadKey, slowTextMs, type CarrierParts, type Delivery } from './carrier.ts';
import { Holds } from './holds.ts';
import { Lane, type LaneParts } from './lane.ts';
import { Uploads } from './uploads.ts';

export interface Outgoing {
  readonly clientMessageId: ClientMessageId;
  readonly text: string;
  readonly payload?: string | undefined;
  readonly metadata?: Metadata | undefined;
  /** It answers this form; `text` then says the same in lines. */
  readonly formResponse?: { readonly form: MessageId; readonly answers: readonly FormAnswer[] };
}

/** A file as it was chosen. */
export interface OutgoingFile {
  readonly clientMessageId: ClientMessageId;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly altText: string | null;
}

interface Parts extends CarrierParts, LaneParts {
  /** For so long a message can be taken back before it is sent. */
  readonly undoMs: () => number;
  readonly onHeld: (held: readonly Held[]) => void;
  readonly onUploads: (uploads: readonly Upload[]) => void;
}

/** One way to the service, and who carries on it. */
interface Way {
  readonly lane: Lane;
  readonly carrier: Carrier;
}

/**
 * Carries messages from this device to the service: texts on one way, files on another beside it, on each in order and one
 * at a time, so that no text waits for a file.
 *
 * A message is on disk before `enqueue` resolves, with its bytes if it is a file, and leaves the queue only when the service
 * has answered for it. A crash between the two sends it again; see `carrier.ts` for how it is there once all the same.
 */
export class Outbox {
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #holds: Holds;
  readonly #uploads: Uploads;
  readonly #texts: Way;
  readonly #files: Way;

  constructor(parts: Parts) {
    const { scope, clock, onHeld } = parts;
    this.#parts = parts;
    this.#clock = clock;
    this.#uploads = new Uploads(parts);
    this.#holds = new Holds({ clock, signal: scope.signal, onHeld, onOver: () => this.#texts.lane.send() });
    this.#texts = this.#way((message) => !isFile(message), {
      slowAfterMs: slowTextMs,
      deliver: async (who, _message, begin) => {
        const begun = await begin();
        if (!begun.ok || begun.value === null) return begun;
        return parts.service.send(who, outgoingOf(begun.value), scope.signal);
      },
    });
    this.#files = this.#way(isFile, {
      // A long upload is no reason to doubt anything.
      slowAfterMs: null,
      deliver: (...asked) => this.#uploads.deliver(...asked),
    });
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
    this.#texts.lane.send();
    return ok();
  }

  /** The same for a file: its bytes first, then the message, then the screen. */
  async enqueueFile(file: OutgoingFile): Promise<Result<void>> {
    const { clientMessageId: key, bytes } = file;
    const { scope, service } = this.#parts;
    const { history } = scope;
    const limit = Math.min(maxFileBytes, service.configured?.maxFileBytes ?? maxFileBytes);
    if (bytes.length === 0) return fail({ kind: 'malformed', where: 'sendFile' });
    if (bytes.length > limit) return fail({ kind: 'tooLarge', limit });
    const known = await history.message(key);
    if (!known.ok || known.value !== null) return known.ok ? ok() : known;
    const put = await history.media.put({ key, item: null }, bytes, true);
    const committed = put.ok ? await this.#commit({ enqueue: [this.#fileEcho(file)] }) : put;
    if (!committed.ok) {
      await history.media.drop(key);
      return committed;
    }
    this.#files.lane.send();
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
    this.#texts.lane.send();
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

  /**
   * Forget a message that the service has not got; of one that was begun and not refused that cannot be said. An upload is
   * broken off, as long as its last byte has not left.
   */
  async discard(key: string): Promise<Result<void>> {
    const pending = await this.#pending();
    if (!pending.ok) return pending;
    const message = pending.value.find((other) => other.key === key);
    if (message === undefined) return fail({ kind: 'alreadySent' });
    const { lane, carrier } = isFile(message) ? this.#files : this.#texts;
    const read = await lane.read();
    if (!read.ok) return read;
    // From here to the commit nothing may wait: a send that is begun later finds the message gone.
    const queued = lane.find(key);
    if (queued !== null && carrier.mayBeThere(queued)) return fail({ kind: 'alreadySent' });
    const committed = await this.#commit({ remove: [key] });
    if (!committed.ok) return committed;
    this.#holds.drop(key);
    this.#uploads.cancel(key);
    // Others may have waited behind it.
    lane.send();
    return ok();
  }

  /** The service can be reached (again): what waits for a timer goes now. What can be taken back still can. */
  wake(): void {
    for (const { lane } of [this.#texts, this.#files]) lane.wake();
  }

  #way(isOn: (message: Message) => boolean, delivery: Delivery): Way {
    const carrier = new Carrier(this.#parts, delivery);
    const lane = new Lane(this.#parts, {
      isOn,
      isHeld: (key) => this.#holds.has(key),
      carry: (item, latest) => carrier.carry(item, latest),
    });
    return { lane, carrier };
  }

  async #takeUp(keys: readonly string[]): Promise<Result<void>> {
    if (keys.length === 0) return ok();
    const committed = await this.#commit({
      outbox: keys.map((key) => ({ key, status: 'queued', refusal: null })),
    });
    if (!committed.ok) return committed;
    // Whether a send of them was begun once, the store knows.
    for (const { lane } of [this.#texts, this.#files]) lane.wakeAnew();
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

  #fileEcho({ clientMessageId, name, mediaType, bytes, altText }: OutgoingFile): Message {
    const sniffed = sniffMediaType(bytes);
    const named = { text: '', mediaUrl: null, name: cleanFileName(name) } as const;
    const type = sniffed ?? plainMediaType(mediaType);
    return {
      ...this.#localEcho({ clientMessageId, text: '' }),
      content: isPictureType(type)
        ? {
            kind: 'image',
            ...named,
            mediaType: type,
            altText: altText === null ? null : normalizeText(altText),
          }
        : { kind: 'file', ...named, mediaType: type, mediaSize: bytes.length },
    };
  }
}

function isFile({ content }: Message): boolean {
  return content.kind === 'image' || content.kind === 'file';
}

/** A text as it may be sent. */
function writable(words: string, where: string): Result<string> {
  const text = normalizeText(words).trim();
  if (text.length === 0) return fail({ kind: 'malformed', where });
  return text.length > maxTextLength ? fail({ kind: 'tooLong', limit: maxTextLength }) : ok(text);
}
