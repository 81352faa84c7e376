import { fail, ok, type Failure, type Result } from '../../contract/failure.ts';
import type { ActionId, ClientId, EpochMs, UserId } from '../../contract/ids.ts';
import type { Message, Profile } from '../../contract/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type {
  AnonymousProof,
  Credential,
  Feed,
  FeedEvent,
  KnownSpeaker,
  OutgoingMessage,
  OutgoingUpload,
  Service,
  ServiceConfig,
  ServicePage,
  SignedIn,
  SignInProof,
  Speaker,
  UserBundle,
} from '../ports/service.ts';
import type { Signal } from '../ports/signal.ts';
import { isSameJwt, Renewals } from './renewals.ts';

/** What an account has to show. */
export interface Held {
  readonly credential: Credential | null;
  /** What gets the next JWT; null if the business gave none. */
  readonly refreshToken: string | null;
}

/** Where the credentials of the session under way rest. The lifecycle is one. */
export interface CredentialKeeper {
  /** What the account that `who` speaks for (known by its client id) holds now; null if nobody here speaks so any more. */
  held(who: Speaker): Held | null;
  /**
   * Take this in place of what was held. Resolves when it is durable, or kept in memory because the keychain takes nothing
   * now; until then nothing is asked with it. Null if the session is over meanwhile: it is thrown away.
   */
  renewed(who: Speaker, signedIn: SignedIn): Promise<Credential | null>;
}

export interface RefreshingParts {
  readonly service: Service;
  readonly keeper: CredentialKeeper;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The service, to which an expired JWT is no end. A request that is refused for its JWT waits for one refresh, shared by all
 * that wait, and is then repeated, once. Whether a JWT is good only the service's answer tells; the clock here merely has
 * the next one fetched before anybody is refused (`Renewals`). If the refresh comes to nothing, the refusal stands.
 */
export class RefreshingService implements Service {
  readonly #service: Service;
  readonly #keeper: CredentialKeeper;
  readonly #log: Log;
  readonly #renewals: Renewals;
  /** Refreshes under way, by account. */
  readonly #underWay = new Map<ClientId, Promise<Result<Credential> | null>>();
  /** The refresh token of each account that came to nothing: it is not tried again. */
  readonly #spent = new Map<ClientId, string>();

  constructor({ service, keeper, clock, log }: RefreshingParts) {
    this.#service = service;
    this.#keeper = keeper;
    this.#log = log;
    this.#renewals = new Renewals({ clock, service, refresh: (who) => this.#refresh(who) });
  }

  get configured(): ServiceConfig | null {
    return this.#service.configured;
  }

  config(signal?: Signal): Promise<Result<ServiceConfig>> {
    return this.#service.config(signal);
  }

