import { beforeEach, describe, expect, it } from 'vitest';
import type { NotificationChoice } from '../../../contract/view.ts';
import { ServiceWorld } from '../../fakes/service-world.ts';
import { Device } from '../device.ts';

let world: ServiceWorld;
let device: Device;

const ana = 'ana@example.com';

/** What the business says to Ana, and everybody has heard of it. */
async function says(...texts: readonly string[]): Promise<void> {
  const user = world.users.find(({ userId }) => userId === ana);
  if (user === undefined) throw new Error('Ana is nobody yet');
  for (const text of texts) world.say(user, text);
  await device.settle();
}

async function choose(choice: NotificationChoice): Promise<void> {
  await device.handlers.setNotifications(choice);
}

beforeEach(async () => {
  world = new ServiceWorld();
  device = await Device.started(world);
  await device.login(ana);
  await device.write('hello');
});

describe('A message that arrives while nobody looks', () => {
  it('is told with the name of the business and nothing else, unless the person wants more', async () => {
    await says('Your parcel is here');
    expect(device.notifier.shown).toEqual({ title: 'Northwind', body: 'New message', silent: false });
    await choose({ level: 'hidden', sound: false });
    await says('It is heavy');
    expect(device.notifier.shown).toEqual({ title: 'Onethread', body: '2 new messages', silent: true });
    await choose({ level: 'full', sound: true });
    await says(`Please bring ${'a very long ladder '.repeat(20)}`);
    expect(device.notifier.shown?.body).toMatch(/^Please bring a very long .*…$/);
    expect(device.notifier.shown?.body).toHaveLength(120);
  });

  it('H-15 is short, and steers no direction but its own, whatever is in it', async () => {
    await choose({ level: 'full', sound: true });
    const told = async (name: string, text: string) => {
      const user = world.users.find(({ userId }) => userId === ana);
      if (user === undefined) throw new Error('Ana is nobody yet');
      const author = { kind: 'business', name, avatarUrl: null } as const;
      user.unreadCount = 1;
      world.append(user, { author, content: { kind: 'text', text }, actions: [] }, null);
      await device.settle();
      device.notifier.clear();
      await device.handlers.markAllAsRead({ epoch: device.view.session.epoch });
      await device.settle();
      return device.notifier.history.at(-1);
    };
    expect(await told('\u202eLena', 'a\u202efdp.exe\u0007\nb')).toMatchObject({
      title: 'Lena',
      body: 'afdp.exe b',
    });
    expect(await told('\u200b\u2066', '\u2067\u200f')).toMatchObject({
      title: 'Northwind',
      body: 'New message',
    });
    const long = await told('N'.repeat(5_000), `e${'\u0301'.repeat(9_000)}${'👩‍👩‍👧‍👦'.repeat(400)}`);
    expect(long?.title).toHaveLength(60);
    expect(long?.body.length).toBeLessThanOrEqual(200);
    expect(await told('Lena', '👩‍👩‍👧‍👦'.repeat(400))).toMatchObject({ body: expect.stringMatching(/^(👩‍👩‍👧‍👦)+…$/u) });
  });

  it('shows no more than the organization allows, whatever the person wants', async () => {
    device = new Device(world);
    device.policy = { rules: { notifications: 'hidden' }, unreadable: false };
    device.choose({});
    await device.start();
    await device.login(ana);
    await choose({ level: 'full', sound: true });
    await says('Your parcel is here');
    expect(device.notifier.shown).toMatchObject({ title: 'Onethread', body: 'New message' });
    await choose({ level: 'off', sound: true });
    await says('It is heavy');
    expect(device.notifier.history).toHaveLength(1);
  });

  it('is not told at all where the person wants none, nor while they look at the window', async () => {
    await choose({ level: 'off', sound: true });
    await says('one');
    await choose({ level: 'full', sound: true });
    device.attention.watching = true;
    await says('two');
    expect(device.notifier.history).toEqual([]);
    expect(device.attention.unread).toBe(2);
  });

  it('opens exactly this message with a click, and comes forward', async () => {
    await says('look at this');
    device.notifier.click();
    await device.settle();
    expect(device.attention.cameForward).toBe(1);
    const asked = device.view.thread.messages.find(({ content }) => content.text === 'look at this');
    expect(device.view.summons).toEqual({ key: asked?.key, nth: 1 });
  });

  it('is told once for all that a catch-up brings, and never for history', async () => {
    device.net.goOffline();
    await device.settle();
    await says('one', 'two', 'three');
    device.net.goOnline();
    device.messenger.tryNow();
    await device.settle();
    expect(device.notifier.history.map(({ body }) => body)).toEqual(['3 new messages']);

    const other = await Device.started(world);
    await other.login(ana);
    await other.settle();
    expect(other.notifier.history).toEqual([]);
    expect(other.attention.unread).toBe(3);
  });

  it('is not quoted where there are several: none stands for the others', async () => {
    await choose({ level: 'full', sound: true });
    device.net.goOffline();
    await device.settle();
    await says('one', 'two');
    device.net.goOnline();
    device.messenger.tryNow();
    await device.settle();
    expect(device.notifier.history.map(({ title, body }) => `${title}: ${body}`)).toEqual([
      'Northwind: 2 new messages',
    ]);
  });

  it('is not told again by a restart', async () => {
    await says('one');
    const told = device.notifier.history.length;
    await device.quitAndStart();
    expect(device.notifier.history).toHaveLength(told);
    expect(device.attention.unread).toBe(1);
  });
});

describe('What a notification told', () => {
  beforeEach(async () => {
    await choose({ level: 'full', sound: true });
    await says('for Ana only');
    expect(device.notifier.shown).not.toBeNull();
  });

  it('is taken away when it was read, here or elsewhere', async () => {
    const epoch = device.view.session.epoch;
    await device.handlers.markAllAsRead({ epoch });
    expect(device.notifier.shown).toBeNull();
    expect(device.attention.unread).toBe(0);
  });

  it('is taken away when somebody comes to the window', () => {
    device.messenger.watched();
    expect(device.notifier.shown).toBeNull();
  });

  it.each([
    ['a logout', () => device.logout()],
    ['another person', () => device.login('ben@example.com')],
    [
      'a lock',
      async () => {
        await device.setPasscode('123456');
        await device.lock();
      },
    ],
  ])('A-06 is gone with %s, and a late click on it shows nothing of that session', async (_how, leave) => {
    await leave();
    await device.settle();
    expect(device.notifier.shown).toBeNull();
    expect(device.attention.unread).toBe(0);
    device.notifier.click();
    await says('for Ana only, too late');
    expect(device.view.summons).toBeNull();
    expect(device.notifier.shown).toBeNull();
  });
});
