import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import { AccountId } from '../contract/ids.ts';
import { Device } from '../tests/e2e/harness/device.ts';
import { startService } from '../tests/server/running-service.ts';
import { corpus, messageAt, processHistories, valueOf } from './corpus.ts';

const batch = 1_000;
/** As the keychain holds an account, as far as a bench needs it. */
const StoredKey = z.object({ secrets: z.object({ open: z.object({ databaseKey: z.string() }) }) });

/**
 * A device on which a thread of `count` messages is stored, not running; the service it knows is switched off. The
 * messages are written into its own encrypted history by the store process, under the key in its own keychain.
 */
export async function deviceWithThread(count: number): Promise<Device> {
  const service = await startService({ autoReply: false });
  const { configBaseUrl, appId } = service.ready;
  const device = await Device.start({ name: `bench-${count}`, configUrl: configBaseUrl, appId });
  await device.write('The first words.');
  await device.waitUntilSent('The first words.');
  await device.quit();
  await service.stop();
  await fill(device, count);
  return device;
}

async function fill(device: Device, count: number): Promise<void> {
  const account = AccountId.parse(device.accounts()[0]);
  const histories = await processHistories(device.userDataDir);
  const { history } = valueOf(await histories.open(account, keyOf(device, account), 1));
  const { text } = corpus(1);
  for (let from = 0; from < count; from += batch) {
    const confirm = Array.from({ length: Math.min(batch, count - from) }, (_, n) =>
      messageAt(from + n, text()),
    );
    valueOf(await history.commit({ confirm, facts: { reachedBeginning: true, unreadCount: 0 } }));
  }
  await history.close();
  await histories.dispose();
}

function keyOf(device: Device, account: AccountId): string {
  const { stdout, status } = spawnSync(
    'secret-tool',
    ['lookup', 'service', 'onethread', 'account', account],
    {
      env: { PATH: process.env['PATH'], ...device.keyring.env },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error('the keychain has no key for this device');
  return StoredKey.parse(JSON.parse(stdout)).secrets.open.databaseKey;
}
