import { ok, type Failure, type Result } from '../../contract/failure.ts';
import type { Link } from '../../contract/link.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { HistoryFacts } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Feed, FeedEvent, KnownSpeaker, Service, ServiceConfig } from '../ports/service.ts';
import type { SessionEvents, SessionScope } from '../ports/session-scope.ts';
import type { Backfill } from './backfill.ts';
import type { Inbox } from './inbox.ts';
import { Pace } from './pace.ts';
import { backOff, nextStep } from './retry.ts';

/** How long after an event it is looked whether any is missing, once for all that came meanwhile. */
const lookAfterMs = 4_000;

interface Parts {
  readonly scope: SessionScope;
  readonly service: Service;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly events: SessionEvents;
  readonly facts: () => HistoryFacts;
  readonly inbox: Inbox;
  readonly backfill: Backfill;
  readonly onConfig: (config: ServiceConfig) => void;
  readonly onLink: (link: Link) => void;
  /** Connected and in step with the service. */
  readonly onLive: () => void;
  /** The credential was refused before: nothing is tried until there is a new session. */
  readonly refused: boolean;
}

/**
 * The way to the service: cold start → catch-up → live ⇄ offline. A connection is not trusted for being open: who has reason
 * to doubt it says so (`check`). Nobody is created on the service before the first message.
 */
export class Connection {
  readonly #parts: Parts;
  readonly #pace: Pace;
  #link: Link = { kind: 'idle' };
  #feed: Feed | null = null;
  /** Distinguishes the connection under way from those given up: late events of an old one are dropped. */
  #connection = 0;
  #attempt = 0;
  #cancelRetry: Undo | null = null;
  #cancelLook: Undo | null = null;
  #reloadAsked = false;
  #refused: boolean;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#refused = parts.refused;
    this.#pace = new Pace({ clock: parts.clock, signal: parts.scope.signal });
    parts.scope.signal.onAbort(() => {
      this.#cancelRetry?.();
      this.#cancelLook?.();
      this.#dropFeed();
    });
  }

  get isLive(): boolean {
    return this.#link.kind === 'live';
  }

  get isRefused(): boolean {
    return this.#refused;
  }

  connect(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#dropFeed();
    const connection = ++this.#connection;
    const isCurrent = (): boolean => connection === this.#connection && !this.#parts.scope.signal.aborted;
    this.#pace.run(() => {
      if (isCurrent() && !this.#refused) void this.#establish(isCurrent);
    });
  }

  /** The machine woke up, the network changed, or somebody does not want to wait. */
  tryNow(): void {
    if (this.#cancelRetry === null) return this.check();
    this.#attempt = 0;
    this.connect();
  }

  /** The service can be reached: if we are not connected, now is the time. */
  reached(): void {
    if (this.#feed === null) this.connect();
  }

  /** Is the other end still there? If not, the feed says so within seconds. */
  check(): void {
    this.#feed?.check();
  }

  async #establish(isCurrent: () => boolean): Promise<void> {
    const { service, scope, inbox } = this.#parts;
    // A stranger is nobody on the service before their first message. Who has signed in is somebody, and wants to hear
    // from their other devices even if none of them has written yet.
    const isSomebody = scope.speaker().userId !== null;
    if (isSomebody || scope.knownSpeaker() !== null) this.#showConnecting();
    const config = await service.config(scope.signal);
    if (!isCurrent()) return;
    if (!config.ok) return this.#failed(config.failure);
    this.#parts.onConfig(config.value);
    const known = isSomebody ? await scope.ensureUser() : ok(scope.knownSpeaker());
    if (!isCurrent()) return;
    if (!known.ok) return this.#failed(known.failure);
    const who = known.value;
    if (who === null) {
      // Reachable, and nobody yet to be reached for: the first message connects.
      this.#attempt = 0;
      return this.#show({ kind: 'idle' });
    }
    inbox.hold();
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
      case 'seen':
      case 'deleted':
        this.#parts.inbox.take(event);
        this.#lookSoon();
        return;
      case 'typing':
        this.#parts.inbox.typing(event.typing);
        return;
      case 'reload':
        this.#reload();
        return;
      case 'moved':
        this.#parts.events.moved(this.#parts.scope, event);
        return;
    }
  }

  async #catchUp(isCurrent: () => boolean): Promise<void> {
    const { scope, clock, backfill, inbox } = this.#parts;
    const who = scope.knownSpeaker();
    if (who === null) return;
    if (this.#link.kind !== 'offline') this.#show({ kind: 'catchingUp', since: clock.now() });
    const done = await backfill.catchUp(who);
    if (!isCurrent()) return;
    if (!done.ok) return this.#failed(done.failure);
    this.#attempt = 0;
    inbox.release();
    this.#show({ kind: 'live' });
    this.#parts.onLive();
    if (backfill.isHasty) this.#lookSoon();
    if (this.#reloadAsked) this.#reload();
  }

  /** The feed refused us; whether the credential is bad only a request with a real answer can tell. */
  async #checkRefusal(isCurrent: () => boolean): Promise<void> {
    const { scope, service, events } = this.#parts;
    const who = scope.knownSpeaker();
    if (who === null) return;
    const user = await service.user(who, scope.signal);
    if (!isCurrent()) return;
    if (user.ok) events.described(scope, user.value);
    this.#failed(user.ok ? { kind: 'unavailable' } : user.failure);
  }

  #failed(failure: Failure): void {
    this.#dropFeed();
    this.#connection += 1;
    this.#cancelRetry?.();
    const { clock, random, log, events, scope } = this.#parts;
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
    this.#cancelRetry = clock.after(delayMs, () => this.connect());
  }

  /** A line that stands may have lost an event all the same: some time after one that came it is looked whether it was all. */
  #lookSoon(): void {
    this.#cancelLook ??= this.#parts.clock.after(lookAfterMs, () => {
      this.#cancelLook = null;
      if (this.isLive) this.#readAgain((who) => this.#parts.backfill.catchUp(who));
    });
  }

  #reload(): void {
    this.#reloadAsked = true;
    const who = this.#parts.scope.knownSpeaker();
    if (who === null || !this.isLive) return;
    this.#reloadAsked = false;
    this.#readAgain((speaker) => this.#parts.backfill.reload(speaker));
  }

  /** While events go on coming in. */
  #readAgain(read: (who: KnownSpeaker) => Promise<Result<void>>): void {
    const who = this.#parts.scope.knownSpeaker();
    if (who === null) return;
    const connection = this.#connection;
    void read(who).then((done) => {
      if (done.ok || connection !== this.#connection) return;
      if (done.failure.kind !== 'sessionOver') this.#failed(done.failure);
    });
  }

  #showOffline(failure: Failure): void {
    const { clock, facts } = this.#parts;
    const since = this.#link.kind === 'offline' ? this.#link.since : clock.now();
    const cause =
      failure.kind === 'offline' ? 'network' : failure.kind === 'unknownApp' ? 'unknownApp' : 'service';
    this.#show({ kind: 'offline', since, lastUpdatedAt: facts().lastUpdatedAt, cause });
  }

  /** Only at first: a device that is offline stays so until it is connected, however often it tries. */
  #showConnecting(): void {
    if (this.#link.kind !== 'offline') this.#show({ kind: 'connecting', since: this.#parts.clock.now() });
  }

  #show(link: Link): void {
    if (this.#parts.scope.signal.aborted) return;
    this.#link = link;
    this.#parts.onLink(link);
  }

  #dropFeed(): void {
    this.#feed?.close();
    this.#feed = null;
  }
}
