import type { Result } from '../../contract/failure.ts';
import type { EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import { readJwt } from '../ports/jwt.ts';
import type { Credential, Feed, FeedEvent, KnownSpeaker, Service, Speaker } from '../ports/service.ts';

/** How much of a JWT's life is lived with it. */
const usedShare = 0.8;
/** A business whose JWTs last no time at all is not asked more often than this. */
const soonestMs = 1_000;
/** After a refresh that got no answer. Nothing depends on it: a refused request has a refresh of its own. */
const retryMs = 60_000;

interface Parts {
  readonly clock: Clock;
  readonly service: Service;
  readonly refresh: (who: Speaker) => Promise<Result<Credential> | null>;
}

/**
 * While a feed is followed, the next JWT is fetched before the last one ends, and the feed goes on with it: nobody is
 * refused, and no event is missed (`subscribed` is heard again, after which the follower fetches what it may have missed).
 *
 * The clock of this machine may be wrong by years. It is asked only about a JWT whose receipt was not seen in this run, and
 * what it says costs at most one refresh too many; the wait for a JWT just received is its own lifetime.
 */
export class Renewals {
  readonly #parts: Parts;
  #received: { readonly jwt: string; readonly at: EpochMs } | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** This JWT has just been minted. */
  received(jwt: string): void {
    this.#received = { jwt, at: this.#parts.clock.now() };
  }

  follow(who: () => KnownSpeaker, hear: (event: FeedEvent) => void): Feed {
    return new RenewedFeed({
      ...this.#parts,
      who,
      hear,
      renewInMs: (credential) => this.#renewInMs(credential),
    });
  }

  /** Milliseconds until the next JWT should be here; null if nothing is known of the end of this one. */
  #renewInMs(credential: Credential): number | null {
    if (credential.kind !== 'jwt') return null;
    const { issuedAt = null, expiresAt = null } = readJwt(credential.jwt) ?? {};
    if (expiresAt === null) return null;
    const now = this.#parts.clock.now();
    const receivedAt = this.#received?.jwt === credential.jwt ? this.#received.at : null;
    const span = usedShare * (expiresAt - (issuedAt ?? receivedAt ?? now));
    const lived = now - (receivedAt ?? issuedAt ?? now);
    return Math.max(soonestMs, Math.min(span, span - lived));
  }
}

interface Followed extends Parts {
  readonly who: () => KnownSpeaker;
  readonly hear: (event: FeedEvent) => void;
  readonly renewInMs: (credential: Credential) => number | null;
}

/** One feed from its first subscription to its last event, whatever JWTs it goes through. */
class RenewedFeed {
  readonly #parts: Followed;
  #feed: Feed | null = null;
  #cancelTimer: Undo = () => undefined;
  #isOver = false;
  /** A refusal has a JWT renewed once: who is refused with a fresh one too has another trouble. */
  #isMended = false;

  constructor(parts: Followed) {
    this.#parts = parts;
    this.#open();
  }

  close(): void {
    this.#isOver = true;
    this.#cancelTimer();
    this.#feed?.close();
  }

  check(): void {
    this.#feed?.check();
  }

  #open(): void {
    const { service, who, renewInMs } = this.#parts;
    this.#feed?.close();
    const { credential } = who();
    this.#feed = service.follow(who, (event) => this.#heard(event, credential));
    this.#renewAfter(renewInMs(credential));
  }

  #heard(event: FeedEvent, shown: Credential): void {
    if (event.kind === 'refused') void this.#refused(shown);
    else if (event.kind === 'down') this.#end(event);
    else this.#parts.hear(event);
  }

  async #refused(shown: Credential): Promise<void> {
    const { who, refresh } = this.#parts;
    const isOutdated = shown.kind === 'jwt' && !isSameJwt(shown, who().credential);
    if (isOutdated) return this.#open();
    const renewed = this.#isMended ? null : await refresh(who());
    this.#isMended = true;
    if (this.#isOver) return;
    if (renewed?.ok === true) this.#open();
    else this.#end({ kind: 'refused' });
  }

  #end(last: FeedEvent): void {
    this.close();
    this.#parts.hear(last);
  }

  #renewAfter(delayMs: number | null): void {
    this.#cancelTimer();
    if (delayMs !== null) this.#cancelTimer = this.#parts.clock.after(delayMs, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const renewed = await this.#parts.refresh(this.#parts.who());
    if (this.#isOver || renewed === null) return;
    if (renewed.ok) this.#open();
    else this.#renewAfter(retryMs);
  }
}

export function isSameJwt(a: Credential | null | undefined, b: Credential | null): boolean {
  return a?.kind === 'jwt' && b?.kind === 'jwt' && a.jwt === b.jwt;
}
