import { type ConversationId, EpochMs } from '../../contract/ids.ts';
import type { Typing } from '../../contract/view.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { HistoryFacts } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { FeedEvent } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';
import type { Reading } from './reading.ts';

/** A typing sign that is not renewed goes out after this long. */
const typingExpiresMs = 10_000;
/** Delivered together in one transaction at most. */
const largestBatch = 200;

type ThreadEvent = Extract<FeedEvent, { kind: 'message' | 'readElsewhere' | 'seen' | 'deleted' }>;

/**
 * Applies what the feed delivers, in order. While a catch-up is under way events wait: applied earlier they would look
 * like an overlap with the service's newest page and hide what was missed in between.
 */
export class Inbox {
  readonly #scope: SessionScope;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #reading: Reading;
  readonly #onTyping: (typing: Typing | null) => void;
  readonly #onStrange: () => void;
  #conversationId: ConversationId | null = null;
  #syncedTo: EpochMs | null = null;
  #waiting: ThreadEvent[] = [];
  #held = true;
  #applying = false;
  #isTyping = false;
  #stopTyping: Undo = () => undefined;

  constructor(deps: {
    scope: SessionScope;
    clock: Clock;
    log: Log;
    reading: Reading;
    facts: HistoryFacts;
    onTyping: (typing: Typing | null) => void;
    /** An event of a conversation we do not know, or one that could not be kept: only a new catch-up can tell. */
    onStrange: () => void;
  }) {
    this.#scope = deps.scope;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#reading = deps.reading;
    this.#onTyping = deps.onTyping;
    this.#onStrange = deps.onStrange;
    deps.scope.signal.onAbort(() => this.#stopTyping());
    this.#know(deps.facts);
    deps.scope.history.onCommitted(({ facts }) => this.#know(facts));
  }

  #know({ conversationId, syncedTo }: HistoryFacts): void {
    this.#syncedTo = syncedTo;
    this.#conversationId = conversationId;
  }

  /** From here on events wait; those of an earlier connection are in what is fetched now. */
  hold(): void {
    this.#held = true;
    this.#waiting = [];
  }

  release(): void {
    this.#held = false;
    void this.#apply();
  }

  typing(typing: Typing | null): void {
    const isNews = typing !== null || this.#isTyping;
    this.#stopTyping();
    this.#isTyping = typing !== null;
    if (isNews) this.#onTyping(typing);
    if (typing !== null) this.#stopTyping = this.#clock.after(typingExpiresMs, () => this.typing(null));
  }

  take(event: ThreadEvent): void {
    if (event.kind === 'message' && event.message.author.kind === 'business') this.typing(null);
    this.#waiting.push(event);
    void this.#apply();
  }

  async #apply(): Promise<void> {
    if (this.#applying || this.#held) return;
    this.#applying = true;
    while (this.#waiting.length > 0 && !this.#held && !this.#scope.signal.aborted) {
      const batch = this.#waiting.splice(0, largestBatch);
      const committed = await this.#commit(batch);
      if (committed) continue;
      // Not on disk, so not seen: the next catch-up brings it again.
      this.#log.warn('inbox.notCommitted', { events: batch.length });
      this.#onStrange();
    }
    this.#applying = false;
  }

  async #commit(batch: readonly ThreadEvent[]): Promise<boolean> {
    const messages = batch.flatMap((event) => (event.kind === 'message' ? [event] : []));
    const ours = messages.filter((event) => event.conversationId === this.#conversationId);
    if (ours.length < messages.length) this.#onStrange();
    const newest = ours.reduce(
      (latest, { message }) => Math.max(latest, message.received ?? 0),
      this.#syncedTo ?? 0,
    );
    const deleted = batch.flatMap((event) => (event.kind === 'deleted' ? [event.id] : []));
    const gone = new Set(deleted);
    const seen = batch.flatMap((event) => (event.kind === 'seen' ? [event.at] : []));
    const unreadCount = this.#unreadAfter(batch);
    this.#reading.counted(unreadCount, newest);
    const answer = await this.#scope.history.commit({
      deleted,
      // One that was deleted in the same breath does not come back.
      confirm: ours.flatMap(({ message }) => (message.id !== null && gone.has(message.id) ? [] : message)),
      facts: {
        unreadCount,
        ...(batch.some(({ kind }) => kind === 'readElsewhere') ? { readUntold: null } : {}),
        ...(newest === 0 ? {} : { syncedTo: EpochMs.parse(newest) }),
        // What is said of a time to come says nothing of messages that are not written yet.
        ...(seen.length === 0 ? {} : { seenUpTo: EpochMs.parse(Math.min(newest, Math.max(...seen))) }),
      },
    });
    return answer.ok || answer.failure.kind === 'sessionOver';
  }

  #unreadAfter(batch: readonly ThreadEvent[]): number {
    let count = this.#reading.unreadCount;
    for (const event of batch) {
      if (event.kind === 'readElsewhere') count = 0;
      if (event.kind !== 'message' || event.conversationId !== this.#conversationId) continue;
      if (event.message.author.kind === 'self') count = event.ownEcho ? count : 0;
      else count = this.#reading.countAfter(count, event.unreadCount);
    }
    return count;
  }
}
