import type { AccountId } from '../../contract/ids.ts';
import type { KeychainTrouble } from '../../contract/session.ts';

/** What the keychain can be in the way of; `absent` is an answer, these are not. */
export type VaultTrouble = { readonly kind: Exclude<KeychainTrouble, 'missing'> };

export type VaultRead =
  | { readonly kind: 'found'; readonly secret: string }
  /** The keychain is open and holds no such item. A locked keychain never answers this. */
  | { readonly kind: 'absent' }
  | VaultTrouble;
export type VaultWrite = { readonly kind: 'written' } | VaultTrouble;
export type VaultErase = { readonly kind: 'erased' } | VaultTrouble;

/**
 * The OS keychain, one item per account under the account's random id. Every call answers within its deadline
 * (5 s), whatever the keychain does.
 */
export interface Vault {
  read(account: AccountId): Promise<VaultRead>;
  /** Resolves `written` only after the item was read back and is equal. */
  write(account: AccountId, secret: string): Promise<VaultWrite>;
  /** Resolves `erased` only after the item was looked for again and is absent. */
  erase(account: AccountId): Promise<VaultErase>;
}
