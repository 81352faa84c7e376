import { fail, ok } from '../../contract/failure.ts';
import type { Failure, Result } from '../../contract/failure.ts';
import { EpochMs } from '../../contract/ids.ts';
import { maxFileBytes } from '../../contract/media.ts';
import type { MediaShown } from '../../contract/media.ts';
import type { RequestName } from '../../contract/channels.ts';
import type { Message } from '../../contract/model.ts';
import { requests } from '../../contract/requests.ts';
import type { Input } from '../../contract/requests.ts';
import type { FakeSmooch } from './fake-smooch.ts';

type Held = { readonly shown: MediaShown; readonly blob: Blob };

/** How the fake keeps, sends and shows files. `att://` addresses lead to what it holds: the stage looks them up. */
export class FakeMedia {
  /** What `showMedia` answers for these keys, until consent is given. */
  readonly troubles: Record<string, Failure> = {};
  /** Whether files are sent as soon as they are accepted; if not, `progress` and `arrived` tell how far they are. */
  sendsAtOnce = false;
  readonly #main: FakeSmooch;
  readonly #held = new Map<string, Held>();
  #count = 0;

  constructor(main: FakeSmooch) {
    this.#main = main;
  }

  /** Undefined: not a request about files. */
  answer(name: RequestName, input: unknown): Result<unknown> | undefined {
    switch (name) {
      case 'sendFile':
        return this.#accept(requests.sendFile.input.parse(input));
      case 'showMedia':
        return this.#show(requests.showMedia.input.parse(input));
      case 'saveMedia': {
        const { key, consent } = requests.saveMedia.input.parse(input);
        const trouble = this.troubles[key];
        return isForeign(trouble) && !consent ? fail(trouble) : ok({ saved: true });
      }
      default:
        return undefined;
    }
  }

  /** Media of the message with this key, or of one of its items (`key/item`). What is not held here rests with a stranger. */
  hold(key: string, blob: Blob, size: MediaShown['size'] = null): void {
    this.#count += 1;
    const url = `att://${this.#count.toString(36).padStart(32, '0')}/`;
    this.#held.set(key, { shown: { url, mediaType: blob.type, bytes: blob.size, size }, blob });
  }

  /** What stands behind an address. */
  find(url: string): Blob | undefined {
    return [...this.#held.values()].find(({ shown }) => shown.url === url)?.blob;
  }

  progress(key: string, sent: number, total = 100): void {
    const others = this.#main.view.uploads.filter((upload) => upload.key !== key);
    this.#main.push({ uploads: [{ key, sent, total }, ...others] });
  }

  /** The service has it now. */
  arrived(key: string): void {
    const message = this.#main.view.thread.messages.find((each) => each.key === key);
    if (message === undefined) return;
    this.#main.upsert([{ ...message, status: 'sent' }], {
      uploads: this.#main.view.uploads.filter((upload) => upload.key !== key),
      waiting: Math.max(0, this.#main.view.waiting - 1),
    });
  }

  #accept(input: Input<'sendFile'>): Result<void> {
    const { clientMessageId: key, name, mediaType, bytes, altText } = input;
    if (bytes.length > maxFileBytes) return fail({ kind: 'tooLarge', limit: maxFileBytes });
    const common = { text: '', mediaUrl: null, mediaType, name };
    const message: Message = {
      key,
      id: null,
      clientMessageId: key,
      author: { kind: 'self' },
      received: null,
      composedAt: EpochMs.parse(Date.now()),
      outboxPosition: this.#main.view.waiting + 1,
      content: mediaType.startsWith('image/')
        ? { kind: 'image', ...common, altText }
        : { kind: 'file', ...common, mediaSize: bytes.length },
      actions: [],
      metadata: null,
      status: 'queued',
      refusal: null,
    };
    this.hold(key, new Blob([bytes.slice()], { type: mediaType }));
    this.#main.upsert([message], { waiting: this.#main.view.waiting + 1 });
    if (this.sendsAtOnce) this.arrived(key);
    return ok();
  }

  #show({ key, item, consent }: Input<'showMedia'>): Result<MediaShown> {
    const trouble = this.troubles[key];
    if (trouble !== undefined && !(consent && isForeign(trouble))) return fail(trouble);
    const held = this.#held.get(item === null ? key : `${key}/${item}`);
    if (held !== undefined) return ok(held.shown);
    return fail({ kind: 'media', trouble: consent ? 'gone' : 'foreign' });
  }
}

function isForeign(trouble: Failure | undefined): trouble is Extract<Failure, { kind: 'media' }> {
  return trouble?.kind === 'media' && trouble.trouble === 'foreign';
}
