import { ok, type Result } from '../../contract/failure.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { HistoryFacts } from '../ports/history.ts';
import type { Random } from '../ports/random.ts';
import type { Service, ServicePage } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';
import { nextStep } from './retry.ts';

type Counted = Pick<ServicePage, 'unreadCount' | 'messages' | 'hasOlder'>;

interface Parts {
  readonly scope: SessionScope;
  readonly service: Service;
  readonly clock: Clock;
  readonly random: Random;
  readonly isLive: () => boolean;
  readonly facts: HistoryFacts;
}

/**
 * What this person has read. A mark made here counts here at once, on disk; the service is told when it can be, and until
 * then its own count, which knows nothing of the mark, brings nothing back. The mark is a state of the thread and not an
 * event: however often it is made, the service is told once, and not at all when it knows better by then.
 */
export class Reading {
  readonly #parts: Parts;
  #unreadCount = 0;
  #syncedTo: EpochMs | null = null;
  #untold: EpochMs | null = null;
  /** How often a mark was made in this session, and up to where the last one was. */
  #marks = 0;
  #markedUpTo: EpochMs | null = null;
  /** Up to where events were counted in this session. */
  #heardUpTo = 0;
  #isTelling = false;
  #attempt = 0;
  #cancelRetry: Undo | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#know(parts.facts);
    parts.scope.history.onCommitted(({ facts }) => this.#know(facts));
    parts.scope.signal.onAbort(() => this.#cancelRetry?.());
  }

  #know({ unreadCount, syncedTo, readUntold }: HistoryFacts): void {
    this.#unreadCount = unreadCount;
    this.#syncedTo = syncedTo;
    this.#untold = readUntold;
  }

  async markAllAsRead(): Promise<Result<void>> {
    if (this.#unreadCount === 0) return ok();
    // All that others have said and that is stored here came by a catch-up or as an event: it lies before this.
    const upTo = this.#syncedTo ?? EpochMs.parse(0);
    const before = { unreadCount: this.#unreadCount, untold: this.#untold };
    this.#marks += 1;
    this.#markedUpTo = upTo;
    // At once: what is counted while this is being written down comes on top of it.
    this.#unreadCount = 0;
    this.#untold = upTo;
    const committed = await this.#parts.scope.history.commit({ facts: { unreadCount: 0, readUntold: upTo } });
    if (!committed.ok) {
      this.#unreadCount = before.unreadCount;
      this.#untold = before.untold;
      return committed;
    }
    await this.tell();
    return ok();
  }

  /**
   * Call before the service is asked for its newest page: what comes back counts what is unread on it. An answer that was
   * given before a mark of ours arrived there does not undo it.
   */
  counting(): (page: Counted) => number {
    const marks = this.#marks;
    const heard = this.#heardUpTo;
    return (page) => {
      const newest = page.messages.at(-1)?.received ?? 0;
      // An event was faster than the answer.
      if (this.#heardUpTo > heard && this.#heardUpTo > newest) return this.#unreadCount;
      return unreadOn(page, this.#untold ?? (marks === this.#marks ? null : this.#markedUpTo));
    };
  }

  /** How many are unread, as far as it is known. */
  get unreadCount(): number {
    return this.#unreadCount;
  }

  /** Messages up to `upTo` were heard and counted. */
  counted(unreadCount: number, upTo: number): void {
    this.#unreadCount = unreadCount;
    this.#heardUpTo = Math.max(this.#heardUpTo, upTo);
  }

  /** The count after one more message that is not our own. @param told what the service says it is now */
  countAfter(count: number, told: number | null): number {
    return this.#untold === null ? (told ?? count + 1) : count + 1;
  }

  /** Tell the service, if there is something to tell: that everything there is was read. */
  async tell(): Promise<void> {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const { scope, service, isLive } = this.#parts;
    const who = scope.knownSpeaker();
    const upTo = this.#untold;
    // Something new has come since: it would be marked along. The next mark is told.
    if (upTo === null || who === null || this.#unreadCount > 0 || this.#isTelling || !isLive()) return;
    this.#isTelling = true;
    const told = await service.markRead(who, scope.signal);
    this.#isTelling = false;
    if (scope.signal.aborted) return;
    if (!told.ok) return this.#tellLater(told);
    this.#attempt = 0;
    if (this.#untold === upTo) await scope.history.commit({ facts: { readUntold: null } });
    else await this.tell();
  }

  /** What a new catch-up will not mend is not tried again before the next one either. */
  #tellLater({ failure }: Extract<Result<void>, { ok: false }>): void {
    const { clock, random } = this.#parts;
    const step = nextStep(failure, this.#attempt, random.fraction());
    if (step.kind !== 'wait') return;
    this.#attempt += 1;
    this.#cancelRetry = clock.after(step.delayMs, () => void this.tell());
  }
}

/** @param readUpTo read here up to this time, which the page does not know of; null: nothing it does not know */
function unreadOn({ unreadCount, messages, hasOlder }: Counted, readUpTo: EpochMs | null): number {
  if (readUpTo === null) return unreadCount;
  const reaches = !hasOlder || (messages[0]?.received ?? 0) <= readUpTo;
  const news = messages.filter(
    ({ author, received }) => author.kind === 'business' && (received ?? 0) > readUpTo,
  );
  return reaches ? Math.min(unreadCount, news.length) : unreadCount;
}
