import { ok, type Result } from '../../contract/failure.ts';
import { EpochMs, MessageId } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { Change, Committed, Gap, HistoryFacts } from '../ports/history.ts';
import type { KnownSpeaker, Merge, Service, ServicePage } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';
import type { Reading } from './reading.ts';
import { Vanished, type Fetched } from './vanished.ts';

/**
 * Fetches what this device has not: after every subscription the newest pages down to what is stored, and older ones on
 * request. Each page is one transaction that also says which stretch is still missing, so that being killed in the middle
 * leaves a known gap and never a silent one. What a page shows to be gone at the service goes here in the same step.
 */
export class Backfill {
  readonly #scope: SessionScope;
  readonly #service: Service;
  readonly #clock: Clock;
  readonly #reading: Reading;
  readonly #vanished: Vanished;
  #isHasty = false;
  #writing: Promise<unknown> = Promise.resolve();
  #facts: HistoryFacts;

  constructor(deps: {
    scope: SessionScope;
    service: Service;
    clock: Clock;
    reading: Reading;
    facts: HistoryFacts;
  }) {
    this.#scope = deps.scope;
    this.#service = deps.service;
    this.#clock = deps.clock;
    this.#reading = deps.reading;
    this.#vanished = new Vanished(deps);
    this.#facts = deps.facts;
    deps.scope.history.onCommitted(({ facts }) => {
      this.#facts = facts;
    });
  }

  /**
   * Whether the last newest page was made so shortly after the newest message (the service tells the time of its pages in
   * whole seconds) that it could not show what has been deleted: only a later one can.
   */
  get isHasty(): boolean {
    return this.#isHasty;
  }

