import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Session } from '../../contract/session.ts';
import type { Credential } from '../ports/service.ts';
import type { SessionEvents, SessionScope } from '../ports/session-scope.ts';
import type { Signal } from '../ports/signal.ts';
import type { Current, Live } from './current.ts';
import type { Parts } from './parts.ts';
import { knownSpeakerOf } from './scope.ts';
import type { SerialQueue } from './serial-queue.ts';
import type { Switching } from './switching.ts';
import { rebaseOn } from './transition.ts';

/** How long a session rests after a refusal that turned out to be none. */
const refusalRestMs = 5_000;

/** What becomes of a session whose credential the service refuses, or whose person it has merged into another. */
export class Refusals {
  readonly #parts: Parts;
  readonly #current: Current;
  readonly #switching: Switching;
  readonly #queue: SerialQueue;

  constructor(parts: Parts, rooms: { current: Current; switching: Switching; queue: SerialQueue }) {
    this.#parts = parts;
    this.#current = rooms.current;
    this.#switching = rooms.switching;
    this.#queue = rooms.queue;
  }

  async refused(
    scope: SessionScope,
    reason: Parameters<SessionEvents['credentialRefused']>[1],
    superseded: Signal,
  ): Promise<Result<unknown>> {
    const live = this.#current.liveOf(scope);
    if (live === null) return ok();
    const known = knownSpeakerOf(live.record);
    // One stray answer must take neither a history nor a session: only a second refusal counts.
    const asked =
      known === null
        ? fail({ kind: 'signedOut', reason })
        : await this.#parts.service.user(known, superseded);
    const refused = !asked.ok && asked.failure.kind === 'signedOut' ? asked.failure.reason : null;
    const anonymous = live.record.userId === null;
    if (refused === null || (anonymous && known === null)) return this.#rest(live);
    if (anonymous) return this.#replaceAnonymous(live);
    const told = refused === 'expired' || refused === 'jwtRequired' ? refused : 'revoked';
    await this.#current.save(live, { ...live.record, refused: told });
    this.#current.describe(live);
    return ok();
  }

  async moved(
    scope: SessionScope,
    to: Parameters<SessionEvents['moved']>[1],
    superseded: Signal,
  ): Promise<Result<unknown>> {
    const live = this.#current.liveOf(scope);
    if (live === null || to.sessionToken === null) return ok();
    const credential: Credential = { kind: 'session', sessionToken: to.sessionToken };
    const known = { ...live.scope.speaker(), appUserId: to.appUserId, credential };
    const bundle = await this.#parts.service.user(known, superseded);
    // Whether the token was good or not, sync meets the truth with its next request.
    if (!bundle.ok || bundle.value.userId !== live.record.userId) return ok();
    this.#current.end(live);
    await this.#current.save(live, { ...live.record, appUserId: bundle.value.appUserId, credential });
    await live.history.commit(rebaseOn(bundle.value));
    return this.#current.reenter(live);
  }

  /** The service no longer knows this anonymous person: begin anew, taking along what was not sent yet. */
  async #replaceAnonymous(live: Live): Promise<Result<Session>> {
    const { accounts, notify } = this.#parts;
    const next = accounts.draw({ remember: live.record.remember });
    const how = { isNew: true, rebase: null, bring: true, stop: null };
    const entered = await this.#switching.to({ ...next, seal: live.seal }, how);
    if (entered.ok) notify('sessionEnded');
    else if (this.#current.live !== null) this.#rest(this.#current.live);
    return entered;
  }

  /** After a refusal that was none, this session begins anew in a while: sync and outbox have stopped. */
  #rest(live: Live): Result<void> {
    this.#parts.clock.after(refusalRestMs, () => {
      void this.#queue.duty(async (): Promise<Result<unknown>> =>
        this.#current.live === live ? this.#current.reenter(live) : ok(),
      );
    });
    return ok();
  }
}
