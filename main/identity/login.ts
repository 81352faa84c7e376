import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Input } from '../../contract/requests.ts';
import type { Session } from '../../contract/session.ts';
import type { UserBundle } from '../ports/service.ts';
import type { Signal } from '../ports/signal.ts';
import type { AccountRecord, RememberedAccount, SealedAccount } from './accounts.ts';
import { type Current, failureReason, type Live } from './current.ts';
import { mustProve } from './entering.ts';
import type { Parts } from './parts.ts';
import type { Profiles } from './profiles.ts';
import type { Question } from './question.ts';
import { knownSpeakerOf } from './scope.ts';
import type { Stops } from './serial-queue.ts';
import type { Switching } from './switching.ts';
import { type Proof, proofOf, rebaseOn, recordAfter, unknownThread, wordsOf } from './transition.ts';

export type How = Pick<Input<'login'>, 'remember' | 'anonymous'>;

/** Where a login goes on from, once the service has proven who it is. */
interface Way {
  /** The same person is here already. */
  readonly own: Live | null;
  readonly found: RememberedAccount | null;
  /** Whose words come along. */
  readonly bring: Live | null;
}

/** Lets people in whom the service knows. The new session is proven before anything of the old one is touched. */
export class Login {
  readonly #parts: Parts;
  readonly #current: Current;
  readonly #switching: Switching;
  readonly #question: Question;
  readonly #profiles: Profiles;

  constructor(
    parts: Parts,
    rooms: { current: Current; switching: Switching; question: Question; profiles: Profiles },
  ) {
    this.#parts = parts;
    this.#current = rooms.current;
    this.#switching = rooms.switching;
    this.#question = rooms.question;
    this.#profiles = rooms.profiles;
  }

  async login(proof: Proof, how: How, stops: Stops): Promise<Result<Session>> {
    const { device, rules } = this.#parts;
    if (!device.configured) return fail({ kind: 'unconfigured' });
    const verified = proof.credential?.kind === 'jwt';
    if (mustProve({ userId: proof.userId, verified }, rules())) return fail({ kind: 'forbidden' });
    const { live } = this.#current;
    const own = live?.record.userId === proof.userId ? live : null;
    const found = own === null ? await this.#find(proof) : ok(null);
    if (!found.ok) return found;
    const anonymous = live !== null && live.record.userId === null ? live : null;
    const way = { own, found: found.value, bring: how.anonymous === 'leave' ? null : anonymous };
    if (how.anonymous === 'ask' && anonymous !== null && (await hasSaidAnything(anonymous)))
      return this.#askFirst(proof, how, way, anonymous, stops);
    return this.#prove(proof, how, way, stops);
  }

  /** Into an account remembered here, with the proof that is kept for it; what an anonymous person wrote comes along. */
  into(found: RememberedAccount, stops: Stops): Promise<Result<Session>> {
    const { userId, credential, refreshToken, expiresAt } = found.record;
    if (userId === null) return Promise.resolve(fail({ kind: 'sessionOver' }));
    const jwt = credential?.kind === 'jwt' ? credential : null;
    const proof = { userId, credential: jwt, refreshToken, expiresAt };
    const { live } = this.#current;
    const bring = live !== null && live.record.userId === null ? live : null;
    return this.#prove(proof, {}, { own: null, found, bring }, stops);
  }

  async #find({ userId }: Proof): Promise<Result<RememberedAccount | null>> {
    if (this.#switching.persistence === 'memory') return ok(null);
    await this.#current.settleLocked();
    const found = await this.#parts.accounts.find(userId);
    if (!found.ok) return found;
    return isSealed(found.value) ? fail({ kind: 'passcodeNeeded' }) : ok(found.value);
  }