  /** A proof that a person has just given is judged as it is; only the one that is kept here may be renewed. */
  login(
    who: Speaker & { readonly userId: UserId },
    bring: AnonymousProof | null,
    signal?: Signal,
  ): Promise<Result<UserBundle | null>> {
    const login = (as: typeof who) => this.#service.login(as, bring, signal);
    return isSameJwt(this.#keeper.held(who)?.credential, who.credential) ? this.#ask(who, login) : login(who);
  }

  async signIn(by: SignInProof, signal?: Signal): Promise<Result<SignedIn>> {
    const signedIn = await this.#service.signIn(by, signal);
    if (signedIn.ok) this.#renewals.received(signedIn.value.jwt);
    return signedIn;
  }

  createUser(who: Speaker, profile: Profile, signal?: Signal): Promise<Result<UserBundle>> {
    return this.#ask(who, (as) => this.#service.createUser(as, profile, signal));
  }

  user(who: KnownSpeaker, signal?: Signal): Promise<Result<UserBundle>> {
    return this.#ask(who, (as) => this.#service.user(as, signal));
  }

  updateUser(who: KnownSpeaker, profile: Profile, signal?: Signal): Promise<Result<void>> {
    return this.#ask(who, (as) => this.#service.updateUser(as, profile, signal));
  }

  page(who: KnownSpeaker, before: EpochMs | null, signal?: Signal): Promise<Result<ServicePage>> {
    return this.#ask(who, (as) => this.#service.page(as, before, signal));
  }

  send(who: KnownSpeaker, message: OutgoingMessage, signal?: Signal): Promise<Result<Message>> {
    return this.#ask(who, (as) => this.#service.send(as, message, signal));
  }

  sendFile(who: KnownSpeaker, file: OutgoingUpload, signal?: Signal): Promise<Result<Message>> {
    return this.#ask(who, (as) => this.#service.sendFile(as, file, signal));
  }

  /** Asked in nobody's name. */
  fetchMedia(url: string, allowed: boolean, signal?: Signal): Promise<Result<Uint8Array>> {
    return this.#service.fetchMedia(url, allowed, signal);
  }

  markRead(who: KnownSpeaker, signal?: Signal): Promise<Result<void>> {
    return this.#ask(who, (as) => this.#service.markRead(as, signal));
  }

  typing(who: KnownSpeaker, started: boolean, signal?: Signal): Promise<Result<void>> {
    return this.#ask(who, (as) => this.#service.typing(as, started, signal));
  }

  triggerPostback(who: KnownSpeaker, action: ActionId, signal?: Signal): Promise<Result<void>> {
    return this.#ask(who, (as) => this.#service.triggerPostback(as, action, signal));
  }

  /** Said by who is gone already: there is nothing to renew. */
  logout(who: KnownSpeaker): Promise<Result<void>> {
    return this.#service.logout(who);
  }

  follow(who: () => KnownSpeaker, hear: (event: FeedEvent) => void): Feed {
    return this.#renewals.follow(who, hear);
  }

  async #ask<S extends Speaker, T>(who: S, ask: (as: S) => Promise<Result<T>>): Promise<Result<T>> {
    const first = await ask(who);
    if (first.ok || !isAboutTheJwt(first.failure, who)) return first;
    const credential = await this.#newerThan(who);
    if (credential === null) return first;
    return credential.ok ? ask({ ...who, credential: credential.value }) : credential;
  }

  /** What to show instead of what `who` has shown: perhaps another request has fetched it meanwhile. */
  #newerThan(who: Speaker): Promise<Result<Credential> | null> {
    const now = this.#keeper.held(who)?.credential;
    const isNewer = now?.kind === 'jwt' && !isSameJwt(now, who.credential);
    return isNewer ? Promise.resolve(ok(now)) : this.#refresh(who);
  }

  /** Fetch the next JWT of this account, or wait for the request that does. Null: there is none to be had. */
  #refresh(who: Speaker): Promise<Result<Credential> | null> {
    const { clientId } = who;
    const underWay = this.#underWay.get(clientId);
    if (underWay !== undefined) return underWay;
    const refreshToken = this.#keeper.held(who)?.refreshToken ?? null;
    if (refreshToken === null || this.#spent.get(clientId) === refreshToken) return Promise.resolve(null);
    const refresh = this.#refreshBy(refreshToken, who).finally(() => this.#underWay.delete(clientId));
    this.#underWay.set(clientId, refresh);
    return refresh;
  }

  async #refreshBy(refreshToken: string, who: Speaker): Promise<Result<Credential> | null> {
    const signedIn = await this.signIn({ kind: 'refresh', refreshToken });
    if (!signedIn.ok) {
      this.#log.info('identity.notRefreshed', { failure: signedIn.failure.kind });
      if (passing.includes(signedIn.failure.kind)) return signedIn;
      this.#spent.set(who.clientId, refreshToken);
      return null;
    }
    if (signedIn.value.userId !== who.userId) {
      // Nothing is asked with it, not even to be told who that is.
      this.#log.warn('identity.refreshedAsAnother');
      this.#spent.set(who.clientId, refreshToken);
      return fail({ kind: 'signedOut', reason: 'otherUser' });
    }
    const credential = await this.#keeper.renewed(who, signedIn.value);
    return credential === null ? fail({ kind: 'sessionOver' }) : ok(credential);
  }
}

/** Failures of a refresh that say nothing about the proof: the same token may be tried again later. */
const passing: readonly Failure['kind'][] = ['offline', 'unavailable', 'throttled', 'unknownApp'];

function isAboutTheJwt(failure: Failure, { credential }: Speaker): boolean {
  const isRefused =
    failure.kind === 'signedOut' && (failure.reason === 'expired' || failure.reason === 'invalid');
  return isRefused && credential?.kind === 'jwt';
}
