import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { AccountId } from '../../contract/ids.ts';
import type { Vault, VaultErase, VaultRead, VaultWrite } from '../../main/ports/vault.ts';

/**
 * A keychain in a folder, one file per item, durable with each answer: what is in it outlasts a killed process, as the
 * items of a real one do, and each call costs a millisecond instead of a tenth of a second.
 */
export class FileVault implements Vault {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Every item, by its account. */
  items(): ReadonlyMap<string, string> {
    const names = readdirSync(this.#folder).filter((name) => !name.startsWith('.'));
    return new Map(names.map((name) => [name, readFileSync(join(this.#folder, name), 'utf8')]));
  }

  async read(account: AccountId): Promise<VaultRead> {
    const secret = this.items().get(account);
    return secret === undefined ? { kind: 'absent' } : { kind: 'found', secret };
  }

  async write(account: AccountId, secret: string): Promise<VaultWrite> {
    const next = join(this.#folder, `.${account}`);
    try {
      const handle = openSync(next, 'w', 0o600);
      try {
        writeSync(handle, secret);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(next, join(this.#folder, account));
      this.#sync();
      return { kind: 'written' };
    } catch {
      // Its disk takes nothing; a real one says no more of it.
      return { kind: 'unavailable' };
    }
  }

  async erase(account: AccountId): Promise<VaultErase> {
    rmSync(join(this.#folder, account), { force: true });
    this.#sync();
    return { kind: 'erased' };
  }

  #sync(): void {
    const handle = openSync(this.#folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  }
}
