import { fail, ok, type Result } from '../../contract/failure.ts';
import { type AccountId, EpochMs } from '../../contract/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sealing } from '../ports/sealing.ts';
import type { Accounts, RememberedAccount, Seal, SealedAccount } from './accounts.ts';

/** Characters of the shortest passcode a person may choose. */
const shortestPasscode = 4;
/** Tries before the first wait, which then doubles with each wrong one. */
const freeTries = 3;
const firstWaitMs = 1_000;
const longestWaitMs = 15 * 60_000;

interface Wait {
  readonly since: EpochMs;
  readonly forMs: number;
}

/**
 * Opens what a passcode seals. Every try is counted in the keychain before it is judged, so that ending the app in
 * between makes no guess free; the wait after wrong ones runs by the monotonic clock and begins anew with every start.
 */
export class Passcodes {
  readonly #accounts: Accounts;
  readonly #sealing: Sealing;
  readonly #clock: Clock;
  /** Null once a wait of this run is over. */
  readonly #waits = new Map<AccountId, Wait | null>();

  constructor(deps: { accounts: Accounts; sealing: Sealing; clock: Clock }) {
    this.#accounts = deps.accounts;
    this.#sealing = deps.sealing;
    this.#clock = deps.clock;
  }

  /** The seal of a new passcode. */
  async choose(passcode: string): Promise<Result<Seal>> {
    if ([...passcode.normalize('NFC')].length < shortestPasscode)
      return fail({ kind: 'passcodeTooShort', atLeast: shortestPasscode });
    const recipe = this.#sealing.recipe();
    return ok({ recipe, key: await this.#sealing.derive(passcode, recipe) });
  }

  /** Before this moment no try counts; null: now. */
  notBefore(account: SealedAccount): EpochMs | null {
    const wait = this.#waitOf(account);
    return wait === null ? null : EpochMs.parse(wait.since + wait.forMs);
  }

  async open(account: SealedAccount, passcode: string): Promise<Result<RememberedAccount>> {
    if (this.#waitOf(account) !== null) return this.#wrong(account.id);
    const wrongTries = account.wrongTries + 1;
    const counted = await this.#accounts.countTries(account, wrongTries);
    if (!counted.ok) return counted;
    const opened = this.#accounts.unseal(account, await this.#sealing.derive(passcode, account.recipe));
    if (opened === null) {
      this.#begin(account.id, wrongTries);
      return this.#wrong(account.id);
    }
    this.#waits.delete(account.id);
    // If the keychain does not take it now, the next thing written forgets the tries.
    await this.#accounts.write(opened);
    return ok(opened);
  }

  #waitOf({ id, wrongTries }: SealedAccount): Wait | null {
    if (!this.#waits.has(id)) this.#begin(id, wrongTries);
    return this.#waits.get(id) ?? null;
  }

  #begin(account: AccountId, wrongTries: number): void {
    if (wrongTries < freeTries) return;
    const forMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(wrongTries - freeTries, 16));
    const wait = { since: this.#clock.now(), forMs };
    this.#waits.set(account, wait);
    this.#clock.after(forMs, () => {
      if (this.#waits.get(account) === wait) this.#waits.set(account, null);
    });
  }

  #wrong(account: AccountId): Result<never> {
    const wait = this.#waits.get(account) ?? null;
    const passedMs = wait === null ? 0 : Math.max(0, this.#clock.now() - wait.since);
    const retryAfterMs = wait === null ? 0 : Math.max(1, wait.forMs - passedMs);
    return fail({ kind: 'wrongPasscode', retryAfterMs });
  }
}
