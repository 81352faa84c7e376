import { ok, type Result } from '../../contract/failure.ts';
import type { EpochMs } from '../../contract/ids.ts';
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
    const { history, signal } = this.#scope;
    const page = await this.#service.page(who, null, signal);
    if (!page.ok) return page;
    const { conversationId, unreadCount, messages, hasOlder } = page.value;
    // A service that knows of no conversation takes none away from this device.
    const replaced = known !== null && conversationId !== null && known !== conversationId;
    const from = replaced ? null : this.#syncedTo;
    const committed = await history.commit({
      ...(replaced ? { dropConfirmed: true } : {}),
      confirm: messages,
      facts: {
        ...(conversationId === null ? {} : { conversationId }),
        unreadCount,
        syncedTo: messages.at(-1)?.received ?? from,
        gaps: replaced ? [] : this.#gapsAfter(page.value, from),
        reachedBeginning: from === null ? !hasOlder : this.#reachedBeginning || !hasOlder,
      },
    });
    if (!committed.ok) return committed;
    const filled = await this.#fillGaps(who);
    if (!filled.ok) return filled;
    const marked = await history.commit({ facts: { lastUpdatedAt: this.#clock.now() } });
    return marked.ok ? ok() : marked;
  }

  /**
   * The thread changed somewhere above its end (another history was merged into it): read back until a whole page brings
   * nothing new.
   */
  async reload(who: KnownSpeaker): Promise<Result<void>> {
    let before: EpochMs | null = null;
    for (;;) {
      const page: Result<ServicePage> = await this.#service.page(who, before, this.#scope.signal);
      if (!page.ok) return page;
      const { unreadCount, messages, hasOlder } = page.value;
      const known = await this.#knownIds(before, messages.length);
      if (!known.ok) return known;
      const news = messages.filter((message) => message.id !== null && !known.value.has(message.id));
      const facts = { unreadCount, ...(hasOlder ? {} : { reachedBeginning: true }) };
      const committed = await this.#scope.history.commit({ confirm: news, facts });
      if (!committed.ok) return committed;
      before = messages[0]?.received ?? null;
      if (news.length === 0 || !hasOlder || before === null) return ok();
    }
  }

  /** One more page of older messages from the service, if there is one. */
  async older(who: KnownSpeaker, before: EpochMs): Promise<Result<void>> {
    if (this.#reachedBeginning) return ok();
    const page = await this.#service.page(who, before, this.#scope.signal);
    if (!page.ok) return page;
    const { messages, hasOlder } = page.value;
    const facts = hasOlder ? {} : { reachedBeginning: true };
    const committed = await this.#scope.history.commit({ confirm: messages, facts });
    return committed.ok ? ok() : committed;
  }

  #gapsAfter({ messages, hasOlder }: ServicePage, from: EpochMs | null): readonly Gap[] {
    const oldest = messages[0]?.received ?? null;
    if (from === null || oldest === null || oldest <= from || !hasOlder) return this.#gaps;
    return [...this.#gaps, { after: from, before: oldest }];
  }

  async #fillGaps(who: KnownSpeaker): Promise<Result<void>> {
    for (;;) {
      const gap = this.#gaps.at(-1);
      if (gap === undefined) return ok();
      const page = await this.#service.page(who, gap.before, this.#scope.signal);
      if (!page.ok) return page;
      const { messages, hasOlder } = page.value;
      const oldest = messages[0]?.received ?? null;
      const closed = oldest === null || oldest <= gap.after || !hasOlder;
      const rest = this.#gaps.slice(0, -1);
      const gaps = closed ? rest : [...rest, { after: gap.after, before: oldest }];
      const committed = await this.#scope.history.commit({ confirm: messages, facts: { gaps } });
      if (!committed.ok) return committed;
    }
  }

  async #knownIds(before: EpochMs | null, atLeast: number): Promise<Result<ReadonlySet<string>>> {
    // The id is only a tie-breaker and sorts below every real one: "before this instant".
    const cursor = before === null ? null : { received: before, id: ' ' as never };
    const page = await this.#scope.history.page(cursor, atLeast + 50);
    if (!page.ok) return page;
    return ok(new Set(page.value.messages.flatMap(({ id }) => (id === null ? [] : [id]))));
  }
}
