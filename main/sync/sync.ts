import { fail, ok, type Failure, type Result } from '../../contract/failure.ts';
import type { EpochMs } from '../../contract/ids.ts';
import type { Link } from '../../contract/link.ts';
import type { Held, Typing } from '../../contract/view.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { HistoryFacts } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { ConversationRoom } from '../ports/messenger.ts';
import type { Random } from '../ports/random.ts';
import type { Feed, FeedEvent, KnownSpeaker, Service, ServiceConfig } from '../ports/service.ts';
import type { SessionEvents, SessionScope } from '../ports/session-scope.ts';
import { Backfill } from './backfill.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { backOff, nextStep } from './retry.ts';

interface Deps {
  readonly scope: SessionScope;
  readonly service: Service;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly events: SessionEvents;
  readonly onConfig: (config: ServiceConfig) => void;
  readonly onLink: (link: Link) => void;
  readonly onTyping: (typing: Typing | null) => void;
  /** For so long a message can be taken back before it is sent. */
  readonly undoMs: () => number;
  readonly onHeld: (held: readonly Held[]) => void;
}

/**
 * Keeps one session's thread and the service's the same: cold start → catch-up → live ⇄ offline. One instance per
 * session; it ends with the session's signal. Nobody is created on the service before the first message.
 */
export class Sync implements ConversationRoom {
  readonly #deps: Deps;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #backfill: Backfill;
  #facts: HistoryFacts;
  #link: Link = { kind: 'idle' };
  #feed: Feed | null = null;
  /** Distinguishes the connection under way from those given up: late events of an old one are dropped. */
  #connection = 0;
  #attempt = 0;
  #cancelRetry: Undo | null = null;
  #reloadAsked = false;
  #refused = false;

  constructor(deps: Deps & { readonly facts: HistoryFacts; readonly refused: boolean }) {
    this.#deps = deps;
    this.#facts = deps.facts;
    this.#refused = deps.refused;
    this.#inbox = new Inbox({ ...deps, onStrange: () => this.#connect() });
    this.#outbox = new Outbox({
      ...deps,
      reach: async () => (this.#link.kind === 'live' ? ok() : deps.service.config(deps.scope.signal)),
      onDoubt: () => this.#feed?.check(),
      reached: () => this.#reached(),
    });
    this.#backfill = new Backfill(deps);
    this.#inbox.know(deps.facts);
    this.#backfill.know(deps.facts);
    deps.scope.history.onCommitted(({ facts }) => {
      this.#facts = facts;
    });
    deps.scope.signal.onAbort(() => this.#stop());
  }

