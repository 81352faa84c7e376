import { rmSync } from 'node:fs';
import { maxCachedMediaBytes, type MediaName } from '../contract/media.ts';
import type { StorePlace } from '../contract/store-protocol.ts';
import { openEncrypted, openMemory } from './encrypted-file.ts';
import { filesOf, isThere, syncFolder } from './folder.ts';
import { Footing } from './footing.ts';
import { MediaFile, type Fate, type MediaPiece } from './media-file.ts';
import { mediaSteps } from './schema.ts';
import { isUnreadable } from './trouble.ts';

/** Media to be looked through for those that no message speaks of: numbers after `from`, up to `upTo`. */
interface Sweep {
  readonly from: number;
  readonly upTo: number;
  /** Those which nobody else has, too: only what was there before this process can be left over. */
  readonly unsent: boolean;
}

/**
 * The media of one account: a file of their own beside the history, opened when it is first needed, so that the thread is on
 * the screen no later for it. A damaged one is thrown away, and a new one takes its place: the service has what was in it,
 * apart from what was not sent yet, of which the outbox will say so. Whatever happens here, the history is not touched.
 */
export class AccountMedia {
  readonly #place: StorePlace;
  readonly #fateOf: (key: string) => Fate;
  readonly #onLost: () => void;
  #file: MediaFile | null = null;
  #footing: Footing | null = null;
  /** Messages that were not sent when their media came. */
  #unsent = new Set<string>();
  #sweeps: readonly Sweep[] = [];
  /** Look for leftovers of earlier runs once the file is open. */
  #looksBack: boolean;
  #bound = maxCachedMediaBytes;

  /** @param deps.isAgain it was open before in this session: what no message speaks of may be about to get one */
  constructor(deps: {
    readonly place: StorePlace;
    readonly isAgain: boolean;
    readonly fateOf: (key: string) => Fate;
    readonly onLost: () => void;
  }) {
    this.#place = deps.place;
    this.#fateOf = deps.fateOf;
    this.#onLost = deps.onLost;
    this.#looksBack = !deps.isAgain;
  }

  put(piece: MediaPiece): void {
    this.#healing((file) => {
      file.put(piece);
      if (piece.unsent) this.#unsent.add(piece.name.key);
      else if (piece.from + piece.bytes.length === piece.total) file.makeRoom(this.#bound);
    });
  }

  find(name: MediaName): number | null {
    return this.#healing((file) => {
      const bytes = file.find(name);
      if (bytes !== null) touch(file, name);
      return bytes;
    });
  }

  read(name: MediaName, from: number, length: number): Buffer | null {
    return this.#healing((file) => file.read(name, from, length));
  }

  drop(keys: readonly string[]): void {
    if (this.#file === null && !this.#isThere()) return;
    this.#healing((file) => file.drop(keys));
  }

  /** These messages are the service's too. */
  settle(keys: readonly string[]): void {
    const settled = keys.filter((key) => this.#unsent.has(key));
    if (settled.length === 0) return;
    this.#healing((file) => {
      for (const key of settled) file.settle(key);
      file.makeRoom(this.#bound);
    });
    for (const key of settled) this.#unsent.delete(key);
  }

  /** Messages have gone that nobody has counted. */
  sweepLater(): void {
    const begun = this.#sweeps.filter(({ unsent }) => unsent);
    this.#sweeps = [...begun, { from: 0, upTo: Number.MAX_SAFE_INTEGER, unsent: false }];
  }

  /** From now on keep no more than this, beside what was not sent yet. */
  keep(bytes: number): void {
    this.#bound = Math.max(0, Math.min(maxCachedMediaBytes, bytes));
    if (this.#file !== null || this.#isThere()) this.#healing((file) => file.makeRoom(this.#bound));
  }

  /** A piece of what can wait. @returns false if there is nothing more to do */
  tend(): boolean {
    if (this.#file === null && !this.#isThere()) return false;
    return this.#healing((file) => this.#sweepOn(file) || file.giveBack());
  }

  /** Only of media that touch no disk; a folder is measured as a whole. */
  get usedBytes(): number {
    return this.#file?.usedBytes ?? 0;
  }

  close(): void {
    const file = this.#file;
    this.#file = null;
    this.#footing = null;
    try {
      file?.close();
    } catch {
      // Its handle goes with the process.
    }
  }

  #sweepOn(file: MediaFile): boolean {
    const [due, ...others] = this.#sweeps;
    if (due === undefined) return false;
    const next = file.sweep(due.from, due.upTo, (key) => {
      if (!due.unsent && this.#unsent.has(key)) return 'unsent';
      return this.#fateOf(key);
    });
    this.#sweeps = next === null ? others : [{ ...due, from: next }, ...others];
    return true;
  }

  #healing<T>(act: (file: MediaFile) => T): T {
    try {
      return act(this.#opened());
    } catch (error) {
      if (this.#place.kind === 'memory' || !isUnreadable(error)) throw error;
      this.#throwAway(this.#place.folder);
      return act(this.#opened());
    }
  }

  #opened(): MediaFile {
    // A file that has lost its name keeps nothing that is written to it.
    if (this.#footing !== null && this.#footing.state !== 'firm') this.close();
    if (this.#file !== null) {
      this.#footing?.note();
      return this.#file;
    }
    const file = new MediaFile(this.#openDatabase());
    this.#file = file;
    this.#footing = this.#place.kind === 'memory' ? null : new Footing(filesOf(this.#place.folder).media);
    this.#unsent = new Set(file.unsent());
    if (this.#looksBack) this.#sweeps = [{ from: 0, upTo: file.newest, unsent: true }];
    this.#looksBack = false;
    return file;
  }

  #openDatabase() {
    const place = this.#place;
    if (place.kind === 'memory') return openMemory(mediaSteps);
    const isNew = !this.#isThere();
    const database = openEncrypted(filesOf(place.folder).media, place.key, mediaSteps);
    if (isNew) syncFolder(place.folder);
    return database;
  }

  #throwAway(folder: string): void {
    this.close();
    const { media } = filesOf(folder);
    // The log first: beside a new database it would be taken for that one's.
    for (const path of [`${media}-wal`, media]) rmSync(path, { recursive: true, force: true });
    syncFolder(folder);
    this.#unsent.clear();
    this.#sweeps = [];
    this.#onLost();
  }

  #isThere(): boolean {
    return this.#place.kind === 'disk' && isThere(filesOf(this.#place.folder).media);
  }
}

/** A disk that takes nothing now must not keep anybody from looking at what it holds. */
function touch(file: MediaFile, name: MediaName): void {
  try {
    file.touch(name);
  } catch (error) {
    if (isUnreadable(error)) throw error;
  }
}
