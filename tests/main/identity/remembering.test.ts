import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MachineChoices } from '../../../contract/machine.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

/** What rests of `userId` in the keychain. */
const itemsOf = (device: Device, userId: string): readonly string[] =>
  [...device.vault.items.values()].filter((item) => item.includes(`"userId":"${userId}"`));

/** The item as the version before would have written it. */
function asVersion1(item: string): string {
  const { card, secrets } = Stored.parse(JSON.parse(item));
  const { databaseKey, clientId, appUserId, credential, refused } = secrets.open;
  const { userId, name } = card;
  return JSON.stringify({
    version: 1,
    ...{ databaseKey, clientId, userId, name, appUserId, credential, refused },
  });
}

const Stored = z.object({
  card: z.looseObject({}),
  secrets: z.object({ open: z.looseObject({}) }),
});

const shared: MachineChoices = { mode: 'shared' };
const forgetful: MachineChoices = { remember: false };

describe('An item of the keychain', () => {
  it('of the version before is read, and is of this one once it is written', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    await device.write('hello');
    const [[id, item] = [undefined, '']] = [...device.vault.items].filter(([, text]) =>
      text.includes('"ana"'),
    );
    if (id === undefined) throw new Error('nothing rests of ana');
    device.vault.items.set(id, asVersion1(item));
    await device.killAndStart();

    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana', verified: true });
    expect(device.texts).toEqual(['hello']);
    await device.quitAndStart();
    expect(JSON.parse(device.vault.items.get(id) ?? '')).toMatchObject({ version: 2, remember: true });
    expect(device.texts).toEqual(['hello']);
  });
});

describe('The people a computer remembers', () => {
  it('are listed, last used first, with what waited for them when they left', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    expect(device.view.accounts).toEqual([]);
    await device.login('ana', world.jwt('ana'));
    await device.write('hello');
    world.say(world.user('ana'), 'one');
    world.say(world.user('ana'), 'two');
    await device.clock.advance(1_000);
    await device.login('bo');
    const left = device.clock.now();
    await device.clock.advance(1_000);

    expect(device.view.accounts).toMatchObject([
      { userId: 'bo', verified: false, current: true },
      { userId: 'ana', verified: true, current: false, passcode: false, unread: 2, lastUsedAt: left },
    ]);
    device.net.goOffline();
    await device.quitAndStart();
    expect(device.view.accounts.map(({ userId, current }) => [userId, current])).toEqual([
      ['bo', true],
      ['ana', false],
    ]);
  });

  it('are nobody while the keychain gives no answer', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    device.vault.state = 'locked';
    await device.killAndStart();
    expect(device.view.accounts).toEqual([]);

    device.vault.state = 'open';
    await device.handlers.retryKeychain(undefined);
    await device.settle();
    expect(device.view.accounts).toMatchObject([{ userId: 'ana', current: true }]);
  });

  it('do not hold up the first picture', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    await device.write('of ana');
    await device.login('bo', world.jwt('bo'));
    await device.write('of bo');
    await device.quitAndStart();

    const first = device.views.findIndex(({ thread }) => thread.messages.length > 0);
    expect(device.views[first]?.accounts).toEqual([]);
    expect(device.views.at(-1)?.accounts).toHaveLength(2);
  });
});