  start(): void {
    if (this.#refused) return;
    this.#connect();
    this.#outbox.wake();
  }

  // What a window asks ---------------------------------------------------------------------------------------------

  send(message: Parameters<ConversationRoom['send']>[0]): Promise<Result<void>> {
    return this.#outbox.enqueue(message, this.#facts.draft);
  }

  retry(key: string): Promise<Result<void>> {
    return this.#outbox.retry(key);
  }

  retryAll(): Promise<Result<void>> {
    return this.#outbox.retryAll();
  }

  edit(key: string, text: string): Promise<Result<void>> {
    return this.#outbox.edit(key, text);
  }

  discard(key: string): Promise<Result<void>> {
    return this.#outbox.discard(key);
  }

  async saveDraft(text: string): Promise<Result<void>> {
    const committed = await this.#deps.scope.history.commit({ facts: { draft: text } });
    return committed.ok ? ok() : committed;
  }

  async markAllAsRead(): Promise<Result<void>> {
    if (this.#facts.unreadCount === 0) return ok();
    const committed = await this.#deps.scope.history.commit({ facts: { unreadCount: 0 } });
    if (!committed.ok) return committed;
    return this.#told((who) => this.#deps.service.markRead(who, this.#deps.scope.signal));
  }

  typing(started: boolean): Promise<Result<void>> {
    return this.#told((who) => this.#deps.service.typing(who, started, this.#deps.scope.signal));
  }

  triggerPostback(action: Parameters<ConversationRoom['triggerPostback']>[0]): Promise<Result<void>> {
    const who = this.#deps.scope.knownSpeaker();
    if (who === null) return Promise.resolve(fail({ kind: 'offline' }));
    return this.#deps.service.triggerPostback(who, action, this.#deps.scope.signal);
  }

  tryNow(): void {
    this.#outbox.wake();
    if (this.#cancelRetry === null) return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Older messages than `before` from the service into the store. */
  async fetchOlder(before: EpochMs): Promise<Result<void>> {
    const who = this.#deps.scope.knownSpeaker();
    if (who === null || this.#facts.reachedBeginning) return ok();
    return this.#backfill.older(who, before);
  }

  get reachedBeginning(): boolean {
    // Nobody on the service: what is here is all there is.
    return this.#facts.reachedBeginning || this.#deps.scope.knownSpeaker() === null;
  }

  /** Signs of life are soft: not queued, not repeated, and nobody is told when they fail. */
  async #told(tell: (who: KnownSpeaker) => Promise<Result<void>>): Promise<Result<void>> {
    const who = this.#deps.scope.knownSpeaker();
    if (who !== null && this.#link.kind === 'live') await tell(who);
    return ok();
  }

  // The connection ---------------------------------------------------------------------------------------------------

  #connect(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#dropFeed();
    if (this.#deps.scope.signal.aborted || this.#refused) return;
    const connection = ++this.#connection;
    const isCurrent = (): boolean => connection === this.#connection && !this.#deps.scope.signal.aborted;
    void this.#establish(isCurrent);
  }

  async #establish(isCurrent: () => boolean): Promise<void> {
    const { service, scope } = this.#deps;
    // A stranger is nobody on the service before their first message. Who has signed in is somebody, and wants to hear
    // from their other devices even if none of them has written yet.
    const isSomebody = scope.speaker().userId !== null;
    if (isSomebody || scope.knownSpeaker() !== null) this.#showConnecting();
    const config = await service.config(scope.signal);
    if (!isCurrent()) return;
    if (!config.ok) return this.#failed(config.failure);
    this.#deps.onConfig(config.value);
    const known = isSomebody ? await scope.ensureUser() : ok(scope.knownSpeaker());
    if (!isCurrent()) return;
    if (!known.ok) return this.#failed(known.failure);
    const who = known.value;
    if (who === null) {
      // Reachable, and nobody yet to be reached for: the first message connects.
      this.#attempt = 0;
      return this.#show({ kind: 'idle' });
    }
    this.#inbox.hold();
    this.#feed = service.follow(
      () => scope.knownSpeaker() ?? who,
      (event) => {
        if (isCurrent()) this.#hear(event, isCurrent);
      },
    );
  }

  #hear(event: FeedEvent, isCurrent: () => boolean): void {
    switch (event.kind) {
      case 'subscribed':
        void this.#catchUp(isCurrent);
        return;
      case 'down':
        this.#failed({ kind: 'offline' });
        return;
      case 'refused':
        void this.#checkRefusal(isCurrent);
        return;
      case 'message':
      case 'readElsewhere':
        this.#inbox.take(event);
        return;
      case 'typing':
        this.#inbox.typing(event.typing);
        return;
      case 'reload':
        this.#reload();
        return;
      case 'moved':
        this.#deps.events.moved(this.#deps.scope, event);
        return;
      case 'seen':
        return;
    }
  }

  async #catchUp(isCurrent: () => boolean): Promise<void> {
    const { scope, clock } = this.#deps;
    const who = scope.knownSpeaker();
    if (who === null) return;
    if (this.#link.kind !== 'offline') this.#show({ kind: 'catchingUp', since: clock.now() });
    const done = await this.#backfill.catchUp(who, this.#facts.conversationId);
    if (!isCurrent()) return;
    if (!done.ok) return this.#failed(done.failure);
    this.#attempt = 0;
    this.#inbox.release();
    this.#show({ kind: 'live' });
    this.#outbox.wake();
    if (this.#reloadAsked) this.#reload();
  }

  /** The feed refused us; whether the credential is bad only a request with a real answer can tell. */
  async #checkRefusal(isCurrent: () => boolean): Promise<void> {
    const who = this.#deps.scope.knownSpeaker();
    if (who === null) return;
    const user = await this.#deps.service.user(who, this.#deps.scope.signal);
    if (!isCurrent()) return;
    if (user.ok) this.#deps.events.described(this.#deps.scope, user.value);
    this.#failed(user.ok ? { kind: 'unavailable' } : user.failure);
  }

  #failed(failure: Failure): void {
    this.#dropFeed();
    this.#connection += 1;
    this.#cancelRetry?.();
    const { clock, random, log, events, scope } = this.#deps;
    const step = nextStep(failure, this.#attempt, random.fraction());
    log.info('sync.notConnected', { failure: failure.kind, attempt: this.#attempt });
    if (step.kind === 'stop') return;
    if (step.kind === 'signIn') {
      this.#refused = true;
      this.#show({ kind: 'idle' });
      events.credentialRefused(scope, step.reason);
      return;
    }
    this.#showOffline(failure);
    const delayMs = step.kind === 'wait' ? step.delayMs : backOff(this.#attempt, random.fraction());
    this.#attempt += 1;
    this.#cancelRetry = clock.after(delayMs, () => this.#connect());
  }

  #showOffline(failure: Failure): void {
    const { clock } = this.#deps;
    const since = this.#link.kind === 'offline' ? this.#link.since : clock.now();
    const cause =
      failure.kind === 'offline' ? 'network' : failure.kind === 'unknownApp' ? 'unknownApp' : 'service';
    this.#show({ kind: 'offline', since, lastUpdatedAt: this.#facts.lastUpdatedAt, cause });
  }

  /** The outbox got through: if we are not connected, now is the time. */
  #reached(): void {
    if (this.#feed === null) this.#connect();
  }

  #reload(): void {
    this.#reloadAsked = true;
    const who = this.#deps.scope.knownSpeaker();
    if (who === null || this.#link.kind !== 'live') return;
    this.#reloadAsked = false;
    const connection = this.#connection;
    void this.#backfill.reload(who).then((done) => {
      if (done.ok || connection !== this.#connection) return;
      if (done.failure.kind !== 'sessionOver') this.#failed(done.failure);
    });
  }

  /** Only at first: a device that is offline stays so until it is connected, however often it tries. */
  #showConnecting(): void {
    if (this.#link.kind !== 'offline') this.#show({ kind: 'connecting', since: this.#deps.clock.now() });
  }

  #show(link: Link): void {
    if (this.#deps.scope.signal.aborted) return;
    this.#link = link;
    this.#deps.onLink(link);
  }

  #dropFeed(): void {
    this.#feed?.close();
    this.#feed = null;
  }

  #stop(): void {
    this.#cancelRetry?.();
    this.#dropFeed();
  }
}
