import type { AccountId } from '../../contract/ids.ts';
import type { EraseReport } from '../../contract/requests.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { Histories } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Vault } from '../ports/vault.ts';

/**
 * Takes an account off this device: a tombstone first, then the key, then the files, then a second look. Whatever stops
 * it half-way leaves the tombstone, and the next start finishes the work. With the keychain locked the files go all the
 * same; the key, useless by then, goes at the next start with an open keychain.
 */
export class Eraser {
  readonly #vault: Vault;
  readonly #histories: Histories;
  readonly #device: DeviceState;
  readonly #log: Log;

  constructor(deps: { vault: Vault; histories: Histories; device: DeviceState; log: Log }) {
    this.#vault = deps.vault;
    this.#histories = deps.histories;
    this.#device = deps.device;
    this.#log = deps.log;
  }

  /** The account's history must be closed. */
  async erase(account: AccountId, unsentMessages: number): Promise<EraseReport> {
    this.#device.beginErase(account);
    const key = await this.#vault.erase(account);
    const files = await this.#histories.erase(account);
    const keyRemoved = key.kind === 'erased';
    if (keyRemoved && files.remaining === 0) this.#device.endErase(account);
    // A full disk may have refused the tombstone; erasing has made room.
    else this.#device.beginErase(account);
    this.#log.info('identity.erased', { keyRemoved, files: files.files, remaining: files.remaining });
    return { ...files, unsentMessages, keyRemoved };
  }

  /** Finish what an earlier run of the app began. */
  async finish(): Promise<void> {
    for (const account of this.#device.erasing()) await this.erase(account, 0);
  }
}
