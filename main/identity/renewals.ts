import type { Result } from '../../contract/failure.ts';
import type { EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import { readJwt } from '../ports/jwt.ts';
import type { Credential, FeedEvent, KnownSpeaker, Service, Speaker } from '../ports/service.ts';

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

  follow(who: () => KnownSpeaker, hear: (event: FeedEvent) => void): { close(): void } {
    const { service, clock, refresh } = this.#parts;
    let feed: { close(): void } | null = null;
    let cancel: Undo = () => undefined;
    let closed = false;

    const open = (): void => {
      feed?.close();
      const { credential } = who();
      feed = service.follow(who, (event) => {
        const isOutdated = event.kind === 'refused' && !isSameJwt(credential, who().credential);
        if (isOutdated) open();
        else hear(event);
      });
      wait(this.#renewInMs(credential));
    };
    const wait = (delayMs: number | null): void => {
      cancel();
      cancel = delayMs === null ? () => undefined : clock.after(delayMs, () => void renew());
    };
    const renew = async (): Promise<void> => {
      const renewed = await refresh(who());
      if (closed || renewed === null) return;
      if (renewed.ok) open();
      else wait(retryMs);
    };

    open();
    return {
      close() {
        closed = true;
        cancel();
        feed?.close();
      },
    };
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

export function isSameJwt(a: Credential | null | undefined, b: Credential | null): boolean {
  return a?.kind === 'jwt' && b?.kind === 'jwt' && a.jwt === b.jwt;
}
