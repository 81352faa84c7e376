import type Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { HistoryFacts, noFacts } from '../contract/history.ts';
import type { Change, Committed, Cursor, HistoryPage, OutboxItem } from '../contract/history.ts';
import type { Message } from '../contract/model.ts';
import type { StoreOpened } from '../contract/store-protocol.ts';
import { compareMessages } from '../contract/thread-order.ts';
import { Changing } from './changing.ts';
import { MessageTable } from './message-table.ts';
import { jsonOf } from './rows.ts';
import type { Stored } from './rows.ts';
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

  constructor(database: Database.Database, onSkipped: () => void) {
    this.#database = database;
    this.#table = new MessageTable(database, onSkipped);
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
        const { upserted, removed, outbox } = changing.outcome();
        const step = this.#writeFacts(change.facts, outbox);
        const rewritten = change.dropConfirmed === true;
        const names = { upserted: upserted.map(({ key }) => key), removed, rewritten };
        this.#remember({ id: commitId, ...names });
        return { committed: this.#committed(names), step };
      })
      .immediate();
  }

  page(before: Cursor | null, limit: number): HistoryPage {
    const page = this.#table.accepted(before, limit);
    if (before !== null) return page;
    const pending = this.#table.pending().map(({ message }) => message);
    return { ...page, messages: [...page.messages, ...pending] };
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

  #writeFacts(facts: Change['facts'], outbox: readonly string[]): OutboxStep {
    const before = this.#facts();
    const after = { ...before, ...facts };
    if (facts !== undefined) this.#set('facts', JSON.stringify(after));
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

  #set(column: 'facts' | 'outbox_generation' | 'last_commit', value: string | number): void {
    this.#database.prepare(`UPDATE whole SET ${column} = ?`).run(value);
  }
}
