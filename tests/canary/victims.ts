import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CoreService } from '../journeys/core-device.ts';
import { FileVault } from './file-vault.ts';
import { type VictimOrder, VictimWord } from './victim-order.ts';

/** What one machine keeps through kills: the data folder and the keychain. */
export class Disk {
  readonly root = mkdtempSync(join(tmpdir(), 'onethread-disk-'));
  readonly folder: string;
  readonly #vaultFolder = join(this.root, 'keychain');
  readonly vault = new FileVault(this.#vaultFolder);

  /** @param folder the data folder, where it is not to lie beside the keychain; the caller's to remove */
  constructor(folder?: string) {
    this.folder = folder ?? join(this.root, 'data');
  }

  /** The same once more, as a camera would see it: also while a device is running on it. */
  copy(): Disk {
    const copy = new Disk();
    rmSync(copy.root, { recursive: true });
    cpSync(this.root, copy.root, { recursive: true });
    return copy;
  }

  /** The accounts that have files here. */
  accounts(): readonly string[] {
    const folder = join(this.folder, 'accounts');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  filesOf(account: string): readonly string[] {
    const folder = join(this.folder, 'accounts', account);
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  /**
   * Start a device on this disk in a process of its own, and wait for its end.
   *
   * @param killAfterMs SIGKILL from outside, so long after it has begun to act
   * @returns its last word
   */
  async run(
    { configBaseUrl, appId }: CoreService,
    order: Pick<VictimOrder, 'act'> & Partial<Pick<VictimOrder, 'plants' | 'killAt' | 'untilTold'>>,
    killAfterMs?: number,
  ): Promise<VictimWord | null> {
    const whole: VictimOrder = {
      killAt: null,
      ...{ folder: this.folder, vault: this.#vaultFolder, service: { configBaseUrl, appId } },
      ...order,
    };
    const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), JSON.stringify(whole)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said: VictimWord | null = null;
    createInterface(child.stdout).on('line', (line) => {
      said = VictimWord.parse(JSON.parse(line));
      if ('begins' in said && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    });
    await once(child, 'close');
    return said;
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
