// A device in a process of its own, for the tests that kill one: the whole core with the real store process and the real
// settings file. It starts, does what its one argument says, tells what there is, and quits; or ends itself half-way.
import { writeSync } from 'node:fs';
import { UserId } from '../../contract/ids.ts';
import type { Service } from '../../main/ports/service.ts';
import type { CoreDevice as Device } from '../journeys/core-device.ts';
import { KillPoints } from './kill-points.ts';
import { VictimOrder, type VictimWord } from './victim-order.ts';

const order = VictimOrder.parse(JSON.parse(process.argv[2] ?? ''));
const points = new KillPoints();
// Before any module takes hold of the functions that are watched.
points.watchFiles();
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent';
const { createSettingsFile } = await import('../../main/adapters/settings-electron-store.ts');
const { CoreDevice } = await import('../journeys/core-device.ts');
const { FileVault } = await import('./file-vault.ts');

const begin = (): void => {
  say({ begins: true });
  points.arm(order.killAt);
};
if (order.act === 'start') begin();
const device = await CoreDevice.started(order.service, {
  folder: order.folder,
  vault: points.watch('vault', new FileVault(order.vault)),
  settingsFile: points.watch('settings', createSettingsFile(order.folder)),
  world: (world) => ({
    ...world,
    histories: points.watch('histories', world.histories),
    service: points.watch('service', withholding(world.service, order.plants?.unsent)),
    sinks: world.sinks.map((sink) => points.watch(`sink ${sink.place}`, sink)),
  }),
});
if (order.act === 'live') {
  await live(device, order.plants);
  process.kill(process.pid, 'SIGKILL');
}
if (order.act === 'logout') {
  begin();
  const answer = await device.messenger.handlers.logout(undefined);
  if (!answer.ok) throw new Error(`logout failed: ${answer.failure.kind}`);
}
const moments = points.disarm();
if (order.untilTold === true) await device.until(({ erased }) => erased?.serviceTold !== 'later');
const { session, draft, waiting, thread } = device.view;
const texts = thread.messages.map(({ content }) => content.text);
await device.quit();
say({ moments, session: session.kind, texts, draft, waiting });
process.exit();

function say(word: VictimWord): void {
  writeSync(1, `${JSON.stringify(word)}\n`);
}

async function live(person: Device, plants: VictimOrder['plants']): Promise<void> {
  if (plants === undefined) throw new Error('nothing to plant');
  const { handlers } = person.messenger;
  await enter(person, plants);
  await person.write(plants.message);
  await person.until(({ waiting: left, link }) => left === 0 && link.kind === 'live');
  const { epoch } = person.view.session;
  await handlers.updateUser({ epoch, profile: { givenName: plants.name } });
  await person.write(plants.unsent);
  const saved = await handlers.saveDraft({ epoch, text: plants.draft });
  if (!saved.ok) throw new Error(`no draft: ${saved.failure.kind}`);
  // Who this is called reaches the keychain with the next session.
  await enter(person, plants);
}

async function enter(
  person: Device,
  { userId, jwt, remember }: NonNullable<VictimOrder['plants']>,
): Promise<void> {
  const answer = await person.messenger.handlers.login({ userId: UserId.parse(userId), jwt, remember });
  if (!answer.ok) throw new Error(`login failed: ${answer.failure.kind}`);
}

/** The same service, as if it could not be reached for one text. */
function withholding(service: Service, text: string | undefined): Service {
  return new Proxy(service, {
    get(_, name) {
      const member: unknown = Reflect.get(service, name, service);
      if (typeof member !== 'function') return member;
      return (...args: Parameters<Service['send']>): unknown =>
        name === 'send' && args[1].text === text
          ? Promise.resolve({ ok: false, failure: { kind: 'offline' } })
          : Reflect.apply(member, service, args);
    },
  });
}
