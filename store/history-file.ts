import type Database from 'better-sqlite3-multiple-ciphers';
import { HistoryFacts } from '../contract/history.ts';
import type {
  Change,
  Committed,
  Cursor,
  HistoryPage,
  HistoryRange,
  HistoryWindow,
  OutboxItem,
  Retention,
} from '../contract/history.ts';
import type { EpochMs } from '../contract/ids.ts';
import type { Message } from '../contract/model.ts';
import type { SearchStep, StoreOpened } from '../contract/store-protocol.ts';
import { compareMessages } from '../contract/thread-order.ts';
import { Candidates } from './candidates.ts';
import { Changing } from './changing.ts';
import { Forgetting } from './forgetting.ts';
import { cursorOf, justBefore, MessageTable } from './message-table.ts';
import type { Stretch } from './message-table.ts';
import type { Stored } from './rows.ts';
import { Search } from './search.ts';
import type { SearchStepInput, StepTime } from './search.ts';
import type { Irreplaceable } from './spare-outbox.ts';
import { Upkeep, usedBytes, worn } from './upkeep.ts';
import { Whole } from './whole.ts';
import type { LastCommit } from './whole.ts';

/** Tells the spare copy what to follow. Null if nothing irreplaceable changed. */
export type OutboxStep = {
  readonly generation: number;
  readonly draft: string;
  readonly changed: readonly Stored[];
  readonly gone: readonly string[];
} | null;

/** What no longer says anything when the thread became another one. */
const aboutAnotherThread = {
  wholeTo: null,
  mergedAt: null,
  keptFrom: null,
  seenUpTo: null,
  readUntold: null,
} as const;

/** The history of one account in one database: commits and pages. */
export class HistoryFile {
  readonly #database: Database.Database;
  readonly #table: MessageTable;
  readonly #whole: Whole;
  readonly #stepTime: StepTime;
  readonly #wasCutOff: boolean;
  #searching: Search | null = null;
  #forgets: Forgetting | null = null;
  #keepsUp: Upkeep | null = null;

  /** @param wasCutOff the file was not closed the last time it was open */
  constructor(database: Database.Database, onSkipped: () => void, stepTime: StepTime, wasCutOff = false) {
    this.#database = database;
    this.#wasCutOff = wasCutOff;
    this.#table = new MessageTable(database, onSkipped);
    this.#whole = new Whole(database);
    this.#stepTime = stepTime;
  }

