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
import { openEncrypted, openMemory } from './encrypted-file.ts';
import { bytesIn, filesOf, isThere, prepareFolder, setAside, syncFolder } from './folder.ts';
import { HistoryFile } from './history-file.ts';
import type { OutboxStep } from './history-file.ts';
import { checkKey, writeKeyCheck } from './key-check.ts';
import { historySteps, spareSteps } from './schema.ts';
import type { SearchStepInput, StepTime } from './search.ts';
import { SpareOutbox } from './spare-outbox.ts';
import { isUnreadable, Refusal } from './trouble.ts';

type Tell = (event: StoreNote['event'], count?: number) => void;
type DiskPlace = Extract<StorePlace, { kind: 'disk' }>;

/** Long enough for most searches to be over in one step, short enough not to be noticed by whoever waits behind it. */
export const usualStepTime: StepTime = { budgetMs: 25, now: () => performance.now() };

/** What is open: the history, and the spare copy of its outbox unless the disk refuses it (or there is no disk). */
interface Open {
  readonly history: HistoryFile;
  spare: SpareOutbox | null;
}

/**
 * The open history of one account. A file that turns out unreadable, at once or later, is set aside and a new one takes
 * its place, with the outbox and the draft from the spare copy; the request at hand is then answered from the new file.
 */
export class Store {
  readonly #place: StorePlace;
  readonly #tell: Tell;
  readonly #stepTime: StepTime;
  #open: Open;
  #setAside = false;
  /** Set until the next commit tells that pages read before are worth nothing. */
  #rewritten = false;

  constructor(place: StorePlace, tell: Tell, stepTime: StepTime = usualStepTime) {
    this.#place = place;
    this.#tell = tell;
    this.#stepTime = stepTime;
    this.#open = place.kind === 'memory' ? this.#openMemory() : this.#openOrRenew(place);
  }

