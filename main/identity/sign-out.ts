import type { EraseReport } from '../../contract/erase-report.ts';
import { fail, ok, type Result } from '../../contract/failure.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { Current, Live } from './current.ts';
import type { Entering } from './entering.ts';
import { nothingErased } from './erase.ts';
import type { Leaving } from './leaving.ts';
import type { Parts } from './parts.ts';
import { wordsOf } from './transition.ts';

/** How long a quit waits for the service to hear of it; else it hears at the next start. */
const quitPatienceMs = 1_000;

/** Ends the session under way: signed out, forgotten, or merely closed at quit. */
export class SignOut {
  readonly #parts: Parts;
  readonly #current: Current;
  readonly #entering: Entering;
  readonly #leaving: Leaving;

  constructor(parts: Parts, rooms: { current: Current; entering: Entering; leaving: Leaving }) {
    this.#parts = parts;
    this.#current = rooms.current;
    this.#entering = rooms.entering;
    this.#leaving = rooms.leaving;
  }

  /** Put down, at the moment it is asked for, what a kill from now on has to end in. */
  announce(account: AccountId | null): void {
    if (account !== null && this.#isOnDisk(account)) this.#parts.device.beginErase(account);
  }

  async logout(account: AccountId | null): Promise<Result<EraseReport>> {
    const { device, follower, notify } = this.#parts;
    if (!device.configured) return fail({ kind: 'unconfigured' });
    const { live, locked } = this.#current;
    // Somebody else has come in meanwhile: they stay, and the one who asked is erased.
    if (live !== null && live.account !== account && account !== null)
      return ok(await this.#leaving.erase(account, 'unknown'));
    const unsent = live === null ? (locked?.unsent ?? 0) : (await wordsOf(live.history)).unsent;
    const onDisk = account !== null && (live?.persistence === 'disk' || this.#isOnDisk(account));
    await this.#close();
    follower.gone();
    const report = onDisk
      ? await this.#leaving.erase(account, live?.record ?? 'unknown', unsent)
      : await this.#forgetInMemory(live, unsent);
    // Without a keychain the next person is in memory too, and needs no second question.
    const staysInMemory = live?.persistence === 'memory' && !onDisk;
    const opened = await (staysInMemory ? this.#entering.inMemory() : this.#entering.open());
    if (!opened.ok) return opened;
    notify('signedOut');
    follower.erased(report);
    return ok(report);
  }

  /** Erase somebody who is not here now. */
  async forget(account: AccountId): Promise<Result<EraseReport>> {
    const { device, follower } = this.#parts;
    if (account === this.#current.account) return fail({ kind: 'forbidden' });
    if (!device.accounts().includes(account)) return fail({ kind: 'keychain', trouble: 'missing' });
    const report = await this.#leaving.erase(account, 'unknown');
    this.#current.refreshCards();
    follower.erased(report);
    return ok(report);
  }

  /** End the session in an orderly way; who is not to be remembered goes. */
  async quit(): Promise<void> {
    const { device, rules, tickets } = this.#parts;
    const { live } = this.#current;
    const goes = rules().onQuit === 'signOut' ? device.accounts() : device.passing();
    for (const account of goes) device.beginErase(account);
    await this.#current.settleLocked();
    const unread = live === null ? 0 : (await wordsOf(live.history)).unread;
    await this.#close();
    if (live !== null && !goes.includes(live.account)) await this.#current.stamp(live, unread);
    for (const account of goes)
      await this.#leaving.erase(account, account === live?.account ? live.record : 'unknown');
    if (goes.length > 0) await tickets.deliver(quitPatienceMs);
  }

  async #close(): Promise<void> {
    const { live } = this.#current;
    if (live === null) return;
    this.#current.end(live);
    await live.history.close();
  }

  async #forgetInMemory(live: Live | null, unsent: number): Promise<EraseReport> {
    const serviceTold = live === null ? 'notNeeded' : await this.#leaving.toBeTold(live.record);
    const report = nothingErased(this.#parts.clock.now(), unsent);
    this.#leaving.deliver(report.at);
    return { ...report, serviceTold };
  }

  #isOnDisk(account: AccountId): boolean {
    const { device } = this.#parts;
    return device.accounts().includes(account) || device.erasing().includes(account);
  }
}
