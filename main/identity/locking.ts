import { fail, ok, type Result } from '../../contract/failure.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { Input } from '../../contract/requests.ts';
import type { Session } from '../../contract/session.ts';
import { type Current, keychainRetryMs, type Live } from './current.ts';
import { type Entering, mustProve } from './entering.ts';
import type { Parts } from './parts.ts';
import type { Returning } from './returning.ts';
import type { Stops } from './serial-queue.ts';
import { wordsOf } from './transition.ts';

/** Locks the session under way and opens it again. While it is locked nothing of it is in memory but who it is. */
export class Locking {
  readonly #parts: Parts;
  readonly #current: Current;
  readonly #entering: Entering;
  readonly #returning: Returning;

  constructor(parts: Parts, rooms: { current: Current; entering: Entering; returning: Returning }) {
    this.#parts = parts;
    this.#current = rooms.current;
    this.#entering = rooms.entering;
    this.#returning = rooms.returning;
  }

  async lock(): Promise<Result<Session>> {
    const { device, clock } = this.#parts;
    const current = this.#current;
    const { live } = current;
    if (current.locked !== null) return ok(current.session);
    if (live === null) return fail({ kind: 'sessionOver' });
    if (!canBeUnlocked(live)) return fail({ kind: 'passcodeNeeded' });
    const by = live.seal === null ? ('signIn' as const) : ('passcode' as const);
    if (by === 'signIn') device.setShut(live.account, true);
    current.end(live);
    const { userId, name } = live.record;
    const unlocking = by === 'signIn' ? { by } : { by, notBefore: null };
    // Shown before anything else is waited for: what was on the screen has to go now.
    const shown = this.#entering.locked({ id: live.account, userId, name }, unlocking);
    const { unsent, unread } = await wordsOf(live.history);
    current.know({ unsent });
    await live.history.close();
    const record = { ...live.record, unread, lastUsedAt: clock.now() };
    current.know({ unwritten: { id: live.account, record, seal: live.seal } });
    await this.#settle(live.account);
    return shown;
  }

  /** Who they are goes into the keychain as soon as it takes it. */
  async #settle(account: AccountId): Promise<void> {
    const { clock, log } = this.#parts;
    await this.#current.settleLocked();
    const { locked } = this.#current;
    if (locked?.account !== account || locked.unwritten === null) return;
    log.warn('identity.recordUnwritten');
    clock.after(keychainRetryMs, () => void this.#settle(account));
  }

  async unlock(passcode: string, stops: Stops): Promise<Result<Session>> {
    const { locked, session } = this.#current;
    if (locked === null || session.kind !== 'locked') return fail({ kind: 'sessionOver' });
    if (session.unlocking.by === 'signIn') return fail({ kind: 'signedOut', reason: 'expired' });
    await this.#current.settleLocked();
    const opened = await this.#returning.opened(locked.account, passcode);
    if (!opened.ok) {
      await this.#showWait(locked.account);
      return opened;
    }
    if (stops.superseded.aborted) return fail({ kind: 'superseded' });
    if (mustProve(opened.value.record, this.#parts.rules())) return fail({ kind: 'forbidden' });
    return this.#entering.remembered(opened.value);
  }

  /** Durable when it resolves. */
  async setPasscode({
    passcode,
    current: given,
  }: Omit<Input<'setPasscode'>, 'epoch'>): Promise<Result<void>> {
    const { accounts, passcodes, follower } = this.#parts;
    const { live } = this.#current;
    if (live === null) return fail({ kind: 'sessionOver' });
    if (live.persistence === 'memory') return fail({ kind: 'keychain', trouble: 'unavailable' });
    if (live.seal !== null) {
      const known = await this.#returning.opened(live.account, given);
      if (!known.ok) return known;
    }
    const seal = passcode === null ? ok(null) : await passcodes.choose(passcode);
    if (!seal.ok) return seal;
    // At once, so that whatever else is saved meanwhile is sealed the same way.
    const before = live.seal;
    live.seal = seal.value;
    const written = await accounts.write({ id: live.account, record: live.record, seal: live.seal });
    if (!written.ok) {
      live.seal = before;
      return written;
    }
    follower.passcode(live.seal !== null);
    this.#current.refreshCards();
    return ok();
  }

  /** When the next try counts. */
  async #showWait(account: AccountId): Promise<void> {
    const answer = await this.#parts.accounts.read(account);
    const { session, locked } = this.#current;
    if (answer.kind !== 'sealed' || session.kind !== 'locked' || locked?.account !== account) return;
    const notBefore = this.#parts.passcodes.notBefore(answer.account);
    this.#current.show({ ...session, unlocking: { by: 'passcode', notBefore } }, locked);
  }
}

/** By its passcode, or by signing in again; who is nobody and has no passcode would be locked out for ever. */
function canBeUnlocked({ seal, record, persistence }: Live): boolean {
  return persistence === 'disk' && (seal !== null || record.userId !== null);
}