  opened(pageSize: number): StoreOpened {
    const opened = this.#healing(() => this.#open.history.opened(pageSize));
    this.#rewritten = false;
    return { ...opened, setAside: this.#setAside };
  }

  commit(commitId: string, change: Change): Committed {
    const committed = this.#healing(() => {
      const { committed, step } = this.#open.history.commit(commitId, change);
      this.#follow(step);
      return committed;
    });
    const rewritten = committed.rewritten || this.#rewritten;
    this.#rewritten = false;
    return { ...committed, rewritten };
  }

  page(before: Cursor | null, limit: number): HistoryPage {
    return this.#healing(() => this.#open.history.page(before, limit));
  }

  after(cursor: Cursor, limit: number): HistoryWindow {
    return this.#healing(() => this.#open.history.after(cursor, limit));
  }

  around(at: Cursor | EpochMs, limit: number): HistoryWindow {
    return this.#healing(() => this.#open.history.around(at, limit));
  }

  search(input: SearchStepInput): SearchStep {
    return this.#healing(() => this.#open.history.search(input));
  }

  range(since: EpochMs | null, until: EpochMs | null, after: Cursor | null, limit: number): HistoryRange {
    return this.#healing(() => this.#open.history.range(since, until, after, limit));
  }

  outbox(): OutboxItem[] {
    return this.#healing(() => this.#open.history.outbox());
  }

  size(): HistorySize {
    return this.#healing(() => {
      const { history } = this.#open;
      const bytes = this.#place.kind === 'memory' ? history.usedBytes : bytesIn(this.#place.folder);
      return { messages: history.messages(), bytes };
    });
  }

  /** Where a retention cuts; null if there is nothing to cut. */
  cutFor(retention: Retention): Cursor | null {
    return this.#healing(() => this.#open.history.cutFor(retention));
  }

  forget(before: Cursor): number {
    return this.#healing(() => this.#open.history.forget(before));
  }

  /** A piece of what can wait. @returns false if there is nothing more to do */
  tend(): boolean {
    return this.#healing(() => this.#open.history.tend());
  }

  close(): void {
    close(this.#open.spare, this.#open.history);
  }

  #healing<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (this.#place.kind === 'memory' || !isUnreadable(error)) throw error;
      this.close();
      this.#putAside(filesOf(this.#place.folder).history);
      this.#open = this.#openDisk(this.#place);
      return act();
    }
  }

  /** Damage may show only when more than the first pages is read. */
  #openOrRenew(place: DiskPlace): Open {
    try {
      return this.#openDisk(place);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#putAside(filesOf(place.folder).history);
      return this.#openDisk(place);
    }
  }

  #openMemory(): Open {
    return { history: new HistoryFile(openMemory(historySteps), this.#skipped, this.#stepTime), spare: null };
  }

  #openDisk(place: DiskPlace): Open {
    const { folder, key, account } = place;
    prepareFolder(folder);
    const files = filesOf(folder);
    const verdict = checkKey(files.keyCheck, key, account);
    const there = { history: isThere(files.history), spare: isThere(files.spare) };
    const nothing = !there.history && !there.spare;
    if (verdict === 'wrong' && !nothing) throw new Refusal('failed', 'the wrong key');

    const history = there.history ? readable(() => this.#historyAt(files.history, key)) : null;
    const spare = there.spare ? readable(() => this.#spareAt(files.spare, key)) : null;
    try {
      // Without the key check only a file that opens can prove the key.
      const proven = nothing || verdict === 'right' || history !== null || spare !== null;
      if (!proven) throw new Refusal('failed', 'no file opens with this key');
      if (verdict !== 'right') writeKeyCheck(files.keyCheck, key, account);
      if (there.history && history === null) this.#putAside(files.history);
      // A history that has vanished beside its spare copy is as lost as an unreadable one.
      if (!there.history && spare !== null) this.#lost();
      if (there.spare && spare === null) setAside(files.spare);
    } catch (error) {
      close(spare, history);
      throw error;
    }
    return this.#reconciled({ history: history ?? this.#historyAt(files.history, key), spare }, place);
  }

  #historyAt(path: string, key: string): HistoryFile {
    return new HistoryFile(openEncrypted(path, key, historySteps), this.#skipped, this.#stepTime);
  }

  #spareAt(path: string, key: string): SpareOutbox {
    return new SpareOutbox(openEncrypted(path, key, spareSteps));
  }

  /** After this, both files tell the same about the outbox: what the newer one tells. */
  #reconciled(open: Open, place: DiskPlace): Open {
    try {
      const saved = open.spare === null ? null : readable(() => open.spare?.read() ?? null);
      if (saved !== null && saved.generation > open.history.generation) {
        open.history.restore(saved);
        this.#tell('store.outboxRestored', saved.outbox.length);
      }
      if (saved?.generation !== open.history.generation) this.#renewSpare(open, place);
      syncFolder(place.folder);
      return open;
    } catch (error) {
      close(open.spare, open.history);
      throw error;
    }
  }

  /** Write the spare copy anew. A disk that refuses it now is asked again at the next commit. */
  #renewSpare(open: Open, { folder, key }: DiskPlace): void {
    const whole = open.history.irreplaceable();
    const path = filesOf(folder).spare;
    try {
      open.spare ??= this.#spareAt(path, key);
      open.spare.replace(whole);
    } catch (error) {
      close(open.spare);
      open.spare = null;
      if (isUnreadable(error)) setAside(path);
      this.#tell('store.spareStale');
    }
  }

  #follow(step: OutboxStep): void {
    if (this.#place.kind === 'memory') return;
    const { spare } = this.#open;
    if (spare === null) return this.#renewSpare(this.#open, this.#place);
    if (step === null) return;
    try {
      spare.follow(step.generation, step.draft, step.changed, step.gone);
    } catch {
      this.#renewSpare(this.#open, this.#place);
    }
  }

  #putAside(path: string): void {
    setAside(path);
    this.#lost();
  }

  #lost(): void {
    this.#setAside = true;
    this.#rewritten = true;
    this.#tell('store.setAside');
  }

  readonly #skipped = (): void => this.#tell('store.rowsSkipped');
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
