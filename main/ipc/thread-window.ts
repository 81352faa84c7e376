import { ok, type Result } from '../../contract/failure.ts';
import type { EpochMs, MessageId } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import { compareMessages, placeMessages } from '../../contract/thread-order.ts';
import type { Thread, ThreadChange } from '../../contract/view.ts';
import type { Committed, Cursor, HistoryFacts, HistoryPage } from '../ports/history.ts';
import type { ScopedHistory } from '../ports/session-scope.ts';

/** Messages read at a time while scrolling. */
const pageSize = 80;
/** Around a place that was jumped to. */
const stretchSize = 160;
/** What a window holds at most when it has grown; a screen shows some twenty. */
const mostHeld = 480;
/** New messages are drawn as they come up to here; a window that holds more asks for them. */
const mostArrived = 640;
/** Looked through for the first unread message of those that came while nobody was here. */
const mostUnread = 2000;

/** How older messages come into the store when it holds no more of them. */
export interface OlderSource {
  readonly reachedBeginning: boolean;
  fetchOlder(before: EpochMs): Promise<Result<void>>;
}

export const emptyThread: Thread = {
  conversationId: null,
  messages: [],
  older: 'beginning',
  newer: false,
  gaps: [],
};

/**
 * The stretch of a session's thread that a window looks at. It grows by pages where the window has come near its end, lets
 * go at the other end, and follows what is committed: only what is durable is ever in it.
 *
 * A commit announced while a page is being read may or may not be in that page. Laid over it in order, it is right in
 * both cases: the store answers one request after the other.
 */
export class ThreadWindow {
  readonly #history: ScopedHistory;
  readonly #older: OlderSource;
  readonly #thread: () => Thread;
  readonly #show: (change: ThreadChange, came?: Committed) => void;
  /** The jump under way. */
  #jump: object | null = null;
  /** What is being read at each end; none of it counts any more once that end has been let go. */
  readonly #growing: { older: object | null; newer: object | null } = { older: null, newer: null };
  /** What was committed while something is being read. */
  readonly #meanwhile = new Set<Committed[]>();

  /**
   * @param deps.thread as it is drawn now
   * @param deps.show draws a change of it, and the commit it came with, if the session is not over
   */
  constructor(deps: {
    history: ScopedHistory;
    older: OlderSource;
    thread: () => Thread;
    show: (change: ThreadChange, came?: Committed) => void;
  }) {
    this.#history = deps.history;
    this.#older = deps.older;
    this.#thread = deps.thread;
    this.#show = deps.show;
  }

  /** What a session begins with. */
  opened(facts: HistoryFacts, page: HistoryPage): Thread {
    return this.#threadOf({ ...page, hasNewer: false }, facts);
  }

  /**
   * Begin where reading was left, if that is further up than the newest page.
   *
   * @returns the key of the first unread message, null where it was not gone to
   */
  async openAtUnread(facts: HistoryFacts, page: HistoryPage): Promise<string | null> {
    const { unreadCount } = facts;
    if (unreadCount === 0 || unreadCount > mostUnread || !page.hasOlder) return null;
    if (firstUnread(page.messages, unreadCount) !== null) return null;
    const unread = await this.#history.page(null, Math.min(unreadCount * 2, mostUnread));
    if (!unread.ok || this.#jump !== null) return null;
    const first = firstUnread(unread.value.messages, unreadCount);
    const at = first === null ? null : cursorOf(first);
    const shown = at === null ? null : await this.look(at);
    return shown?.ok === true ? shown.value.key : null;
  }

  /** The stretch around a message, or around the first one received then or later. */
  async look(at: Cursor | EpochMs | MessageId): Promise<Result<{ readonly key: string | null }>> {
    return typeof at === 'string' ? this.#lookFor(at) : this.#lookAt(at);
  }

  async #lookFor(id: MessageId): Promise<Result<{ readonly key: string | null }>> {
    const found = await this.#history.message(id);
    if (!found.ok) return found;
    const at = found.value === null ? null : cursorOf(found.value);
    return at === null ? ok({ key: null }) : this.#lookAt(at);
  }

