// A device in a process of its own that begins on an empty disk: a key for nobody yet, then somebody signs in and writes.
// Ends itself half-way where it is told to; without anybody to sign in, it only looks at what there is.
import { writeSync } from 'node:fs';
import { KillPoints } from '../canary/kill-points.ts';
import { KeyVictimOrder, type KeyVictimWord, passphrase } from './key-victim-order.ts';

const order = KeyVictimOrder.parse(JSON.parse(process.argv[2] ?? ''));
const points = new KillPoints();
// Before any module takes hold of the functions that are watched.
points.watchFiles();
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent';
const { createSettingsFile } = await import('../../main/adapters/settings-electron-store.ts');
const { CoreDevice } = await import('./core-device.ts');
const { openKeychain } = await import('./key-victim-disk.ts');

points.arm(order.killAt);
const { vault } = openKeychain(order);
if ('usePassphrase' in vault) await vault.usePassphrase(passphrase);
const device = await CoreDevice.started(order.service, {
  folder: order.folder,
  vault: points.watch('vault', vault),
  settingsFile: points.watch('settings', createSettingsFile(order.folder)),
  world: (world) => ({ ...world, histories: points.watch('histories', world.histories) }),
});
if (order.person !== null) {
  await device.login(order.person.userId, order.person.jwt);
  await device.write(order.person.message);
  say({ accepted: true });
}
const moments = points.disarm();
const { session, thread } = device.view;
const texts = thread.messages.map(({ content }) => content.text);
await device.quit();
say({ moments, session: session.kind, texts });
process.exit();

function say(word: KeyVictimWord): void {
  writeSync(1, `${JSON.stringify(word)}\n`);
}