  opened(pageSize: number): Omit<StoreOpened, 'setAside'> {
    return { facts: this.#whole.facts, page: this.page(null, pageSize), waiting: this.#table.waiting() };
  }

  /**
   * All of `change` in one transaction.
   *
   * @param commitId if it is the last one committed, nothing happens and the answer is the same as then.
   */
  commit(commitId: string, change: Change): { readonly committed: Committed; readonly step: OutboxStep } {
    if (Object.keys(change).length === 0)
      return { committed: this.#committed({ upserted: [], removed: [], rewritten: false }), step: null };
    return this.#database
      .transaction(() => {
        const last = this.#whole.lastCommit;
        if (last?.id === commitId) return { committed: this.#again(last), step: null };
        const anew = change.dropConfirmed === true ? aboutAnotherThread : {};
        const before = { ...this.#whole.facts, ...anew };
        const seenUpTo = later(before.seenUpTo, change.facts?.seenUpTo ?? null);
        const changing = new Changing(this.#table, { before: before.seenUpTo, upTo: seenUpTo });
        changing.apply(change);
        if (change.dropConfirmed === true) this.#whole.searchDue = null;
        const { upserted, removed, outbox } = changing.outcome();
        const seen = seenUpTo === before.seenUpTo && change.facts?.seenUpTo === undefined ? {} : { seenUpTo };
        const step = this.#writeFacts({ ...anew, ...change.facts, ...seen }, outbox);
        const rewritten = change.dropConfirmed === true;
        const names = upserted.map(({ key }) => key);
        this.#whole.lastCommit = { id: commitId, upserted: names, removed, rewritten };
        this.#table.makeFindable(upserted);
        return { committed: this.#committed({ upserted, removed, rewritten }), step };
      })
      .immediate();
  }

  page(before: Cursor | null, limit: number): HistoryPage {
    const { messages, more } = this.#table.stretch('older', before, limit);
    return { messages: before === null ? [...messages, ...this.#pending()] : messages, hasOlder: more };
  }

  after(cursor: Cursor, limit: number): HistoryWindow {
    const hasOlder = this.#at(cursor).length > 0 || this.#table.stretch('older', cursor, 0).more;
    return this.#window(this.#table.stretch('newer', cursor, limit), hasOlder);
  }

  around(at: Cursor | EpochMs, limit: number): HistoryWindow {
    const position = typeof at === 'number' ? justBefore(at) : at;
    const here = typeof at === 'number' ? [] : this.#at(at);
    const room = limit - here.length;
    const half = this.#table.stretch('newer', position, Math.floor(room / 2));
    const older = this.#table.stretch('older', position, room - half.messages.length);
    const newer = this.#table.stretch('newer', position, room - older.messages.length);
    return this.#window(
      { messages: [...older.messages, ...here, ...newer.messages], more: newer.more },
      older.more,
    );
  }

  range(since: EpochMs | null, until: EpochMs | null, after: Cursor | null, limit: number): HistoryRange {
    const from = after ?? (since === null ? null : justBefore(since));
    const { messages, more } = this.#table.stretch('newer', from, limit);
    const inTime = messages.filter(
      ({ received }) => until === null || (received !== null && received < until),
    );
    const last = inTime.at(-1);
    const isEnd = !more || inTime.length < messages.length || last === undefined;
    return { messages: inTime, next: isEnd ? null : cursorOf(last) };
  }

  search(input: SearchStepInput): SearchStep {
    return { ...this.#search.step(input), complete: this.#whole.searchDue === null };
  }

  message(name: string): Message | null {
    return (this.#table.byKey(name) ?? this.#table.byId(name))?.message ?? null;
  }

  messages(): number {
    return this.#table.count();
  }

  /** What a database holds in memory or in its file, free pages not counted. */
  get usedBytes(): number {
    return usedBytes(this.#database);
  }

  /** Where a retention cuts; null if there is nothing to cut. */
  cutFor(retention: Retention): Cursor | null {
    return this.#forgetting.cutFor(retention);
  }

  /** Let some of the messages before `before` go, and say so in the facts. @returns how many, zero if none is left */
  forget(before: Cursor): number {
    return this.#database
      .transaction(() => {
        const removed = this.#forgetting.forget(before);
        if (removed === 0) return 0;
        this.#whole.facts = this.#forgetting.factsAfter(this.#whole.facts);
        this.#whole.indexWear = worn;
        return removed;
      })
      .immediate();
  }

  /** A piece of what can wait. @returns false if there is nothing more to do */
  tend(): boolean {
    return this.#upkeep.piece();
  }

  outbox(): OutboxItem[] {
    return this.#table.pending().filter(({ message }) => message.status === 'queued');
  }

  irreplaceable(): Irreplaceable {
    return {
      generation: this.generation,
      draft: this.#whole.facts.draft,
      outbox: this.#table.pending(),
    };
  }

  get generation(): number {
    return this.#whole.generation;
  }

  /** Take over the outbox and the draft from the spare copy, which knows of commits that this file has lost. */
  restore({ generation, draft, outbox }: Irreplaceable): void {
    this.#database.transaction(() => {
      for (const { message } of this.#table.pending()) this.#table.remove(message.key);
      for (const stored of outbox) if (!this.#knows(stored.message)) this.#table.put(stored);
      this.#whole.facts = { ...this.#whole.facts, draft };
      this.#whole.generation = generation;
    })();
  }

  close(): void {
    this.#database.close();
  }

  // Opening a history needs none of these.
  get #search(): Search {
    return (this.#searching ??= new Search(this.#table, new Candidates(this.#database), this.#stepTime));
  }

  get #forgetting(): Forgetting {
    return (this.#forgets ??= new Forgetting(this.#database));
  }

  get #upkeep(): Upkeep {
    return (this.#keepsUp ??= new Upkeep(this.#database, this.#table, this.#whole, this.#wasCutOff));
  }

  #window({ messages, more }: Stretch, hasOlder: boolean): HistoryWindow {
    return { messages: more ? messages : [...messages, ...this.#pending()], hasOlder, hasNewer: more };
  }

  /** The message at `cursor`, if it is stored. */
  #at({ id, received }: Cursor): Message[] {
    const message = this.#table.byId(id)?.message;
    return message?.received === received ? [message] : [];
  }

  #pending(): Message[] {
    return this.#table.pending().map(({ message }) => message);
  }

  #knows({ key, clientMessageId }: Message): boolean {
    if (this.#table.byKey(key) !== null) return true;
    return clientMessageId !== null && this.#table.byClientMessageId(clientMessageId) !== null;
  }

  #again({ upserted, removed, rewritten }: LastCommit): Committed {
    const rows = upserted.map((key) => this.#table.byKey(key)).filter((stored) => stored !== null);
    return this.#committed({
      upserted: rows.map(({ message }) => message).sort(compareMessages),
      removed,
      rewritten,
    });
  }

  #committed(changed: Pick<Committed, 'upserted' | 'removed' | 'rewritten'>): Committed {
    return { ...changed, facts: this.#whole.facts, waiting: this.#table.waiting() };
  }

  #writeFacts(facts: NonNullable<Change['facts']>, outbox: readonly string[]): OutboxStep {
    const before = this.#whole.facts;
    const after = HistoryFacts.parse({ ...before, ...facts });
    if (Object.keys(facts).length > 0) this.#whole.facts = after;
    if (outbox.length === 0 && before.draft === after.draft) return null;
    const generation = this.generation + 1;
    this.#whole.generation = generation;
    const rows = outbox.map((key) => ({ key, now: this.#table.byKey(key) }));
    const pending = rows.filter(({ now }) => now !== null && now.message.id === null);
    return {
      generation,
      draft: this.#whole.facts.draft,
      changed: pending.flatMap(({ now }) => now ?? []),
      gone: rows.filter((row) => !pending.includes(row)).map(({ key }) => key),
    };
  }
}

function later(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  return a === null || (b !== null && b > a) ? b : a;
}