  /** From the newest message of the service back to where this device was in step, and then every gap left from before. */
  async catchUp(who: KnownSpeaker): Promise<Result<void>> {
    const { history } = this.#scope;
    const newest = await this.#newestPage(who);
    if (!newest.ok) return newest;
    const { page, change } = newest.value;
    const { conversationId, messages, hasOlder } = page;
    const known = this.#facts.conversationId;
    // A service that knows of no conversation takes none away from this device. Another one takes the place of the old one.
    const replaced = known !== null && conversationId !== null && known !== conversationId;
    const from = replaced ? null : (this.#facts.wholeTo ?? this.#facts.syncedTo);
    const newestHere = later(from, messages.at(-1)?.received ?? null);
    const gap = await this.#gapBelow(page, from);
    if (!gap.ok) return gap;
    const committed = await this.#commit(({ gaps, mergedAt, reachedBeginning, syncedTo, wholeTo }) => ({
      ...change,
      ...(replaced ? { dropConfirmed: true } : {}),
      facts: {
        ...change.facts,
        ...(conversationId === null ? {} : { conversationId }),
        syncedTo: replaced ? newestHere : later(syncedTo, newestHere),
        wholeTo: replaced ? newestHere : later(wholeTo, newestHere),
        mergedAt: replaced ? lastMerge(page) : later(mergedAt, lastMerge(page)),
        gaps: replaced ? [] : [...gaps, ...gap.value],
        reachedBeginning: from === null ? !hasOlder : reachedBeginning || !hasOlder,
      },
    }));
    if (!committed.ok) return committed;
    const filled = await this.#fillGaps(who);
    if (!filled.ok) return filled;
    const marked = await history.commit({ facts: { lastUpdatedAt: this.#clock.now() } });
    return marked.ok ? ok() : marked;
  }

  /**
   * Another history was merged into this thread. A service that does not say how far up is read back until a page brings
   * nothing new.
   */
  async reload(who: KnownSpeaker): Promise<Result<void>> {
    const newest = await this.#newestPage(who);
    if (!newest.ok) return newest;
    const { page, change } = newest.value;
    const gap = await this.#gapOfMerge(page, null);
    if (!gap.ok) return gap;
    const committed = await this.#commit(({ gaps, mergedAt }) => ({
      ...change,
      facts: {
        ...change.facts,
        mergedAt: later(mergedAt, lastMerge(page)),
        gaps: [...gaps, ...gap.value],
      },
    }));
    return committed.ok ? this.#fillGaps(who) : committed;
  }

  /** One more page of older messages from the service, if there is one. */
  async older(who: KnownSpeaker, before: EpochMs): Promise<Result<void>> {
    let isOutdated = true;
    while (isOutdated && !this.#facts.reachedBeginning) {
      const { mergedAt: known } = this.#facts;
      const fetched = await this.#pageUpTo(who, before);
      if (!fetched.ok) return fetched;
      const gone = await this.#gone(who, fetched.value);
      if (!gone.ok) return gone;
      const { messages, hasOlder } = fetched.value.page;
      const committed = await this.#commit(({ mergedAt }) => {
        // The page may be from before a merge that is known by now, and nobody would ask for what is missing in it.
        isOutdated = mergedAt !== known;
        if (isOutdated) return {};
        return { remove: gone.value, confirm: messages, facts: hasOlder ? {} : { reachedBeginning: true } };
      });
      if (!committed.ok) return committed;
    }
    return ok();
  }

  /** The newest page of the service, and what it changes here whatever came before it. */
  async #newestPage(who: KnownSpeaker): Promise<Result<{ page: ServicePage; change: Change }>> {
    const count = this.#reading.counting();
    const fetched = await this.#service.page(who, null, this.#scope.signal);
    if (!fetched.ok) return fetched;
    const page = fetched.value;
    const newest = later(this.#facts.syncedTo, page.messages.at(-1)?.received ?? null);
    this.#isHasty = page.madeAt !== null && newest !== null && page.madeAt < newest;
    const gone = await this.#gone(who, { page, before: null });
    if (!gone.ok) return gone;
    const seen = page.seenUpTo === null ? {} : { seenUpTo: notAfter(page.messages, page.seenUpTo) };
    const facts = { unreadCount: count(page), ...seen };
    return ok({ page, change: { remove: gone.value, confirm: page.messages, facts } });
  }

  /** What is missing below the service's newest page for a device that was in step up to `from`, none or one. */
  async #gapBelow(page: ServicePage, from: EpochMs | null): Promise<Result<readonly Gap[]>> {
    const oldest = page.messages[0]?.received ?? null;
    if (from === null || oldest === null || !page.hasOlder) return ok([]);
    if (oldest <= from) return this.#gapOfMerge(page, from);
    return ok([{ after: earlier(from, this.#reachOf(page.merges)), before: oldest, untilKnown: false }]);
  }

  /**
   * What was merged in below the newest page, none or one. A service that does not tell of merges shows one by news on the
   * page: any at all, or such as are no newer than `knownTo`.
   */
  async #gapOfMerge(
    { messages, hasOlder, merges }: ServicePage,
    knownTo: EpochMs | null,
  ): Promise<Result<readonly Gap[]>> {
    const oldest = messages[0]?.received ?? null;
    if (oldest === null || !hasOlder) return ok([]);
    if (merges !== null) {
      const after = this.#reachOf(merges);
      return ok(after !== null && after < oldest ? [{ after, before: oldest, untilKnown: false }] : []);
    }
    const news = await this.#newsAmong(messages, null);
    if (!news.ok) return news;
    const inserted = news.value.some(
      ({ received }) => knownTo === null || (received !== null && received <= knownTo),
    );
    return ok(inserted ? [insertedAbove(oldest)] : []);
  }

  /** Up to which instant nothing was merged in since the last merge this device knows of; null: nowhere, or nobody says. */
  #reachOf(merges: readonly Merge[] | null): EpochMs | null {
    const { mergedAt } = this.#facts;
    const news = (merges ?? []).filter(({ at }) => mergedAt === null || at > mergedAt);
    return news.length === 0
      ? null
      : EpochMs.parse(Math.max(0, Math.min(...news.map(({ from }) => from)) - 1));
  }

  /** The first message of this device; what lies below it is fetched whenever somebody goes there. Zero: nothing does. */
  async #begins(): Promise<Result<number>> {
    if (this.#facts.reachedBeginning) return ok(0);
    const first = await this.#scope.history.range({ since: null, until: null }, null, 1);
    return first.ok ? ok(first.value.messages[0]?.received ?? 0) : first;
  }

  async #fillGaps(who: KnownSpeaker): Promise<Result<void>> {
    for (;;) {
      const gap = this.#facts.gaps.at(-1);
      if (gap === undefined) return ok();
      const { mergedAt: known } = this.#facts;
      const fetched = await this.#pageUpTo(who, gap.before);
      if (!fetched.ok) return fetched;
      const { messages, hasOlder } = fetched.value.page;
      const news = await this.#newsAmong(messages, gap.before);
      if (!news.ok) return news;
      const gone = await this.#gone(who, fetched.value);
      if (!gone.ok) return gone;
      const oldest = messages[0]?.received ?? null;
      const begins = await this.#begins();
      if (!begins.ok) return begins;
      const isAtEnd = oldest !== null && oldest <= Math.max(gap.after, begins.value);
      const reached = isAtEnd || (gap.untilKnown && news.value.length === 0);
      const left = oldest === null || reached || !hasOlder ? [] : [{ ...gap, before: oldest }];
      const committed = await this.#commit(({ gaps, mergedAt }) => {
        // The page may be from before a merge that is known by now: it is asked for again.
        if (mergedAt !== known) return { remove: gone.value, confirm: messages };
        return {
          remove: gone.value,
          confirm: messages,
          facts: {
            // One that has changed meanwhile is being filled by another look: it knows better.
            gaps: gaps.flatMap((other) => (isSame(other, gap) ? left : other)),
            ...(hasOlder ? {} : { reachedBeginning: true }),
          },
        };
      });
      if (!committed.ok) return committed;
    }
  }

  /** What is missing is written down anew each time, whoever looks: one after the other, so that nobody overlooks a gap. */
  #commit(build: (facts: HistoryFacts) => Change): Promise<Result<Committed>> {
    const committed = this.#writing.then(() => this.#scope.history.commit(build(this.#facts)));
    this.#writing = committed.catch(() => undefined);
    return committed;
  }

  #gone(who: KnownSpeaker, fetched: Fetched): Promise<Result<readonly string[]>> {
    return this.#vanished.keys(who, fetched, this.#facts.conversationId);
  }

  /**
   * The page that ends with `until`, that instant included: another message may share it. A whole page of one instant,
   * which brings us no further, is stepped over.
   */
  async #pageUpTo(who: KnownSpeaker, until: EpochMs): Promise<Result<Fetched>> {
    const page = await this.#pageBefore(who, EpochMs.parse(until + 1));
    const oldest = page.ok ? (page.value.page.messages[0]?.received ?? null) : null;
    return oldest !== null && oldest >= until ? this.#pageBefore(who, until) : page;
  }

  async #pageBefore(who: KnownSpeaker, before: EpochMs): Promise<Result<Fetched>> {
    const page = await this.#service.page(who, before, this.#scope.signal);
    return page.ok ? ok({ page: page.value, before }) : page;
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

function lastMerge({ merges }: ServicePage): EpochMs | null {
  return merges?.at(-1)?.at ?? null;
}

function isSame(a: Gap, b: Gap): boolean {
  return a.after === b.after && a.before === b.before && a.untilKnown === b.untilKnown;
}

function insertedAbove(before: EpochMs): Gap {
  return { after: EpochMs.parse(0), before, untilKnown: true };
}

function later(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  return a === null || (b !== null && b > a) ? b : a;
}

function earlier(a: EpochMs, b: EpochMs | null): EpochMs {
  return b !== null && b < a ? b : a;
}

/** What is said of a time to come says nothing of messages that are not written yet. */
function notAfter(messages: readonly Message[], at: EpochMs): EpochMs {
  return EpochMs.parse(Math.min(at, messages.at(-1)?.received ?? 0));
}
