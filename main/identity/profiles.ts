import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Profile } from '../../contract/model.ts';
import type { Current, Live } from './current.ts';
import type { Parts } from './parts.ts';

/**
 * What is said of a person: their name, their address, whatever else the business asks for. Said before the service knows
 * them, it goes along with their first message or their login; said by one person, it is never told of the next.
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
    if (known === null) return ok(live.pendingProfile);
    const user = await this.#parts.service.user(known, live.scope.signal);
    return user.ok ? ok(user.value.profile ?? {}) : user;
  }

  /** What is not named stays; properties are merged by their names. */
  async update(profile: Profile): Promise<Result<void>> {
    const { live } = this.#current;
    if (live === null) return fail({ kind: 'sessionOver' });
    if (live.scope.knownSpeaker() !== null) return this.#tell(live, profile);
    live.pendingProfile = joined(live.pendingProfile, profile);
    return ok();
  }

  /** A login has succeeded: tell what was said before it, by the stranger who has become this person. */
  async settle(stranger: Live | null): Promise<void> {
    const { live } = this.#current;
    if (live === null) return;
    // A stranger who has become a person in the same account has brought it along already.
    const before = stranger === null || stranger.account === live.account ? {} : stranger.pendingProfile;
    const said = joined(before, live.pendingProfile);
    live.pendingProfile = said;
    if (Object.keys(said).length === 0 || live.scope.knownSpeaker() === null) return;
    live.pendingProfile = {};
    const told = await this.#tell(live, said);
    if (!told.ok) this.#parts.log.warn('identity.profileUntold', { reason: told.failure.kind });
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
