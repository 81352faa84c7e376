import { fileNameOf, savedFileName } from '../../contract/file-name.ts';
import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Input, Output } from '../../contract/requests.ts';
import { isPictureType, isPlayedType, sniffMediaType } from '../../contract/media-type.ts';
import { AttachmentUrl, mediaPieceBytes, type MediaName, type MediaShown } from '../../contract/media.ts';
import type { Content } from '../../contract/model.ts';
import type { Attachment } from '../ports/attachment-source.ts';
import type { Log } from '../ports/log.ts';
import type { MediaRoom } from '../ports/messenger.ts';
import type { Random } from '../ports/random.ts';
import type { SaveFile } from '../ports/save-file.ts';
import type { Service } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';
import { isTooLarge, mostDrawn, readPicture } from './picture.ts';
import { Turns } from './turns.ts';

/** Fetched at the same time. */
const mostFetches = 4;

/** What a message says about its media. */
interface Told {
  readonly mediaUrl: string | null;
  readonly name: string;
}

/** Media in hand: at rest on this device, or as they came. */
interface Held {
  readonly size: number;
  read(from: number, length: number): Promise<Result<Uint8Array | null>>;
}

type Drawable = Pick<MediaShown, 'mediaType' | 'size'>;

const gone = fail({ kind: 'media', trouble: 'gone' });

/**
 * Pictures, sounds and files of one session's messages. They are looked up in the store and nowhere else: the page names a
 * message, never an address. What is drawn was looked at before, by its bytes; an address it is given is good for this
 * session only.
 */
export class Media implements MediaRoom {
  readonly #scope: SessionScope;
  readonly #service: Service;
  readonly #random: Random;
  readonly #log: Log;
  readonly #saveFile: SaveFile;
  readonly #fetches = new Turns(mostFetches);
  /** Fetches under way: all who want the same wait for one. */
  readonly #underWay = new Map<string, Promise<Result<Held>>>();
  /** What the page has addresses of, by id, and the id of each media. */
  readonly #offered = new Map<string, Attachment>();
  readonly #ids = new Map<string, string>();

  constructor(deps: { scope: SessionScope; service: Service; random: Random; log: Log; saveFile: SaveFile }) {
    this.#scope = deps.scope;
    this.#service = deps.service;
    this.#random = deps.random;
    this.#log = deps.log;
    this.#saveFile = deps.saveFile;
    deps.scope.signal.onAbort(() => {
      this.#offered.clear();
      this.#ids.clear();
    });
  }

  /** What is behind an address that this session's page was given. */
  attachment(id: string): Attachment | null {
    return this.#offered.get(id) ?? null;
  }

  async show({
    key,
    item,
    consent,
  }: Omit<Input<'showMedia'>, 'epoch'>): Promise<Result<Output<'showMedia'>>> {
    const name = { key, item };
    const held = await this.#held(name, consent);
    if (!held.ok) return held;
    const drawable = await drawableOf(held.value);
    if (!drawable.ok) {
      this.#log.info('media.notDrawn', { failure: drawable.failure.kind });
      return drawable;
    }
    if (this.#scope.signal.aborted) return fail({ kind: 'sessionOver' });
    const url = this.#offer(name, held.value, drawable.value.mediaType);
    return ok({ url, bytes: held.value.size, ...drawable.value });
  }

  async save({
    key,
    item,
    consent,
  }: Omit<Input<'saveMedia'>, 'epoch'>): Promise<Result<Output<'saveMedia'>>> {
    const told = await this.#told({ key, item });
    if (!told.ok) return told;
    const held = await this.#held({ key, item }, consent);
    if (!held.ok) return held;
    const head = await held.value.read(0, 64);
    if (!head.ok || head.value === null) return head.ok ? gone : head;
    return this.#saveFile(savedFileName(told.value.name, sniffMediaType(head.value)), piecesOf(held.value));
  }

  /** From this device, else from where the message says. */
  async #held(name: MediaName, consent: boolean): Promise<Result<Held>> {
    const told = await this.#told(name);
    if (!told.ok) return told;
    const kept = await this.#kept(name);
    if (!kept.ok || kept.value !== null) return kept.ok && kept.value !== null ? ok(kept.value) : gone;
    return told.value.mediaUrl === null ? gone : this.#fetched(name, told.value.mediaUrl, consent);
  }