  async #prove(proof: Proof, how: How, way: Way, stops: Stops): Promise<Result<Session>> {
    const bring = way.bring === null ? null : proofOf(way.bring.record);
    const base = this.#baseOf(way);
    // What is brought along the service may have moved already when a newer wish arrives: that is seen through.
    const stop = bring === null ? stops.superseded : stops.erased;
    const proven = await this.#parts.service.login(
      { clientId: base.record.clientId, userId: proof.userId, credential: proof.credential },
      bring,
      stop,
    );
    if (stop.aborted) return fail({ kind: 'superseded' });
    if (!proven.ok) return proven;
    const record = recordAfter(base.record, proof, proven.value);
    if (record === null) return fail({ kind: 'malformed', where: 'login' });
    const account = this.#asRemembered(base, record, this.#remember(how, base.record, way));
    return this.#become(account, proven.value, { ...way, merged: bring !== null }, stop);
  }

  #baseOf({ own, found, bring }: Way): RememberedAccount {
    const live = own ?? (found === null ? bring : null);
    if (live !== null) return { id: live.account, record: live.record, seal: live.seal };
    return found ?? this.#parts.accounts.draw({ remember: this.#parts.rules().remember });
  }

  #asRemembered(base: RememberedAccount, record: AccountRecord, remember: boolean): RememberedAccount {
    return { ...base, record: { ...record, remember, lastUsedAt: this.#parts.clock.now() } };
  }

  /** As the person says, unless the organization has said it; who was remembered before stays so. */
  #remember({ remember }: How, { remember: before }: AccountRecord, { own, found }: Way): boolean {
    const rules = this.#parts.rules();
    if (rules.managed.includes('remember')) return rules.remember;
    return remember ?? (own !== null || found !== null ? before : rules.remember);
  }

  async #become(
    account: RememberedAccount,
    bundle: UserBundle | null,
    { own, found, bring, merged }: Way & { readonly merged: boolean },
    stop: Signal,
  ): Promise<Result<Session>> {
    const { device, notify } = this.#parts;
    const entered = await (own !== null
      ? this.#refresh(own, account.record)
      : found === null && bring !== null
        ? this.#promote(bring, account.record, bundle)
        : this.#switching.to(account, {
            isNew: found === null,
            // A cache is good as it is, unless something was brought into the middle of the thread.
            rebase: found !== null && !merged ? null : bundle,
            bring: bring !== null,
            stop,
          }));
    if (!entered.ok) return entered;
    device.setShut(account.id, false);
    if (!account.record.verified) notify('notVerified');
    await this.#profiles.settle(bring);
    return entered;
  }

  /** The same person again, with a new proof. */
  async #refresh(live: Live, record: AccountRecord): Promise<Result<Session>> {
    const current = this.#current;
    const wasRefused = live.record.refused !== null;
    const moved = live.record.appUserId !== null && live.record.appUserId !== record.appUserId;
    if (wasRefused || moved) current.end(live);
    await this.#save(live, record);
    if (moved) await live.history.commit({ dropConfirmed: true, facts: unknownThread });
    if (wasRefused || moved) return current.reenter(live);
    current.describe(live);
    return ok(current.session);
  }

  /** The anonymous person here gets a userId: same account, same history, from now on synced. */
  async #promote(live: Live, record: AccountRecord, bundle: UserBundle | null): Promise<Result<Session>> {
    const isSame = bundle === null || bundle.appUserId === live.record.appUserId;
    // First of all, so that nothing still under way for the stranger is taken for this person's.
    this.#current.end(live);
    await this.#save(live, record);
    if (!isSame) {
      // If this fails, the next catch-up meets another conversation and does the same.
      const rebased = await live.history.commit(rebaseOn(bundle));
      if (!rebased.ok)
        this.#parts.log.warn('identity.notRebased', { reason: failureReason(rebased.failure) });
    }
    return this.#current.reenter(live);
  }

  /** That somebody is not to outlive the session is on the disk before who it is, that they are only after. */
  async #save(live: Live, record: AccountRecord): Promise<void> {
    const { device } = this.#parts;
    const passing = live.persistence === 'disk' && !record.remember;
    const isListed = device.accounts().includes(live.account);
    if (passing && isListed) device.setPassing(live.account, true);
    await this.#current.save(live, record);
    if (!passing && isListed) device.setPassing(live.account, false);
  }

  /** Prove who it is without touching the conversation here; ask only if there is a thread to bring it into. */
  async #askFirst(proof: Proof, how: How, way: Way, anonymous: Live, stops: Stops): Promise<Result<Session>> {
    const { service } = this.#parts;
    // Not under the client id of the conversation here: that device is not to become this person's before they say so.
    const base = this.#baseOf({ own: null, found: way.found, bring: null });
    const { userId, credential } = proof;
    const who = { clientId: base.record.clientId, userId, credential };
    const proven = await service.login(who, null, stops.superseded);
    if (stops.superseded.aborted) return fail({ kind: 'superseded' });
    if (!proven.ok) return proven;
    const bundle = proven.value;
    const record = recordAfter(base.record, proof, bundle);
    if (record === null) return fail({ kind: 'malformed', where: 'login' });
    const known = way.found === null ? knownSpeakerOf(record) : null;
    /** The device that was only drawn to ask with is nobody's. */
    const withdraw = (): void => void (known === null ? null : service.logout(known));
    if (bundle === null || bundle.messages.length === 0) {
      withdraw();
      return this.#prove(proof, how, way, stops);
    }
    const account = this.#asRemembered(base, record, this.#remember(how, base.record, way));
    const { unsent } = await wordsOf(anonymous.history);
    return this.#question.ask({
      question: { userId, name: bundle.name, unsent },
      bring: async (until) => {
        const brought = await this.login(proof, { ...how, anonymous: 'bring' }, until);
        if (brought.ok) withdraw();
        return brought;
      },
      leave: (until) =>
        this.#become(account, bundle, { ...way, bring: null, merged: false }, until.superseded),
      drop: withdraw,
    });
  }
}

function isSealed(account: RememberedAccount | SealedAccount | null): account is SealedAccount {
  return account !== null && 'box' in account;
}

/** Words, or who they are: on a shared machine it may have been somebody else than who signs in now. */
async function hasSaidAnything({ history, untoldProfile }: Live): Promise<boolean> {
  return Object.keys(untoldProfile).length > 0 || (await wordsOf(history)).any;
}
