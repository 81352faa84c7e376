import type { AccountId } from '../../contract/ids.ts';

/**
 * What this device remembers about its accounts without a keychain: random ids only. Accounts of another service
 * (another origin or app id) are kept but not seen here. Every change is durable when it returns true, and left undone
 * when it returns false.
 */
export interface DeviceState {
  /** False until the app is pointed at a service. */
  readonly configured: boolean;
  /** Accounts whose key is in the keychain: its presence here is the marker that a key was made. */
  accounts(): readonly AccountId[];
  active(): AccountId | null;
  /** Accounts whose erasing was begun and not finished. */
  erasing(): readonly AccountId[];
  /** Accounts that do not outlive their session, whichever service they are of: what is listed here at a start was killed. */
  passing(): readonly AccountId[];
  /** Accounts that were locked without a passcode: only signing in opens them again. */
  shut(): readonly AccountId[];
  /**
   * Remember an account (if it is not yet), take away its tombstone, and make it the one that the next start opens.
   *
   * @param passing whether it ends with its session
   */
  activate(account: AccountId, passing: boolean): boolean;
  /** Say anew whether an account ends with its session. */
  setPassing(account: AccountId, passing: boolean): boolean;
  setShut(account: AccountId, shut: boolean): boolean;
  /** The tombstone: from now on this account can only be erased. */
  beginErase(account: AccountId): boolean;
  /** It is gone: nothing is remembered of it. */
  endErase(account: AccountId): boolean;
}
