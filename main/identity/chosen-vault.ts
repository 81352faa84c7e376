import type { Result } from '../../contract/failure.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { Vault, VaultErase, VaultRead, VaultTrouble, VaultWrite } from '../ports/vault.ts';
import type { PassphraseStatus, PassphraseVault } from './passphrase-vault.ts';

/**
 * The OS keychain, and where it cannot be had, keys under a passphrase. An account's item rests in one of the two, where
 * it was first written: an item there is never looked for in the other place, and never written to both.
 *
 * `absent` is answered only if neither place holds the item, so that no key is invented beside one that is merely out of
 * reach (security.md K-04).
 */
export class ChosenVault implements Vault {
  readonly #os: Vault;
  readonly #own: PassphraseVault;
  /** Accounts the OS keychain has shown to hold in this run: theirs it stays, also while it is out of reach. */
  readonly #inOs = new Set<AccountId>();
  readonly #turns = new Map<AccountId, Promise<unknown>>();
  #passphraseTurn: Promise<unknown> = Promise.resolve();

  constructor({ os, own }: { readonly os: Vault; readonly own: PassphraseVault }) {
    this.#os = os;
    this.#own = own;
  }

  /** Whether keys are kept under a passphrase here, and whether it was given in this run. */
  get passphrase(): PassphraseStatus {
    return this.#own.status;
  }

  /**
   * Choose the passphrase if there is none, else give it.
   *
   * @returns `passcodeTooShort`, `wrongPasscode`; `storage` if the disk refuses, or the file of keys cannot be understood.
   */
  usePassphrase(passphrase: string): Promise<Result<void>> {
    const done = this.#passphraseTurn.then(() =>
      this.#own.status === 'none' ? this.#own.create(passphrase) : this.#own.unlock(passphrase),
    );
    this.#passphraseTurn = done.catch(() => undefined);
    return done;
  }

  /**
   * Begin anew without the keys under the passphrase, readable or not: it was forgotten, or their file is damaged. They
   * stay on the disk; accounts that rest on them are without a key from then on. For the person to decide, nobody else.
   *
   * @returns false if the disk refuses.
   */
  setPassphraseAside(): boolean {
    return this.#own.setAside();
  }

  read(account: AccountId): Promise<VaultRead> {
    return this.#inOrder(account, async () => {
      const held = this.#own.holds(account);
      if (held === true) return this.#ofOwn(() => this.#own.read(account));
      const answer = await this.#os.read(account);
      if (answer.kind === 'found') this.#inOs.add(account);
      if (answer.kind === 'absent' && held === 'unknown') return { kind: 'unavailable' };
      return outOfReach(answer) && this.#own.status === 'open' ? this.#own.read(account) : answer;
    });
  }

  write(account: AccountId, secret: string): Promise<VaultWrite> {
    return this.#inOrder(account, async () => {
      const held = this.#own.holds(account);
      if (held === true) return this.#ofOwn(() => this.#own.write(account, secret));
      // Might be there already, and would then be in two places.
      if (held === 'unknown' && !this.#inOs.has(account)) return { kind: 'unavailable' };
      if (this.#own.status !== 'open' || this.#inOs.has(account)) return this.#writeToOs(account, secret);
      return this.#writeNew(account, secret);
    });
  }

  erase(account: AccountId): Promise<VaultErase> {
    return this.#inOrder(account, async () => {
      const held = this.#own.holds(account) === true;
      const own = await this.#own.erase(account);
      const os = await this.#os.erase(account);
      if (this.#inOs.has(account)) {
        if (os.kind === 'erased') this.#inOs.delete(account);
        return os;
      }
      if (own.kind !== 'erased') return own;
      // It rested here, so it never was in a keychain that cannot be had.
      return held && outOfReach(os) ? own : os;
    });
  }

  /** To the OS keychain unless it cannot be had. Asked first, because a failed write may have written after all. */
  async #writeNew(account: AccountId, secret: string): Promise<VaultWrite> {
    const there = await this.#os.read(account);
    if (outOfReach(there)) return this.#own.write(account, secret);
    if (there.kind !== 'found' && there.kind !== 'absent') return there;
    if (there.kind === 'found') this.#inOs.add(account);
    const written = await this.#writeToOs(account, secret);
    // A keychain can be open, empty, and take nothing: a daemon without any keyring.
    return written.kind === 'denied' && there.kind === 'absent' ? this.#own.write(account, secret) : written;
  }

  async #writeToOs(account: AccountId, secret: string): Promise<VaultWrite> {
    const answer = await this.#os.write(account, secret);
    if (answer.kind === 'written') this.#inOs.add(account);
    return answer;
  }

  /** While shut, what rests under the passphrase is out of reach, whatever the OS keychain says. */
  #ofOwn<T>(ask: () => Promise<T>): Promise<T | VaultTrouble> {
    return this.#own.status === 'open' ? ask() : Promise.resolve({ kind: 'unavailable' });
  }

  /** One thing at a time for each account; those of others do not wait. */
  #inOrder<T>(account: AccountId, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(account);
    const done = before === undefined ? work() : before.then(work);
    const over = done
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(account) === over) this.#turns.delete(account);
      });
    this.#turns.set(account, over);
    return done;
  }
}

/** What a passphrase stands in for. A locked or a slow keychain is waited for: it has the keys. */
function outOfReach(answer: { readonly kind: string }): boolean {
  return answer.kind === 'unavailable' || answer.kind === 'denied';
}