describe('Going to somebody remembered', () => {
  it('needs no network and shows the thread as it was left', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    await device.write('of ana');
    await device.login('bo', world.jwt('bo'));
    device.net.goOffline();
    const session = await device.switchTo(device.accountOf('ana'));

    expect(session).toMatchObject({ kind: 'identified', userId: 'ana', verified: true });
    expect(device.texts).toEqual(['of ana']);
    device.net.goOnline();
    await device.clock.advance(60_000);
    await device.write('and on');
    expect(world.user('ana').messages.map(({ content }) => content.text)).toEqual(['of ana', 'and on']);
  });

  it('A-05 sends what one left unsent when they are back, as them', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    device.net.goOffline();
    for (let number = 0; number < 20; number += 1) await device.write(`ana ${number}`);
    device.net.goOnline();
    await device.login('bo', world.jwt('bo'));
    await device.write('bo');
    await device.clock.advance(60_000);
    expect(world.user('bo').messages.map(({ content }) => content.text)).toEqual(['bo']);

    await device.switchTo(device.accountOf('ana'));
    await device.clock.advance(60_000);
    await device.settle();
    const arrived = world.user('ana').messages.map(({ content }) => content.text);
    expect(arrived).toEqual(Array.from({ length: 20 }, (_, number) => `ana ${number}`));
  });

  it('to nobody known leaves everything as it is', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    const { epoch } = device.view.session;

    expect(await device.switchTo('f'.repeat(32) as never)).toEqual({ kind: 'keychain', trouble: 'missing' });
    expect(device.view.session).toMatchObject({ userId: 'ana', epoch });
  });

  it('leaves an empty conversation of nobody behind, and its key', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    await device.handlers.logout(undefined);
    await device.login('bo', world.jwt('bo'));
    await device.handlers.logout(undefined);
    await device.settle();
    expect(device.vault.items.size).toBe(1);
  });

  it('A-02 makes the page anew between two people, and not within one', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('as nobody');
    await device.login('ana', world.jwt('ana'));
    await device.login('ana', world.jwt('ana'));
    expect(device.renewals).toEqual([]);

    await device.login('bo', world.jwt('bo'));
    expect(device.renewals).toHaveLength(1);
    await device.switchTo(device.accountOf('ana'));
    expect(device.renewals).toHaveLength(2);
    for (const at of device.renewals) expect(device.views[at]?.thread.messages).toEqual([]);
    await device.logout();
    expect(device.renewals).toHaveLength(3);
    expect(device.views[device.renewals[2] ?? 0]?.thread.messages).toEqual([]);
  });
});

describe('Somebody who is not to be remembered', () => {
  it('is gone after they were switched away from, with key, files and card', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'), { remember: false });
    await device.write('of ana');
    expect(device.view.accounts).toEqual([]);
    await device.login('bo', world.jwt('bo'));

    expect(itemsOf(device, 'ana')).toEqual([]);
    expect(device.histories.disk.size).toBe(1);
    expect(device.vault.items.size).toBe(1);
    expect(device.view.accounts).toMatchObject([{ userId: 'bo' }]);
  });

  it.each(['quit', 'kill'] as const)('is gone after a %s, before anything is opened', async (end) => {
    const world = new ServiceWorld();
    const device = await Device.started(world, forgetful);
    await device.login('ana', world.jwt('ana'));
    await device.write('of ana');
    expect(itemsOf(device, 'ana')).toHaveLength(1);
    await (end === 'quit' ? device.quitAndStart() : device.killAndStart());

    expect(device.view.session).toMatchObject({ kind: 'anonymous' });
    expect(itemsOf(device, 'ana')).toEqual([]);
    expect(device.histories.disk.size).toBe(1);
    for (const { thread, accounts } of device.views) expect([...thread.messages, ...accounts]).toEqual([]);
  });

  it('is gone after a kill also where the list of them was lost', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'), { remember: false });
    device.settingsFile.save({ ...(device.settingsFile.raw as object), passing: [] });
    await device.killAndStart();

    expect(device.view.session.kind).toBe('anonymous');
    expect(itemsOf(device, 'ana')).toEqual([]);
  });

  it('is gone although the keychain is locked at the start: the files at once, the key when it opens', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'), { remember: false });
    await device.write('of ana');
    device.vault.state = 'locked';
    await device.killAndStart();
    expect(device.histories.disk.size).toBe(0);

    device.vault.state = 'open';
    await device.handlers.retryKeychain(undefined);
    await device.settle();
    expect(device.view.session.kind).toBe('anonymous');
    expect(itemsOf(device, 'ana')).toEqual([]);
  });

  it('is remembered after all once they say so, and forgotten once they say that', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'), { remember: false });
    await device.login('ana', world.jwt('ana'), { remember: true });
    await device.killAndStart();
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana' });
    // Whoever says nothing stays as they were.
    await device.login('ana', world.jwt('ana'));
    await device.killAndStart();
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana' });
    await device.login('ana', world.jwt('ana'), { remember: false });
    await device.killAndStart();
    expect(device.view.session).toMatchObject({ kind: 'anonymous' });
  });
});

