import { ok, type Result } from '../../contract/failure.ts';
import { EpochMs, MessageId } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { Committed, Gap } from '../ports/history.ts';
import type { KnownSpeaker, Service, ServicePage } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';

/**
 * Fetches what this device has not: after every subscription the newest pages down to what is stored, and older ones on
 * request. Each page is one transaction that also says which stretch is still missing, so that being killed in the middle
 * leaves a known gap and never a silent one.
 */
export class Backfill {
  readonly #scope: SessionScope;
  readonly #service: Service;
  readonly #clock: Clock;
  #gaps: readonly Gap[] = [];
  #reachedBeginning = false;
  #syncedTo: EpochMs | null = null;

  constructor(deps: { scope: SessionScope; service: Service; clock: Clock }) {
    this.#scope = deps.scope;
    this.#service = deps.service;
    this.#clock = deps.clock;
    deps.scope.history.onCommitted((committed) => this.know(committed.facts));
  }

  know({
    gaps,
    reachedBeginning,
    syncedTo,
  }: Pick<Committed['facts'], 'gaps' | 'reachedBeginning' | 'syncedTo'>): void {
    this.#syncedTo = syncedTo;
    this.#gaps = gaps;
    this.#reachedBeginning = reachedBeginning;
  }

  /**
   * From the newest message of the service back to where this device was in step, and then every gap left from before.
   *
   * @param known the conversation the stored messages belong to; another one takes their place
   */
  async catchUp(who: KnownSpeaker, known: string | null): Promise<Result<void>> {
    const { history } = this.#scope;
    const page = await this.#service.page(who, null, this.#scope.signal);
    if (!page.ok) return page;
    const { conversationId, unreadCount, messages, hasOlder } = page.value;
    // A service that knows of no conversation takes none away from this device.
    const replaced = known !== null && conversationId !== null && known !== conversationId;
    const from = replaced ? null : this.#syncedTo;
    const gap = await this.#gapBelow(page.value, from);
    if (!gap.ok) return gap;
    const committed = await history.commit({
      ...(replaced ? { dropConfirmed: true } : {}),
      confirm: messages,
      facts: {
        ...(conversationId === null ? {} : { conversationId }),
        unreadCount,
        syncedTo: messages.at(-1)?.received ?? from,
        gaps: replaced ? [] : [...this.#gaps, ...gap.value],
        reachedBeginning: from === null ? !hasOlder : this.#reachedBeginning || !hasOlder,
      },
    });
    if (!committed.ok) return committed;
    const filled = await this.#fillGaps(who);
    if (!filled.ok) return filled;
    const marked = await history.commit({ facts: { lastUpdatedAt: this.#clock.now() } });
    return marked.ok ? ok() : marked;
  }

  /** Another history was merged into this thread, nobody knows how far up: read back until a page brings nothing new. */
  async reload(who: KnownSpeaker): Promise<Result<void>> {
    const page = await this.#service.page(who, null, this.#scope.signal);
    if (!page.ok) return page;
    const { unreadCount, messages, hasOlder } = page.value;
    const news = await this.#newsAmong(messages, null);
    if (!news.ok) return news;
    const oldest = messages[0]?.received ?? null;
    const unfinished = news.value.length > 0 && hasOlder && oldest !== null;
    const committed = await this.#scope.history.commit({
      confirm: messages,
      facts: { unreadCount, ...(unfinished ? { gaps: [...this.#gaps, insertedAbove(oldest)] } : {}) },
    });
    return committed.ok ? this.#fillGaps(who) : committed;
  }

  /** One more page of older messages from the service, if there is one. */
  async older(who: KnownSpeaker, before: EpochMs): Promise<Result<void>> {
    if (this.#reachedBeginning) return ok();
    const page = await this.#pageUpTo(who, before);
    if (!page.ok) return page;
    const { messages, hasOlder } = page.value;
    const facts = hasOlder ? {} : { reachedBeginning: true };
    const committed = await this.#scope.history.commit({ confirm: messages, facts });
    return committed.ok ? ok() : committed;
  }

  /** What is missing below the service's newest page, none or one. */
  async #gapBelow(
    { messages, hasOlder }: ServicePage,
    from: EpochMs | null,
  ): Promise<Result<readonly Gap[]>> {
    const oldest = messages[0]?.received ?? null;
    if (from === null || oldest === null || !hasOlder) return ok([]);
    if (oldest > from) return ok([{ after: from, before: oldest, untilKnown: false }]);
    // The page reaches into what we have. News in there means that something was inserted while we were away.
    const news = await this.#newsAmong(messages, null);
    if (!news.ok) return news;
    const inserted = news.value.some(({ received }) => received !== null && received <= from);
    return ok(inserted ? [insertedAbove(oldest)] : []);
  }

  async #fillGaps(who: KnownSpeaker): Promise<Result<void>> {
    for (;;) {
      const gap = this.#gaps.at(-1);
      if (gap === undefined) return ok();
      const page = await this.#pageUpTo(who, gap.before);
      if (!page.ok) return page;
      const { messages, hasOlder } = page.value;
      const news = await this.#newsAmong(messages, gap.before);
      if (!news.ok) return news;
      const oldest = messages[0]?.received ?? null;
      const reached = gap.untilKnown ? news.value.length === 0 : oldest !== null && oldest <= gap.after;
      const rest = this.#gaps.slice(0, -1);
      const gaps = oldest === null || reached || !hasOlder ? rest : [...rest, { ...gap, before: oldest }];
      const facts = { gaps, ...(hasOlder ? {} : { reachedBeginning: true }) };
      const committed = await this.#scope.history.commit({ confirm: messages, facts });
      if (!committed.ok) return committed;
    }
  }

  /**
   * The page that ends with `until`, that instant included: another message may share it. A whole page of one instant,
   * which brings us no further, is stepped over.
   */
  async #pageUpTo(who: KnownSpeaker, until: EpochMs): Promise<Result<ServicePage>> {
    const { signal } = this.#scope;
    const page = await this.#service.page(who, EpochMs.parse(until + 1), signal);
    const oldest = page.ok ? (page.value.messages[0]?.received ?? null) : null;
    return oldest !== null && oldest >= until ? this.#service.page(who, until, signal) : page;
  }

  /** Those of a page that are not stored yet. @param until the instant the page ends with, null for the newest */
  async #newsAmong(messages: readonly Message[], until: EpochMs | null): Promise<Result<readonly Message[]>> {
    // Every real id sorts below the last character: up to and including this instant.
    const cursor = until === null ? null : { received: until, id: MessageId.parse('\uffff') };
    const stored = await this.#scope.history.page(cursor, messages.length + 50);
    if (!stored.ok) return stored;
    const known = new Set(stored.value.messages.map(({ id }) => id));
    return ok(messages.filter(({ id }) => !known.has(id)));
  }
}

function insertedAbove(before: EpochMs): Gap {
  return { after: EpochMs.parse(0), before, untilKnown: true };
}
