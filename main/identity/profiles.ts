import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Profile } from '../../contract/model.ts';
import type { Current, Live } from './current.ts';
import type { Parts } from './parts.ts';

/**
 * What is said of a person: their name, their address, whatever else the business asks for. Said before the service knows
 * them, it is kept in their history and goes along with their first message or their login; said by one person, it is never
 * told of the next.
 */
export class Profiles {
  readonly #parts: Pick<Parts, 'service' | 'log'>;
  readonly #current: Current;

  constructor(parts: Pick<Parts, 'service' | 'log'>, current: Current) {
    this.#parts = parts;
    this.#current = current;
  }

  /** As the service has it, or as it will be told. */
  async read(): Promise<Result<Profile>> {
    const { live } = this.#current;
    if (live === null) return fail({ kind: 'sessionOver' });
    const known = live.scope.knownSpeaker();
    if (known === null) return ok(live.untoldProfile);
    const user = await this.#parts.service.user(known, live.scope.signal);
    return user.ok ? ok(user.value.profile ?? {}) : user;
  }

  /** What is not named stays; properties are merged by their names. */
  async update(profile: Profile): Promise<Result<void>> {
    const { live } = this.#current;
    if (live === null) return fail({ kind: 'sessionOver' });
    const said = joined(live.untoldProfile, profile);
    if (live.scope.knownSpeaker() === null) {
      live.untoldProfile = said;
      const kept = await this.#keep(live);
      // Whoever has taken over meanwhile has brought it along.
      return kept.ok || this.#current.live !== live ? ok() : kept;
    }
    const told = await this.#tell(live, said);
    return told.ok ? this.#heard(live) : told;
  }

  /** A login has succeeded: tell what was said before it, by the stranger who has become this person. */
  async settle(stranger: Live | null): Promise<void> {
    const { live } = this.#current;
    // A stranger who has become a person in the same account has brought it along already.
    if (live !== null && stranger !== null && stranger.account !== live.account) {
      live.untoldProfile = joined(stranger.untoldProfile, live.untoldProfile);
      await this.#keep(live);
    }
    await this.tellRest();
  }

  /** Tell what the service has not heard yet, if it knows them. */
  async tellRest(): Promise<void> {
    const { live } = this.#current;
    if (live === null || live.scope.knownSpeaker() === null) return;
    const said = live.untoldProfile;
    if (Object.keys(said).length === 0) return;
    const told = await this.#tell(live, said);
    if (!told.ok) this.#parts.log.warn('identity.profileUntold', { reason: told.failure.kind });
    else if (live.untoldProfile === said) await this.#heard(live);
  }

  async #heard(live: Live): Promise<Result<void>> {
    if (Object.keys(live.untoldProfile).length === 0) return ok();
    live.untoldProfile = {};
    return this.#keep(live);
  }

  async #keep({ scope, untoldProfile }: Live): Promise<Result<void>> {
    const kept = await scope.history.commit({ facts: { untoldProfile } });
    return kept.ok ? ok() : kept;
  }

  async #tell(live: Live, profile: Profile): Promise<Result<void>> {
    const { scope } = live;
    const known = scope.knownSpeaker();
    if (known === null) return fail({ kind: 'sessionOver' });
    const told = await this.#parts.service.updateUser(known, profile, scope.signal);
    if (!told.ok || (profile.givenName === undefined && profile.surname === undefined)) return told;
    const user = await this.#parts.service.user(known, scope.signal);
    if (user.ok && this.#current.liveOf(scope) === live) {
      await this.#current.save(live, { ...live.record, name: user.value.name });
      if (this.#current.liveOf(scope) === live) this.#current.describe(live);
    }
    return told;
  }
}

function joined(before: Profile, now: Profile): Profile {
  const properties = { ...before.properties, ...now.properties };
  const hasProperties = Object.keys(properties).length > 0;
  return { ...before, ...now, ...(hasProperties ? { properties } : {}) };
}
