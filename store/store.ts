import type {
  Change,
  Committed,
  Cursor,
  HistoryPage,
  HistoryRange,
  HistorySize,
  HistoryWindow,
  OutboxItem,
  Retention,
} from '../contract/history.ts';
import type { EpochMs } from '../contract/ids.ts';
import type { SearchStep, StoreNote, StoreOpened, StorePlace } from '../contract/store-protocol.ts';
import type { MediaName } from '../contract/media.ts';
import type { Message } from '../contract/model.ts';
import { AccountFiles } from './account-files.ts';
import { AccountMedia } from './account-media.ts';
import { bytesIn, filesOf, isThere, setAside } from './folder.ts';
import type { Fate, MediaPiece } from './media-file.ts';
import type { SearchStepInput, StepTime } from './search.ts';
import { isUnreadable, Refusal } from './trouble.ts';

/** Long enough for most searches to be over in one step, short enough not to be noticed by whoever waits behind it. */
export const usualStepTime: StepTime = { budgetMs: 25, now: () => performance.now() };

export interface StoreOptions {
  /** It was open before in this session: if its files are gone, none are made in their place. */
  readonly isAgain?: boolean;
  readonly stepTime?: StepTime;
}

/**
 * The open history of one account. A file that turns out unreadable, at once or later, is set aside and a new one takes
 * its place, with the outbox and the draft from the spare copy; the request at hand is then answered from the new file.
 */
export class Store {
  readonly #place: StorePlace;
  readonly #tell: (event: StoreNote['event'], count?: number) => void;
  readonly #stepTime: StepTime;
  readonly #media: AccountMedia;
  #files: AccountFiles;
  #setAside = false;
  /** Set until the next commit tells that pages read before are worth nothing. */
  #rewritten = false;

  constructor(
    place: StorePlace,
    tell: (event: StoreNote['event'], count?: number) => void,
    { isAgain = false, stepTime = usualStepTime }: StoreOptions = {},
  ) {
    this.#place = place;
    this.#tell = tell;
    this.#stepTime = stepTime;
    if (isAgain && !isStillThere(place)) throw new Refusal('failed', 'the files are gone');
    this.#files = this.#openOrRenew();
    this.#media = new AccountMedia({
      place,
      isAgain,
      fateOf: (key) => this.#fateOf(key),
      onLost: () => tell('store.mediaLost'),
    });
  }

  opened(pageSize: number): StoreOpened {
    const opened = this.#healing(() => this.#files.history.opened(pageSize));
    this.#rewritten = false;
    return { ...opened, setAside: this.#setAside };
  }

  commit(commitId: string, change: Change): Committed {
    const committed = this.#writing(() => {
      const { committed, step } = this.#files.history.commit(commitId, change);
      this.#files.follow(step);
      return committed;
    });
    this.#followWithMedia(change, committed);
    const rewritten = committed.rewritten || this.#rewritten;
    this.#rewritten = false;
    return { ...committed, rewritten };
  }

  message(key: string): Message | null {
    return this.#healing(() => this.#files.history.message(key));
  }

  page(before: Cursor | null, limit: number): HistoryPage {
    return this.#healing(() => this.#files.history.page(before, limit));
  }

  after(cursor: Cursor, limit: number): HistoryWindow {
    return this.#healing(() => this.#files.history.after(cursor, limit));
  }

  around(at: Cursor | EpochMs, limit: number): HistoryWindow {
    return this.#healing(() => this.#files.history.around(at, limit));
  }

  search(input: SearchStepInput): SearchStep {
    return this.#healing(() => this.#files.history.search(input));
  }

  range(since: EpochMs | null, until: EpochMs | null, after: Cursor | null, limit: number): HistoryRange {
    return this.#healing(() => this.#files.history.range(since, until, after, limit));
  }

  outbox(): OutboxItem[] {
    return this.#healing(() => this.#files.history.outbox());
  }

  size(): HistorySize {
    return this.#healing(() => {
      const { history } = this.#files;
      const inMemory = (): number => history.usedBytes + this.#media.usedBytes;
      const bytes = this.#place.kind === 'memory' ? inMemory() : bytesIn(this.#place.folder);
      return { messages: history.messages(), bytes };
    });
  }

  /** Where a retention cuts; null if there is nothing to cut. */
  cutFor(retention: Retention): Cursor | null {
    const { bytes } = retention;
    if (bytes !== null) this.#media.keep(bytes - this.#files.history.usedBytes);
    return this.#healing(() => this.#files.history.cutFor(retention));
  }

  forget(before: Cursor): number {
    const forgotten = this.#writing(() => this.#files.history.forget(before));
    if (forgotten > 0) this.#media.sweepLater();
    return forgotten;
  }

  putMedia(piece: MediaPiece): void {
    this.#media.put(piece);
  }

  findMedia(name: MediaName): number | null {
    return this.#media.find(name);
  }

  readMedia(name: MediaName, from: number, length: number): Buffer | null {
    return this.#media.read(name, from, length);
  }

  dropMedia(key: string): void {
    this.#media.drop([key]);
  }

  /** A piece of what can wait. @returns false if there is nothing more to do */
  tend(): boolean {
    return this.#writing(() => this.#files.history.tend()) || this.#media.tend();
  }

  close(): void {
    this.#media.close();
    this.#files.close();
  }

  /** A commit that was made stays made, whatever stands in the way of media: what they miss, a sweep finds. */
  #followWithMedia(change: Change, { removed, upserted }: Committed): void {
    try {
      if (change.dropConfirmed === true) this.#media.sweepLater();
      if (removed.length > 0) this.#media.drop(removed);
      this.#media.settle(upserted.filter(({ id }) => id !== null).map(({ key }) => key));
    } catch {
      this.#media.sweepLater();
    }
  }

  #fateOf(key: string): Fate {
    try {
      const message = this.#files.history.message(key);
      if (message === null) return 'gone';
      return message.id === null ? 'unsent' : 'kept';
    } catch {
      // Nothing is known of it now.
      return 'unsent';
    }
  }

  /** As `#healing`, if what is written will be kept. */
  #writing<T>(act: () => T): T {
    if (this.#files.needsReopening) {
      // Closing saves what the lost log holds.
      this.#files.close();
      this.#files = this.#openOrRenew();
    }
    return this.#healing(act);
  }

  #healing<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      this.#files = this.#renewed(error, this.#files);
      return act();
    }
  }

  /** Damage may show only when more than the first pages is read. */
  #openOrRenew(): AccountFiles {
    try {
      return this.#opening();
    } catch (error) {
      return this.#renewed(error, null);
    }
  }

  /** @throws `error` if it is not about damage */
  #renewed(error: unknown, damaged: AccountFiles | null): AccountFiles {
    if (this.#place.kind === 'memory' || !isUnreadable(error)) throw error;
    damaged?.close();
    setAside(filesOf(this.#place.folder).history);
    this.#lost();
    return this.#opening();
  }

  #opening(): AccountFiles {
    const around = { stepTime: this.#stepTime, tell: this.#tell, onLost: () => this.#lost() };
    return this.#place.kind === 'memory'
      ? AccountFiles.inMemory(around)
      : AccountFiles.at(this.#place, around);
  }

  #lost(): void {
    this.#setAside = true;
    this.#rewritten = true;
    this.#tell('store.setAside');
  }
}

function isStillThere(place: StorePlace): boolean {
  if (place.kind === 'memory') return false;
  const { history, spare } = filesOf(place.folder);
  return isThere(history) || isThere(spare);
}
