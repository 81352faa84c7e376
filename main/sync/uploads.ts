import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Upload } from '../../contract/media.ts';
import type { Content, Message } from '../../contract/model.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { KnownSpeaker, Service } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';
import { createSignal } from '../ports/signal.ts';
import type { Begin } from './carrier.ts';

/** Somebody looks at it: no more often than the eye can follow. */
const tellEveryMs = 200;

/** What the outbox says of a file whose bytes are not there any more. Stored; never renamed. */
export const fileLost = 'file_lost';

/** What it says of one that broke off this often in a row although the service can be reached. Stored; never renamed. */
export const uploadBroken = 'upload_broken';
const mostBreaks = 5;

type Media = Extract<Content, { kind: 'image' | 'file' }>;

interface UnderWay {
  readonly key: string;
  readonly abort: () => void;
  cancelled: boolean;
  sent: number;
  readonly total: number;
}

/**
 * Carries the bytes of one file at a time. The service has a message when its last byte has left, and not before: until then
 * an upload can be cancelled, and one that broke off is in no doubt.
 */
export class Uploads {
  readonly #scope: SessionScope;
  readonly #service: Service;
  readonly #clock: Clock;
  readonly #onUploads: (uploads: readonly Upload[]) => void;
  #underWay: UnderWay | null = null;
  /** How often in a row the uploads of each message broke off. */
  readonly #breaks = new Map<string, number>();
  /** Set while something was told a moment ago. */
  #telling: Undo | null = null;
  #isDue = false;

  constructor(deps: {
    scope: SessionScope;
    service: Service;
    clock: Clock;
    onUploads: (uploads: readonly Upload[]) => void;
  }) {
    this.#scope = deps.scope;
    this.#service = deps.service;
    this.#clock = deps.clock;
    this.#onUploads = deps.onUploads;
    deps.scope.signal.onAbort(() => this.#telling?.());
  }

  /** @returns null if it was taken back meanwhile */
  async deliver(who: KnownSpeaker, message: Message, begin: Begin): Promise<Result<Message | null>> {
    const { content, clientMessageId } = message;
    if ((content.kind !== 'image' && content.kind !== 'file') || clientMessageId === null)
      throw new Error('an upload without a file');
    const bytes = await this.#bytesOf(message.key);
    if (!bytes.ok) return bytes;
    const { signal, abort } = createSignal();
    const unlink = this.#scope.signal.onAbort(abort);
    const upload: UnderWay = {
      key: message.key,
      abort,
      cancelled: false,
      sent: 0,
      total: bytes.value.length,
    };
    this.#underWay = upload;
    this.#tellNow();
    const sent = await this.#service.sendFile(
      who,
      {
        ...fileOf(content, bytes.value),
        clientMessageId,
        onSent: (count) => this.#progress(upload, count),
        beforeEnd: () => this.#mayEnd(upload, begin),
      },
      signal,
    );
    unlink();
    this.#underWay = null;
    this.#tellNow();
    return upload.cancelled ? ok(null) : this.#judged(message.key, sent);
  }

  /** Somebody on the way may cut it each time: then those behind it must not wait for ever. */
  #judged(key: string, sent: Result<Message>): Result<Message> {
    const isBroken = !sent.ok && sent.failure.kind === 'offline' && !this.#scope.signal.aborted;
    const breaks = isBroken ? (this.#breaks.get(key) ?? 0) + 1 : 0;
    this.#breaks.set(key, breaks % mostBreaks);
    return breaks < mostBreaks ? sent : fail({ kind: 'rejected', code: uploadBroken, description: '' });
  }

  /** Break it off, if it is under way. To be called when its message is gone. */
  cancel(key: string): void {
    if (this.#underWay?.key !== key) return;
    this.#underWay.cancelled = true;
    this.#underWay.abort();
  }

  /** The last byte is kept back until it is written down that the service may have the message. */
  async #mayEnd(upload: UnderWay, begin: Begin): Promise<boolean> {
    if (upload.cancelled) return false;
    const begun = await begin();
    // Taken back in this very moment: then it does not leave.
    if (begun.ok && begun.value === null) upload.cancelled = true;
    return begun.ok && !upload.cancelled;
  }

  /** All of them before the first leaves: what is damaged is not half sent. */
  async #bytesOf(key: string): Promise<Result<Uint8Array>> {
    const { media } = this.#scope.history;
    const name = { key, item: null };
    const size = await media.find(name);
    if (!size.ok) return size;
    const bytes = size.value === null ? ok(null) : await media.read(name, 0, size.value);
    if (!bytes.ok) return bytes;
    if (bytes.value === null || bytes.value.length !== size.value)
      return fail({ kind: 'rejected', code: fileLost, description: '' });
    return ok(bytes.value);
  }

  #progress(upload: UnderWay, sent: number): void {
    if (this.#underWay !== upload) return;
    upload.sent = sent;
    if (this.#telling !== null) this.#isDue = true;
    else this.#tellNow();
  }

  #tellNow(): void {
    this.#telling?.();
    this.#isDue = false;
    const upload = this.#underWay;
    if (!this.#scope.signal.aborted)
      this.#onUploads(upload === null ? [] : [{ key: upload.key, sent: upload.sent, total: upload.total }]);
    this.#telling =
      upload &&
      this.#clock.after(tellEveryMs, () => {
        this.#telling = null;
        if (this.#isDue) this.#tellNow();
      });
  }
}

function fileOf(content: Media, bytes: Uint8Array) {
  return {
    as: content.kind,
    name: content.name ?? 'file',
    mediaType: content.mediaType ?? 'application/octet-stream',
    altText: content.kind === 'image' ? content.altText : null,
    bytes,
  };
}