  async #told({ key, item }: MediaName): Promise<Result<Told>> {
    const message = await this.#scope.history.message(key);
    if (!message.ok) return message;
    const told = message.value === null ? null : toldBy(message.value.content, item);
    return told === null ? gone : ok(told);
  }

  async #kept(name: MediaName): Promise<Result<Held | null>> {
    const { media } = this.#scope.history;
    const size = await media.find(name);
    // A cache that cannot be read is none: the service has it too.
    if (!size.ok) return size.failure.kind === 'storage' ? ok(null) : size;
    if (size.value === null) return ok(null);
    return ok({ size: size.value, read: (from, length) => media.read(name, from, length) });
  }

  /** Whoever consents waits for nobody who does not. */
  #fetched(name: MediaName, url: string, consent: boolean): Promise<Result<Held>> {
    const wanted = `${nameOf(name)} ${consent}`;
    const underWay = this.#underWay.get(wanted);
    if (underWay !== undefined) return underWay;
    const fetch = this.#fetches
      .inTurn(() => this.#fetch(name, url, consent))
      .finally(() => this.#underWay.delete(wanted));
    this.#underWay.set(wanted, fetch);
    return fetch;
  }

  async #fetch(name: MediaName, url: string, consent: boolean): Promise<Result<Held>> {
    if (this.#scope.signal.aborted) return fail({ kind: 'sessionOver' });
    const fetched = await this.#service.fetchMedia(url, consent, this.#scope.signal);
    if (this.#scope.signal.aborted) return fail({ kind: 'sessionOver' });
    if (!fetched.ok) return fetched;
    const bytes = fetched.value;
    if (bytes.length === 0) return gone;
    const { media } = this.#scope.history;
    const put = await media.put(name, bytes, false);
    // One that was deleted meanwhile leaves nothing behind.
    if (put.ok && (await this.#told(name)).ok === false) await media.drop(name.key);
    if (!put.ok) this.#log.info('media.notKept', { failure: put.failure.kind });
    const kept = put.ok ? await this.#kept(name) : ok(null);
    if (kept.ok && kept.value !== null) return ok(kept.value);
    return ok({ size: bytes.length, read: async (from, length) => ok(bytes.subarray(from, from + length)) });
  }

  #offer(name: MediaName, { size, read }: Held, mediaType: string): MediaShown['url'] {
    const known = this.#ids.get(nameOf(name));
    const id = known ?? this.#random.hex(16);
    this.#ids.set(nameOf(name), id);
    this.#offered.set(id, { mediaType, bytes: size, read });
    return AttachmentUrl.parse(`att://${id}/`);
  }
}

function nameOf({ key, item }: MediaName): string {
  return `${key} ${item ?? ''}`;
}

function toldBy(content: Content, item: number | null): Told | null {
  if (item !== null) {
    const found = content.kind === 'items' ? content.items[item] : undefined;
    const mediaUrl = found?.mediaUrl ?? null;
    return mediaUrl === null ? null : { mediaUrl, name: fileNameOf(mediaUrl) };
  }
  if (content.kind !== 'image' && content.kind !== 'file') return null;
  const { mediaUrl, name } = content;
  return { mediaUrl, name: name ?? fileNameOf(mediaUrl ?? '') };
}

/** Whether it may be drawn or played, and what it is. Its header is read before anybody decodes it. */
async function drawableOf({ size, read }: Held): Promise<Result<Drawable>> {
  const head = await read(0, 64);
  if (!head.ok || head.value === null) return head.ok ? gone : head;
  const mediaType = sniffMediaType(head.value);
  if (mediaType !== null && isPlayedType(mediaType)) return ok({ mediaType, size: null });
  if (mediaType === null || !isPictureType(mediaType)) return fail({ kind: 'media', trouble: 'unsafe' });
  if (size > mostDrawn.bytes) return fail({ kind: 'media', trouble: 'tooLarge' });
  const whole = await read(0, size);
  if (!whole.ok || whole.value === null) return whole.ok ? gone : whole;
  const header = readPicture(mediaType, whole.value);
  if (header === null) return fail({ kind: 'media', trouble: 'unsafe' });
  if (isTooLarge(header, size)) return fail({ kind: 'media', trouble: 'tooLarge' });
  return ok({ mediaType, size: { width: header.width, height: header.height } });
}

async function* piecesOf({ size, read }: Held): AsyncGenerator<Result<Uint8Array>> {
  for (let at = 0; at < size; at += mediaPieceBytes) {
    const piece = await read(at, mediaPieceBytes);
    if (!piece.ok || piece.value === null) return yield piece.ok ? gone : piece;
    yield ok(piece.value);
  }
}
