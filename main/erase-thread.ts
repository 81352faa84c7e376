import { type MessagePort, workerData } from 'node:worker_threads';
import type { AccountId } from '../contract/ids.ts';
import { chooseThreadLauncher } from './adapters/child-process.ts';
import { systemClock } from './adapters/clock-system.ts';
import { HistoriesProcess } from './adapters/histories-process.ts';
import { createLog } from './adapters/log-stderr.ts';
import { eraseStoredPages, fileSinks } from './adapters/sinks-files.ts';
import { KeytarVault } from './adapters/vault-keytar.ts';
import type { Outcomes } from './erase-all.ts';
import { Eraser } from './identity/erase.ts';
import type { Vault } from './ports/vault.ts';

/** What is to go, and where it lies. */
export interface EraseOrder {
  readonly ids: readonly AccountId[];
  /** Those whose key was sealed under a passphrase, and is gone with its file. */
  readonly sealed: readonly AccountId[];
  /** Absolute. */
  readonly userData: string;
  readonly crashDumps: string;
  /** The built vault process, absolute. */
  readonly vaultEntry: string;
}

/**
 * The thread of `--erase-all`: erases one account after the other as a sign-out does, tells what became of each, and rings.
 * It uses nothing of Electron's, which is not up yet.
 */
async function eraseEach(order: EraseOrder): Promise<Outcomes> {
  const log = createLog();
  const launch = chooseThreadLauncher(log);
  const { userData, crashDumps, vaultEntry } = order;
  const keychain = new KeytarVault({ launch, entryPath: vaultEntry, clock: systemClock, log });
  const outcomes: Outcomes[number][] = [];
  for (const id of order.ids) {
    let gone = false;
    const eraser = new Eraser({
      vault: order.sealed.includes(id) ? withoutKey(keychain) : keychain,
      // No history is opened, so none needs a process.
      histories: new HistoriesProcess({ folder: userData, entryPath: '', launch, log }),
      device: { erasing: () => [], beginErase: () => true, endErase: () => (gone = true) },
      sinks: [
        { place: 'page', erase: () => eraseStoredPages(userData) },
        ...fileSinks({ userData, crashDumps }),
      ],
      clock: systemClock,
      log,
    });
    const { places } = await eraser.erase(id, 0);
    outcomes.push({ id, gone, places });
  }
  keychain.dispose();
  return outcomes;
}

/** Whose key was under a passphrase never was in a keychain that cannot be had. */
function withoutKey(keychain: Vault): Pick<Vault, 'erase'> {
  return {
    async erase(account) {
      const answer = await keychain.erase(account);
      const never = answer.kind === 'unavailable' || answer.kind === 'denied';
      return never ? { kind: 'erased' } : answer;
    },
  };
}

const { order, bell, port } = workerData as { order: EraseOrder; bell: Int32Array; port: MessagePort };
eraseEach(order)
  .then((outcomes) => port.postMessage(outcomes))
  .finally(() => {
    Atomics.store(bell, 0, 1);
    Atomics.notify(bell, 0);
  });
