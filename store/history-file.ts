import type Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { Cursor, HistoryFacts, noFacts } from '../contract/history.ts';
import type {
  Change,
  Committed,
  HistoryPage,
  HistoryRange,
  HistoryWindow,
  OutboxItem,
} from '../contract/history.ts';
import { EpochMs, MessageId } from '../contract/ids.ts';
import type { Message } from '../contract/model.ts';
import type { SearchStep, StoreOpened } from '../contract/store-protocol.ts';
import { compareMessages } from '../contract/thread-order.ts';
import { Changing } from './changing.ts';
import { Candidates } from './candidates.ts';
import { MessageTable } from './message-table.ts';
import type { Stretch } from './message-table.ts';
import { jsonOf } from './rows.ts';
import type { Stored } from './rows.ts';
import { Search } from './search.ts';
import type { SearchStepInput, StepTime } from './search.ts';
import type { Irreplaceable } from './spare-outbox.ts';
import { Unreadable } from './trouble.ts';

/** What a commit came to, kept with it under its id. */
const LastCommit = z.object({
  id: z.string(),
  upserted: z.array(z.string()),
  removed: z.array(z.string()),
  rewritten: z.boolean(),
});
type LastCommit = z.infer<typeof LastCommit>;

const Whole = z.object({
  facts: z.string(),
  outbox_generation: z.int(),
  last_commit: z.string().nullable(),
  search_due: z.string().nullable(),
});

/** Tells the spare copy what to follow. Null if nothing irreplaceable changed. */
export type OutboxStep = {
  readonly generation: number;
  readonly draft: string;
  readonly changed: readonly Stored[];
  readonly gone: readonly string[];
} | null;

/** The history of one account in one database: commits and pages. */
export class HistoryFile {
  readonly #database: Database.Database;
  readonly #table: MessageTable;
  readonly #stepTime: StepTime;
  #search: Search | null = null;

  constructor(database: Database.Database, onSkipped: () => void, stepTime: StepTime) {
    this.#database = database;
    this.#table = new MessageTable(database, onSkipped);
    this.#stepTime = stepTime;
  }

  opened(pageSize: number): Omit<StoreOpened, 'setAside'> {
    return { facts: this.#facts(), page: this.page(null, pageSize), waiting: this.#table.waiting() };
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
        const last = this.#lastCommit();
        if (last?.id === commitId) return { committed: this.#committed(last), step: null };
        const changing = new Changing(this.#table);
        changing.apply(change);
        if (change.dropConfirmed === true) this.#set('search_due', null);
        const { upserted, removed, outbox } = changing.outcome();
        const keptFrom = change.dropConfirmed === true ? { keptFrom: null } : {};
        const step = this.#writeFacts({ ...keptFrom, ...change.facts }, outbox);
        const rewritten = change.dropConfirmed === true;
        const names = { upserted: upserted.map(({ key }) => key), removed, rewritten };
        this.#remember({ id: commitId, ...names });
        return { committed: this.#committed(names), step };
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
    this.#search ??= new Search(this.#table, new Candidates(this.#database), this.#stepTime);
    return { ...this.#search.step(input), complete: this.#searchDue() === null };
  }

  /**
   * Make up to `limit` messages searchable that were stored before there was a search.
   *
   * @returns false if none is left
   */
  makeSearchable(limit: number): boolean {
    return this.#database
      .transaction(() => {
        const due = this.#searchDue();
        if (due === null) return false;
        const next = this.#table.makeSearchable(due, limit);
        this.#set('search_due', next === null ? null : JSON.stringify(next));
        return next !== null;
      })
      .immediate();
  }

  outbox(): OutboxItem[] {
    return this.#table.pending().filter(({ message }) => message.status === 'queued');
  }

  irreplaceable(): Irreplaceable {
    return {
      generation: this.generation,
      draft: this.#facts().draft,
      outbox: this.#table.pending(),
    };
  }

  get generation(): number {
    return this.#whole().outbox_generation;
  }

  /** Take over the outbox and the draft from the spare copy, which knows of commits that this file has lost. */
  restore({ generation, draft, outbox }: Irreplaceable): void {
    this.#database.transaction(() => {
      for (const { message } of this.#table.pending()) this.#table.remove(message.key);
      for (const stored of outbox) if (!this.#knows(stored.message)) this.#table.put(stored);
      this.#set('facts', JSON.stringify({ ...this.#facts(), draft }));
      this.#set('outbox_generation', generation);
    })();
  }

  close(): void {
    this.#database.close();
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

  #committed({ upserted, removed, rewritten }: Omit<LastCommit, 'id'>): Committed {
    const rows = upserted.map((key) => this.#table.byKey(key)).filter((stored) => stored !== null);
    return {
      upserted: rows.map(({ message }) => message).sort(compareMessages),
      removed,
      rewritten,
      facts: this.#facts(),
      waiting: this.#table.waiting(),
    };
  }

  #writeFacts(facts: NonNullable<Change['facts']>, outbox: readonly string[]): OutboxStep {
    const before = this.#facts();
    const after = { ...before, ...facts };
    if (Object.keys(facts).length > 0) this.#set('facts', JSON.stringify(after));
    if (outbox.length === 0 && before.draft === after.draft) return null;
    const generation = this.generation + 1;
    this.#set('outbox_generation', generation);
    const rows = outbox.map((key) => ({ key, now: this.#table.byKey(key) }));
    const pending = rows.filter(({ now }) => now !== null && now.message.id === null);
    return {
      generation,
      draft: this.#facts().draft,
      changed: pending.flatMap(({ now }) => now ?? []),
      gone: rows.filter((row) => !pending.includes(row)).map(({ key }) => key),
    };
  }

  /** What a later version of the app has forgotten or a former one did not know, is as if nothing were known. */
  #facts(): HistoryFacts {
    const stored = jsonOf(this.#whole().facts);
    const facts = HistoryFacts.safeParse({ ...noFacts, ...stored });
    if (facts.success) return facts.data;
    return { ...noFacts, draft: 'draft' in stored && typeof stored.draft === 'string' ? stored.draft : '' };
  }

  #lastCommit(): LastCommit | null {
    return LastCommit.safeParse(jsonOf(this.#whole().last_commit ?? '')).data ?? null;
  }

  #remember(last: LastCommit): void {
    this.#set('last_commit', JSON.stringify(last));
  }

  #whole(): z.infer<typeof Whole> {
    const whole = Whole.safeParse(this.#database.prepare('SELECT * FROM whole').get());
    if (!whole.success) throw new Unreadable('no row about the whole');
    return whole.data;
  }

  #searchDue(): Cursor | null {
    return Cursor.safeParse(jsonOf(this.#whole().search_due ?? '')).data ?? null;
  }

  #set(
    column: 'facts' | 'outbox_generation' | 'last_commit' | 'search_due',
    value: string | number | null,
  ): void {
    this.#database.prepare(`UPDATE whole SET ${column} = ?`).run(value);
  }
}

function cursorOf({ received, id }: Message): Cursor {
  if (received === null || id === null) throw new Error('not accepted yet');
  return { received, id };
}

/** Below every message received at `received`, above every earlier one: a real id sorts below the last character. */
function justBefore(received: EpochMs): Cursor {
  return { received: EpochMs.parse(received - 1), id: MessageId.parse('\uffff') };
}
