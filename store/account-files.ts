import type Database from 'better-sqlite3-multiple-ciphers';
import type { StoreNote, StorePlace } from '../contract/store-protocol.ts';
import { openEncrypted, openMemory } from './encrypted-file.ts';
import { filesOf, isThere, prepareFolder, setAside, syncFolder } from './folder.ts';
import { Footing } from './footing.ts';
import { HistoryFile } from './history-file.ts';
import type { OutboxStep } from './history-file.ts';
import { checkKey, writeKeyCheck } from './key-check.ts';
import { historySteps, spareSteps } from './schema.ts';
import type { StepTime } from './search.ts';
import { SpareOutbox } from './spare-outbox.ts';
import { isUnreadable, Refusal } from './trouble.ts';

type DiskPlace = Extract<StorePlace, { kind: 'disk' }>;

/** What the opening of files is told, and whom it tells. */
export interface Surroundings {
  readonly stepTime: StepTime;
  tell(event: StoreNote['event'], count?: number): void;
  /** A history was set aside, or had vanished: a new one has taken its place. */
  onLost(): void;
}

/** One account's files, open: the history, and the spare copy of its outbox unless the disk refuses it. */
export class AccountFiles {
  readonly history: HistoryFile;
  readonly #place: DiskPlace | null;
  readonly #around: Surroundings;
  readonly #footing: Footing | null;
  #spare: SpareOutbox | null;
  #spareFooting: Footing | null = null;

  private constructor(
    history: HistoryFile,
    spare: SpareOutbox | null,
    place: DiskPlace | null,
    around: Surroundings,
  ) {
    this.history = history;
    this.#spare = spare;
    this.#place = place;
    this.#around = around;
    this.#footing = place === null ? null : new Footing(filesOf(place.folder).history);
    if (place !== null && spare !== null) this.#spareFooting = new Footing(filesOf(place.folder).spare);
  }

  /** A history that touches no disk. */
  static inMemory(around: Surroundings): AccountFiles {
    return new AccountFiles(historyFileOf(openMemory(historySteps), around, false), null, null, around);
  }

  /** Open what is there, make what is not, and set aside what is damaged. Throws if damage shows only later. */
  static at(place: DiskPlace, around: Surroundings): AccountFiles {
    const { folder, key, account } = place;
    prepareFolder(folder);
    const files = filesOf(folder);
    const verdict = checkKey(files.keyCheck, key, account);
    const there = { history: isThere(files.history), spare: isThere(files.spare) };
    const nothing = !there.history && !there.spare;
    if (verdict === 'wrong' && !nothing) throw new Refusal('failed', 'the wrong key');

    // Closing a file takes its log away.
    const wasCutOff = isThere(`${files.history}-wal`);
    const openHistory = (): HistoryFile =>
      historyFileOf(openEncrypted(files.history, key, historySteps), around, wasCutOff);
    const history = there.history ? readable(openHistory) : null;
    const spare = there.spare ? readable(() => spareAt(place)) : null;
    try {
      // Without the key check only a file that opens can prove the key.
      const proven = nothing || verdict === 'right' || history !== null || spare !== null;
      if (!proven) throw new Refusal('failed', 'no file opens with this key');
      if (verdict !== 'right') writeKeyCheck(files.keyCheck, key, account);
      if (there.history && history === null) {
        setAside(files.history);
        around.onLost();
      }
      // A history that has vanished beside its spare copy is as lost as an unreadable one.
      if (!there.history && spare !== null) around.onLost();
      if (there.spare && spare === null) setAside(files.spare);
    } catch (error) {
      close(spare, history);
      throw error;
    }
    const opened = new AccountFiles(history ?? openHistory(), spare, place, around);
    opened.#reconcile(place);
    return opened;
  }

  /** To be called before writing. @throws Refusal if nothing that is written would be kept */
  get needsReopening(): boolean {
    const state = this.#footing?.state ?? 'firm';
    if (state === 'lost') throw new Refusal('failed', 'the file has lost its name');
    if (this.#spareFooting !== null && this.#spareFooting.state !== 'firm') this.#dropSpare();
    return state === 'logLost';
  }

  /** Let the spare copy follow a commit, before that is answered for. */
  follow(step: OutboxStep): void {
    const place = this.#place;
    if (place === null) return;
    this.#footing?.note();
    if (this.#spare === null) return this.#renewSpare(place);
    if (step === null) return;
    try {
      this.#spare.follow(step.generation, step.draft, step.changed, step.gone);
      this.#spareFooting?.note();
    } catch {
      this.#renewSpare(place);
    }
  }

  close(): void {
    close(this.#spare, this.history);
  }

  /** After this, both files tell the same about the outbox: what the newer one tells. */
  #reconcile(place: DiskPlace): void {
    try {
      const spare = this.#spare;
      const saved = spare === null ? null : readable(() => spare.read());
      if (saved !== null && saved.generation > this.history.generation) {
        this.history.restore(saved);
        this.#around.tell('store.outboxRestored', saved.outbox.length);
      }
      if (saved?.generation !== this.history.generation) this.#renewSpare(place);
      syncFolder(place.folder);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Write the spare copy anew. A disk that refuses it now is asked again at the next commit. */
  #renewSpare(place: DiskPlace): void {
    const whole = this.history.irreplaceable();
    const path = filesOf(place.folder).spare;
    try {
      this.#spare ??= spareAt(place);
      this.#spare.replace(whole);
      this.#spareFooting = new Footing(path);
    } catch (error) {
      this.#dropSpare();
      if (isUnreadable(error)) setAside(path);
      this.#around.tell('store.spareStale');
    }
  }

  #dropSpare(): void {
    close(this.#spare);
    this.#spare = null;
    this.#spareFooting = null;
  }
}

function historyFileOf(
  database: Database.Database,
  { tell, stepTime }: Surroundings,
  wasCutOff: boolean,
): HistoryFile {
  return new HistoryFile(database, () => tell('store.rowsSkipped'), stepTime, wasCutOff);
}

function spareAt({ folder, key }: DiskPlace): SpareOutbox {
  return new SpareOutbox(openEncrypted(filesOf(folder).spare, key, spareSteps));
}

/** @returns null if the file is damaged */
function readable<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (isUnreadable(error)) return null;
    throw error;
  }
}

/** Closing a damaged file may fail; there is nothing left to lose then. */
function close(...files: readonly ({ close(): void } | null)[]): void {
  for (const file of files) {
    try {
      file?.close();
    } catch {
      // Its handle goes with the process.
    }
  }
}