  async #lookAt(at: Cursor | EpochMs): Promise<Result<{ readonly key: string | null }>> {
    const shown = await this.#replace(() => this.#history.around(at, stretchSize));
    if (shown === null) return ok({ key: null });
    if (!shown.ok) return shown;
    const { messages } = shown.value;
    const found = messages.find(({ id, received }) =>
      typeof at === 'number' ? received !== null && received >= at : id === at.id,
    );
    const nearest = typeof at === 'number' ? messages.at(-1) : undefined;
    return ok({ key: (found ?? nearest)?.key ?? null });
  }

  async latest(): Promise<Result<void>> {
    return this.#thread().newer || this.#jump !== null ? this.#toNewest() : ok();
  }

  /** Back to the end of the thread. */
  async #toNewest(): Promise<Result<void>> {
    const shown = await this.#replace(async () => {
      const page = await this.#history.page(null, pageSize);
      return page.ok ? ok({ ...page.value, hasNewer: false }) : page;
    });
    return shown === null || shown.ok ? ok() : shown;
  }

  /** Much of the thread has changed, or all of it: draw the stretch that was drawn, as far as it is still there. */
  async #readAnew(): Promise<void> {
    const { messages, newer } = this.#thread();
    const limit = Math.min(Math.max(pageSize, messages.length), mostArrived);
    const middle = messages[Math.floor(messages.length / 2)];
    const at = newer && middle !== undefined ? cursorOf(middle) : null;
    await this.#replace(async () => {
      if (at !== null) return this.#history.around(at, limit);
      const page = await this.#history.page(null, limit);
      return page.ok ? ok({ ...page.value, hasNewer: false }) : page;
    });
  }

  /** Reach further up: from the store, and from the service where the store ends. */
  async growOlder(): Promise<Result<void>> {
    if (this.#growing.older !== null || this.#thread().older === 'beginning') return ok();
    const turn = {};
    this.#growing.older = turn;
    this.#update([], { older: 'loading' });
    const result = await this.#readOlder(() => this.#growing.older === turn);
    if (this.#growing.older === turn) this.#growing.older = null;
    return result;
  }

  async growNewer(): Promise<Result<void>> {
    const last = this.#thread().messages.findLast(({ received }) => received !== null);
    const after = last === undefined ? null : cursorOf(last);
    if (this.#growing.newer !== null || !this.#thread().newer || after === null) return ok();
    const turn = {};
    this.#growing.newer = turn;
    const { page, meanwhile } = await this.#read(() => this.#history.after(after, pageSize));
    if (this.#growing.newer !== turn) return ok();
    this.#growing.newer = null;
    if (!page.ok) return page;
    this.#update(page.value.messages, { newer: page.value.hasNewer }, 'older');
    this.#layOver(meanwhile);
    return ok();
  }

  /** Draw what was committed, as far as it is in sight. */
  follow(committed: Committed): void {
    for (const kept of this.#meanwhile) kept.push(committed);
    if (committed.rewritten) void this.#readAnew();
    else this.#apply(committed);
  }

  #apply(committed: Committed): void {
    const { upserted, removed, facts } = committed;
    const thread = this.#thread();
    const known = new Set(thread.messages.map(({ key }) => key));
    const fitting = upserted.filter((message) => known.has(message.key) || isWithin(thread, message));
    const grown = thread.messages.length + fitting.length > mostArrived;
    const upsert = grown ? fitting.filter(({ key }) => known.has(key)) : fitting;
    const change: ThreadChange = {
      kind: 'update',
      upsert,
      remove: removed,
      older: thread.older,
      newer: thread.newer || upsert.length < fitting.length,
      gaps: gapsOf(facts),
      conversationId: facts.conversationId,
    };
    this.#show(change, committed);
  }

  #layOver(meanwhile: readonly Committed[]): void {
    for (const committed of meanwhile) this.#apply(committed);
  }

  async #readOlder(isCurrent: () => boolean): Promise<Result<void>> {
    const first = this.#thread().messages.find(({ received }) => received !== null);
    const before = first === undefined ? null : cursorOf(first);
    const stored = await this.#read(() => this.#history.page(before, pageSize));
    if (!isCurrent()) return ok();
    if (!stored.page.ok) return this.#stay(stored.page, 'more');
    const { hasOlder, messages } = stored.page.value;
    if (hasOlder || messages.length >= pageSize) return this.#grewOlder(stored.page.value, stored.meanwhile);
    const fetched = await this.#fetchOlder(messages[0]?.received ?? before?.received ?? null);
    if (!isCurrent()) return ok();
    const all = await this.#read(() => this.#history.page(before, pageSize));
    if (!isCurrent()) return ok();
    if (!all.page.ok) return this.#stay(all.page, 'more');
    this.#grewOlder(all.page.value, all.meanwhile);
    return fetched.ok ? ok() : this.#stay(fetched, 'unreachable');
  }

  #grewOlder({ messages, hasOlder }: HistoryPage, meanwhile: readonly Committed[]): Result<void> {
    this.#update(messages, { older: this.#above(hasOlder) }, 'newer');
    this.#layOver(meanwhile);
    return ok();
  }

  #stay(failed: Result<unknown> & { ok: false }, older: Thread['older']): Result<void> {
    this.#update([], { older });
    return failed;
  }

  async #fetchOlder(edge: EpochMs | null): Promise<Result<void>> {
    if (this.#older.reachedBeginning || edge === null) return ok();
    return this.#older.fetchOlder(edge);
  }

  #above(hasOlder: boolean): Thread['older'] {
    return hasOlder || !this.#older.reachedBeginning ? 'more' : 'beginning';
  }

  async #read<T>(
    ask: () => Promise<T>,
  ): Promise<{ readonly page: T; readonly meanwhile: readonly Committed[] }> {
    const meanwhile: Committed[] = [];
    this.#meanwhile.add(meanwhile);
    const page = await ask();
    this.#meanwhile.delete(meanwhile);
    return { page, meanwhile };
  }

  /** What was being read for the stretch before is given up. @returns null if a later jump took its place */
  async #replace(
    ask: () => Promise<Result<HistoryPage & { readonly hasNewer: boolean }>>,
  ): Promise<Result<HistoryPage> | null> {
    const turn = {};
    this.#jump = turn;
    const [facts, { page, meanwhile }] = await Promise.all([this.#history.commit({}), this.#read(ask)]);
    if (this.#jump !== turn) return null;
    this.#jump = null;
    if (!page.ok) return page;
    if (!facts.ok) return facts;
    this.#growing.older = null;
    this.#growing.newer = null;
    this.#show({ kind: 'replace', thread: this.#threadOf(page.value, facts.value.facts) });
    this.#layOver(meanwhile);
    return page;
  }

  #threadOf(page: HistoryPage & { readonly hasNewer: boolean }, facts: HistoryFacts): Thread {
    return {
      conversationId: facts.conversationId,
      messages: page.messages,
      older: this.#above(page.hasOlder),
      newer: page.hasNewer,
      gaps: gapsOf(facts),
    };
  }

  /** @param lettingGo the end at which a window that has grown too large lets go */
  #update(
    upsert: readonly Message[],
    edges: Partial<Pick<Thread, 'older' | 'newer'>>,
    lettingGo?: 'older' | 'newer',
  ): void {
    const thread = this.#thread();
    const all = placeMessages(thread.messages, upsert);
    const surplus = lettingGo === undefined ? 0 : Math.max(0, all.length - mostHeld);
    const fromTop = lettingGo === 'older';
    const gone = new Set(
      all.slice(fromTop ? 0 : all.length - surplus, fromTop ? surplus : all.length).map(({ key }) => key),
    );
    // What was being read for the end that goes would leave a hole.
    if (surplus > 0) this.#growing[fromTop ? 'older' : 'newer'] = null;
    const cut = surplus === 0 ? {} : fromTop ? ({ older: 'more' } as const) : { newer: true };
    const { conversationId, gaps } = thread;
    this.#show({
      kind: 'update',
      upsert: upsert.filter(({ key }) => !gone.has(key)),
      remove: [...gone],
      older: thread.older,
      newer: thread.newer,
      gaps,
      conversationId,
      ...edges,
      ...cut,
    });
  }
}

/** Whether a message not shown yet belongs into the stretch: not beyond an end behind which there is more. */
function isWithin({ messages, older, newer }: Thread, message: Message): boolean {
  const [first, last] = [messages[0], messages.at(-1)];
  if (first === undefined || last === undefined) return !newer;
  const above = compareMessages(message, first) < 0;
  const below = compareMessages(message, last) > 0;
  return (!above || older === 'beginning') && (!below || !newer);
}

/** The message with which the last `count` of the business begin; null if there are not so many. */
function firstUnread(messages: readonly Message[], count: number): Message | null {
  return messages.filter(({ author }) => author.kind === 'business').at(-count) ?? null;
}

/** The upper edges of what is missing. */
function gapsOf({ gaps }: HistoryFacts): readonly EpochMs[] {
  return gaps.map(({ before }) => before);
}

export function cursorOf({ received, id }: Message): Cursor | null {
  return received === null || id === null ? null : { received, id };
}
