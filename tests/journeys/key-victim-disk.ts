import { join } from 'node:path';
import { systemClock } from '../../main/adapters/clock-system.ts';
import { ChosenVault } from '../../main/identity/chosen-vault.ts';
import { PassphraseVault } from '../../main/identity/passphrase-vault.ts';
import type { Vault } from '../../main/ports/vault.ts';
import { FileVault } from '../canary/file-vault.ts';
import { RecordingLog } from '../fakes/log.ts';
import { FakeSealing } from '../fakes/sealing.ts';
import { MemoryVault } from '../fakes/vault.ts';
import type { KeyVictimOrder } from './key-victim-order.ts';

process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent';
const { createKeysFile } = await import('../../main/adapters/settings-electron-store.ts');

type Place = Pick<KeyVictimOrder, 'folder' | 'keychain'>;

/** The keychain of a victim's disk, and the names of the items in it. */
export function openKeychain({ folder, keychain }: Place): {
  readonly vault: Vault | ChosenVault;
  items(): readonly string[];
} {
  if (keychain === 'folder') {
    const vault = new FileVault(join(folder, '..', 'keychain'));
    return { vault, items: () => [...vault.items().keys()] };
  }
  const os = new MemoryVault();
  os.state = 'unavailable';
  const file = createKeysFile(folder);
  const own = new PassphraseVault({
    ...{ file, sealing: new FakeSealing(), clock: systemClock, log: new RecordingLog() },
  });
  const items = (): readonly string[] => Object.keys((file.load().raw as { items?: object }).items ?? {});
  return { vault: new ChosenVault({ os, own }), items };
}