describe('The rules of a machine', () => {
  it('A-10 on a shared one nobody is remembered over a quit, unless they ask for it', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world, shared);
    await device.login('ana', world.jwt('ana'));
    await device.login('bo', world.jwt('bo'), { remember: true });
    await device.login('cy', world.jwt('cy'));
    expect(device.view.accounts.map(({ userId }) => userId)).toEqual(['bo']);
    await device.quit();
    expect(device.vault.items.size).toBe(1);
    expect(device.histories.disk.size).toBe(1);
    await device.killAndStart();

    expect(device.view.accounts.map(({ userId }) => userId)).toEqual(['bo']);
    expect(itemsOf(device, 'cy')).toEqual([]);
  });

  it('A-10 on a shared one who is remembered comes back by a passcode or by signing in, never by a click', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world, shared);
    await device.login('bo', world.jwt('bo'), { remember: true });
    await device.write('of bo');
    await device.killAndStart();
    expect(device.view.session).toMatchObject({ kind: 'locked', unlocking: { by: 'signIn' } });
    expect(device.texts).toEqual([]);

    await device.login('cy', world.jwt('cy'));
    const [card] = device.view.accounts;
    if (card === undefined) throw new Error('bo is not remembered');
    const clicked = await device.handlers.switchAccount({ account: card.account });
    expect(clicked).toEqual({ ok: false, failure: { kind: 'signedOut', reason: 'expired' } });
    expect(device.view.session).toMatchObject({ userId: 'cy' });

    await device.login('bo', world.jwt('bo'));
    expect(device.texts).toEqual(['of bo']);
    const { epoch } = device.view.session;
    expect(await device.handlers.setPasscode({ epoch, passcode: '2468' })).toMatchObject({ ok: true });
    await device.login('cy', world.jwt('cy'));
    expect(await device.handlers.switchAccount({ account: card.account, passcode: '2468' })).toMatchObject({
      ok: true,
    });
  });

  it('where the organization has said that nobody is remembered, nobody can ask for it', async () => {
    const world = new ServiceWorld();
    const device = new Device(world);
    device.policy = { rules: { remember: false }, unreadable: false };
    await device.killAndStart();
    await device.login('ana', world.jwt('ana'), { remember: true });
    expect(device.view.accounts).toEqual([]);
    await device.killAndStart();

    expect(itemsOf(device, 'ana')).toEqual([]);
  });

  it('a kiosk writes nothing to the disk and nothing to the keychain, and is new for everybody', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world, { mode: 'kiosk' });
    await device.login('ana', world.jwt('ana'), { remember: true });
    await device.write('of ana');
    await device.login('bo', world.jwt('bo'));
    await device.write('of bo');
    await device.logout();

    expect(device.view.session).toMatchObject({ kind: 'anonymous', persistence: 'memory' });
    expect(device.vault.items.size + device.histories.disk.size).toBe(0);
    expect(device.vault.calls).toEqual([]);
    await device.quitAndStart();
    expect(device.texts).toEqual([]);
    expect(device.vault.items.size + device.histories.disk.size).toBe(0);
  });

  it('where proof is required, a userId alone is refused, and so is whoever came in by one before', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana');
    await device.write('of ana');
    device.policy = { rules: { requireVerified: true }, unreadable: false };
    await device.quitAndStart();

    expect(device.view.session.kind).toBe('anonymous');
    expect(device.texts).toEqual([]);
    expect(await device.switchTo(device.accountOf('ana'))).toEqual({ kind: 'forbidden' });
    expect(await device.login('bo')).toEqual({ kind: 'forbidden' });
    expect(device.view.session.kind).toBe('anonymous');
    expect(await device.login('ana', world.jwt('ana'))).toMatchObject({ kind: 'identified', verified: true });
    expect(device.texts).toEqual(['of ana']);
  });
});
