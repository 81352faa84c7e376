import type { AccountId } from '../../contract/ids.ts';
import type { Vault, VaultErase, VaultRead, VaultTrouble, VaultWrite } from '../../main/ports/vault.ts';

export type VaultCall = { readonly call: 'read' | 'write' | 'erase'; readonly account: AccountId };

/** A keychain in memory that can be in any of the states a real one is found in. */
export class MemoryVault implements Vault {
  readonly items = new Map<AccountId, string>();
  readonly calls: VaultCall[] = [];
  /** `open`, or what every call answers until this is set back. Items stay as they are. */
  state: 'open' | VaultTrouble['kind'] = 'open';
  /** Set while the keychain is open and takes nothing: a daemon without any keyring. */
  takesNothing = false;
  #held: (() => void)[] | null = null;

  read(account: AccountId): Promise<VaultRead> {
    return this.#answer({ call: 'read', account }, () => {
      const secret = this.items.get(account);
      return secret === undefined ? { kind: 'absent' } : { kind: 'found', secret };
    });
  }

  write(account: AccountId, secret: string): Promise<VaultWrite> {
    return this.#answer<VaultWrite>({ call: 'write', account }, () => {
      if (this.takesNothing) return { kind: 'denied' };
      this.items.set(account, secret);
      return { kind: 'written' };
    });
  }

  erase(account: AccountId): Promise<VaultErase> {
    return this.#answer({ call: 'erase', account }, () => {
      this.items.delete(account);
      return { kind: 'erased' };
    });
  }

  /** Calls made from now on are not answered, nor do they touch an item, until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Calls waiting for `release`. */
  get waiting(): number {
    return this.#held?.length ?? 0;
  }

  /** Answer the calls held back, in order, as the state is now; later calls are answered at once again. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const proceed of held) proceed();
  }

  async #answer<T>(call: VaultCall, act: () => T): Promise<T | VaultTrouble> {
    this.calls.push(call);
    const held = this.#held;
    if (held !== null) await new Promise<void>((resolve) => held.push(resolve));
    return this.state === 'open' ? act() : { kind: this.state };
  }
}
