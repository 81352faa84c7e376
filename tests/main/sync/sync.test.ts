import { describe, expect, it } from 'vitest';
import { UserId } from '../../../contract/ids.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

async function signedIn(world: ServiceWorld, userId = 'ana'): Promise<Device> {
  const device = await Device.started(world);
  await device.login(userId, world.jwt(userId));
  return device;
}

const ids = (device: Device): readonly (string | null)[] => device.view.thread.messages.map(({ id }) => id);

describe('Two devices of one person', () => {
  it('show each message of either once, with the same ids in the same order', async () => {
    const world = new ServiceWorld();
    const desk = await signedIn(world);
    await desk.write('first');
    const phone = await signedIn(world);
    await phone.write('from the phone');
    await desk.write('from the desk');
    await phone.settle();

    expect(desk.texts).toEqual(['first', 'from the phone', 'from the desk']);
    expect(ids(phone)).toEqual(ids(desk));
    expect(new Set(ids(desk)).size).toBe(3);
  });

  it('learn of the conversation that one of them starts, once', async () => {
    const world = new ServiceWorld();
    world.create('ana' as never);
    const [desk, phone] = [await signedIn(world), await signedIn(world)];
    for (const text of ['first', 'second', 'third']) await desk.write(text);
    await phone.settle();

    expect(phone.texts).toEqual(['first', 'second', 'third']);
    expect(phone.net.calls.filter((call) => call === 'page').length).toBeLessThanOrEqual(2);
  });

  it('give the whole history to a third one at login', async () => {
    const world = new ServiceWorld();
    const desk = await signedIn(world);
    for (const text of ['1', '2', '3']) await desk.write(text);
    const fresh = await signedIn(world);

    expect(fresh.texts).toEqual(['1', '2', '3']);
    expect(fresh.view.thread.older).toBe('beginning');
  });

  it('put the unread count to zero when one of them reads', async () => {
    const world = new ServiceWorld();
    const desk = await signedIn(world);
    await desk.write('first');
    const phone = await signedIn(world);
    world.say(world.user('ana'), 'hello');
    await desk.settle();
    await phone.settle();
    expect([desk.view.unreadCount, phone.view.unreadCount]).toEqual([1, 1]);

    await desk.handlers.markAllAsRead({ epoch: desk.view.session.epoch });
    await phone.settle();
    expect([desk.view.unreadCount, phone.view.unreadCount]).toEqual([0, 0]);
  });
});

describe('Catch-up', () => {
  it('fetches everything missed, over many pages, in order and without a hole', async () => {
    const world = new ServiceWorld({ pageSize: 10 });
    const desk = await signedIn(world);
    await desk.write('0');
    desk.net.goOffline();
    for (let n = 1; n <= 47; n += 1) world.say(world.user('ana'), String(n));
    desk.net.goOnline();
    await desk.clock.advance(60_000);
    await desk.settle();

    expect(desk.texts).toEqual(Array.from({ length: 48 }, (_, n) => String(n)));
    expect(desk.view.link).toEqual({ kind: 'live' });
  });

  it('leaves no hole when an own message is accepted before it began', async () => {
    const world = new ServiceWorld({ pageSize: 5 });
    const desk = await signedIn(world);
    await desk.write('0');
    desk.net.goOffline();
    await desk.write('mine');
    for (let n = 1; n <= 12; n += 1) world.say(world.user('ana'), String(n));
    const page = desk.net.holdNext('page', 'request');
    desk.net.goOnline();
    await desk.clock.advance(60_000);
    await page.arrived;
    page.release();
    await desk.clock.advance(60_000);
    await desk.settle();

    expect(desk.texts).toEqual(['0', ...Array.from({ length: 12 }, (_, n) => String(n + 1)), 'mine']);
  });

  it('leaves no hole when it is killed half-way', async () => {
    const world = new ServiceWorld({ pageSize: 5 });
    const desk = await signedIn(world);
    await desk.write('0');
    desk.net.goOffline();
    for (let n = 1; n <= 22; n += 1) world.say(world.user('ana'), String(n));
    desk.net.goOnline();
    const second = desk.net.holdNext('page', 'answer');
    await desk.clock.advance(60_000);
    await second.arrived;
    const third = desk.net.holdNext('page', 'answer');
    second.release();
    await third.arrived;
    await desk.killAndStart();
    await desk.clock.advance(60_000);
    await desk.settle();

    expect(desk.histories.commits.some(({ facts }) => (facts?.gaps?.length ?? 0) > 0)).toBe(true);
    await showEverything(desk);
    expect(desk.texts).toEqual(Array.from({ length: 23 }, (_, n) => String(n)));
  });

  it('does not take an event that comes in the middle for an overlap', async () => {
    const world = new ServiceWorld({ pageSize: 5 });
    const desk = await signedIn(world);
    await desk.write('0');
    desk.net.goOffline();
    for (let n = 1; n <= 12; n += 1) world.say(world.user('ana'), String(n));
    const page = desk.net.holdNext('page', 'request');
    desk.net.goOnline();
    await desk.clock.advance(60_000);
    await page.arrived;
    world.say(world.user('ana'), '13');
    page.release();
    await desk.settle();

    expect(desk.texts).toEqual(Array.from({ length: 14 }, (_, n) => String(n)));
  });

  it('brings everything when another history was merged in while it was away, or was cut short while it was here', async () => {
    for (const [when, tellsOfMerges] of [
      ['away', true],
      ['away', false],
      ['cutShort', true],
      ['cutShort', false],
    ] as const) {
      const world = new ServiceWorld({ pageSize: 5, tellsOfMerges });
      const desk = await signedIn(world);
      await desk.write('0');
      const stranger = world.create(null);
      for (let n = 1; n <= 14; n += 1) world.say(stranger, `merged ${n}`);
      if (when === 'away') desk.net.goOffline();
      const second = when === 'cutShort' ? desk.net.holdNext('page', 'answer') : null;
      world.merge(stranger, world.user('ana'));
      await second?.arrived;
      if (when === 'cutShort') await desk.killAndStart();
      desk.net.goOnline();
      await desk.clock.advance(60_000);
      await desk.settle();
      await showEverything(desk);

      expect(desk.texts).toHaveLength(15);
      expect(ids(desk)).toEqual(world.user('ana').messages.map(({ id }) => id));
    }
  });

  it('brings what was merged in further up than a page of known messages, once', async () => {
    for (const when of ['away', 'here', 'cutShort'] as const) {
      let now = 1_700_000_000_000;
      const world = new ServiceWorld({ pageSize: 5, now: () => now });
      const desk = await signedIn(world);
      await desk.write('0');
      now += 60_000;
      const stranger = world.create(null);
      for (let n = 1; n <= 14; n += 1) world.say(stranger, `merged ${n}`);
      now += 60_000;
      for (let n = 1; n <= 12; n += 1) await desk.write(String(n));
      await desk.clock.advance(60_000);
      await desk.settle();
      const pagesAsked = () => desk.net.calls.filter((call) => call === 'page').length;
      if (when === 'away') desk.net.goOffline();
      const second = when === 'cutShort' ? desk.net.holdNext('page', 'answer') : null;
      world.merge(stranger, world.user('ana'));
      await second?.arrived;
      if (when === 'cutShort') await desk.killAndStart();
      desk.net.goOnline();
      await desk.clock.advance(60_000);
      await desk.settle();
      await showEverything(desk);
      expect(desk.texts).toHaveLength(27);
      expect(ids(desk)).toEqual(world.user('ana').messages.map(({ id }) => id));

      const asked = pagesAsked();
      desk.net.goOffline();
      desk.net.goOnline();
      await desk.clock.advance(60_000);
      await desk.settle();
      expect(pagesAsked() - asked).toBe(1);
    }
  });

  it('misses nothing of a merge that comes while older messages are on their way', async () => {
    let now = 1_700_000_000_000;
    const world = new ServiceWorld({ pageSize: 5, now: () => now });
    const ana = world.create(UserId.parse('ana'));
    for (let n = 1; n <= 5; n += 1) world.say(ana, String(n));
    now += 60_000;
    const stranger = world.create(null);
    for (let n = 1; n <= 7; n += 1) world.say(stranger, `merged ${n}`);
    now += 60_000;
    for (let n = 6; n <= 12; n += 1) world.say(ana, String(n));
    const desk = await signedIn(world);
    await desk.settle();
    const older = desk.net.holdNext('page', 'answer');
    const shown = desk.handlers.showOlder({ epoch: desk.view.session.epoch });
    await older.arrived;
    world.merge(stranger, ana);
    await desk.clock.advance(60_000);
    await desk.settle();
    older.release();
    await shown;
    await showEverything(desk);
    expect(ids(desk)).toEqual(ana.messages.map(({ id }) => id));
    expect(desk.texts).toHaveLength(19);
  });

  it('reads back no further than the latest merge reaches', async () => {
    let now = 1_700_000_000_000;
    const world = new ServiceWorld({ pageSize: 5, now: () => now });
    const [early, late] = [world.create(null), world.create(null)];
    world.say(early, 'early');
    now += 60_000;
    const desk = await signedIn(world);
    for (let n = 1; n <= 60; n += 1) await desk.write(String(n));
    now += 60_000;
    world.say(late, 'late');
    await desk.clock.advance(60_000);
    world.merge(early, world.user('ana'));
    await desk.clock.advance(60_000);
    await desk.settle();
    const pagesAsked = () => desk.net.calls.filter((call) => call === 'page').length;
    const before = pagesAsked();
    world.merge(late, world.user('ana'));
    await desk.clock.advance(60_000);
    await desk.settle();
    expect(pagesAsked() - before).toBe(1);
    await showEverything(desk);
    expect(ids(desk)).toEqual(world.user('ana').messages.map(({ id }) => id));
  });

  it('says where something is still missing, until it is filled', async () => {
    const world = new ServiceWorld({ pageSize: 5 });
    const desk = await signedIn(world);
    await desk.write('0');
    desk.net.goOffline();
    for (let n = 1; n <= 12; n += 1) world.say(world.user('ana'), String(n));
    desk.net.goOnline();
    const newest = desk.net.holdNext('page', 'answer');
    await desk.clock.advance(60_000);
    await newest.arrived;
    const next = desk.net.holdNext('page', 'answer');
    newest.release();
    await next.arrived;
    await desk.settle();
    const edge = desk.view.thread.messages.find(({ content }) => content.text === '8')?.received;
    expect(desk.texts).toEqual(['0', '8', '9', '10', '11', '12']);
    expect(desk.view.thread.gaps).toEqual([edge]);
    next.release();
    await desk.settle();
    expect(desk.view.thread.gaps).toEqual([]);
    expect(desk.texts).toHaveLength(13);
  });

  it('overlooks no gap when two looks find one at the same time', async () => {
    const world = new ServiceWorld({ pageSize: 5 });
    const desk = await signedIn(world);
    await desk.write('0');
    const ana = world.user('ana');
    desk.net.goOffline();
    for (let n = 1; n <= 12; n += 1) world.say(ana, String(n));
    desk.net.goOnline();
    const [first, second] = [desk.net.holdNext('page', 'answer'), desk.net.holdNext('page', 'answer')];
    await desk.clock.advance(60_000);
    await first.arrived;
    first.release();
    await second.arrived;
    // The first page is here and its gap is known; the connection breaks, and another look finds more.
    desk.net.dropFeed();
    for (let n = 13; n <= 24; n += 1) world.say(ana, String(n));
    const [third, fourth] = [desk.net.holdNext('page', 'answer'), desk.net.holdNext('page', 'answer')];
    await desk.clock.advance(60_000);
    await third.arrived;
    third.release();
    await fourth.arrived;
    expect(desk.view.thread.gaps).toHaveLength(2);
    second.release();
    await desk.settle();
    await desk.killAndStart();
    await desk.clock.advance(60_000);
    await desk.settle();
    await showEverything(desk);

    expect(desk.view.thread.gaps).toEqual([]);
    expect(desk.texts).toEqual(Array.from({ length: 25 }, (_, n) => String(n)));
  });

  it('loses nothing where two messages share an instant at the edge of a page', async () => {
    const world = new ServiceWorld({ pageSize: 5 });
    const desk = await signedIn(world);
    await desk.write('0');
    desk.net.goOffline();
    const ana = world.user('ana');
    for (let n = 1; n <= 12; n += 1) world.say(ana, String(n));
    // 7 and 8 share an instant; 8 is the first of the newest page.
    const [seven, eight] = [ana.messages.at(-6), ana.messages.at(-5)];
    if (seven === undefined || eight === undefined) throw new Error('too few messages');
    ana.messages = ana.messages.map((message) =>
      message === eight ? { ...message, received: seven.received } : message,
    );
    desk.net.goOnline();
    await desk.clock.advance(60_000);
    await desk.settle();
    await showEverything(desk);

    expect(new Set(desk.texts).size).toBe(13);
  });

  it('tries again by itself, and at once when the person asks', async () => {
    const world = new ServiceWorld();
    const desk = await signedIn(world);
    await desk.write('0');
    desk.net.goOffline();
    expect(desk.view.link).toMatchObject({ kind: 'offline', cause: 'network' });
    await desk.clock.advance(300_000);
    expect(desk.view.link.kind).toBe('offline');
    desk.net.goOnline();
    await desk.handlers.tryNow(undefined);
    await desk.settle();

    expect(desk.view.link).toEqual({ kind: 'live' });
  });

  it('says when the service does not know the app', async () => {
    const world = new ServiceWorld();
    const device = new Device(world);
    device.net.refuseNext('config', { kind: 'unknownApp' });
    await device.start();

    expect(device.view.link).toMatchObject({ kind: 'offline', cause: 'unknownApp' });
  });
});

describe('The business', () => {
  it('is seen typing until it writes, stops, or falls silent for ten seconds', async () => {
    const world = new ServiceWorld();
    const desk = await signedIn(world);
    await desk.write('0');
    const ana = world.user('ana');
    world.businessTypes(ana, true);
    await desk.settle();
    expect(desk.view.typing).toEqual({ name: 'Ann', avatarUrl: null });
    world.say(ana, 'here');
    await desk.settle();
    expect(desk.view.typing).toBeNull();

    world.businessTypes(ana, true);
    await desk.clock.advance(9_999);
    expect(desk.view.typing).not.toBeNull();
    await desk.clock.advance(1);
    expect(desk.view.typing).toBeNull();
  });
});

describe('Scrolling up', () => {
  it('goes through the store and then the service, to the beginning', async () => {
    const world = new ServiceWorld({ pageSize: 20 });
    const ana = world.create('ana' as never);
    for (let n = 0; n < 95; n += 1) world.say(ana, String(n));
    const desk = await signedIn(world);
    expect(desk.texts).toHaveLength(20);
    await showEverything(desk);

    expect(desk.texts).toEqual(Array.from({ length: 95 }, (_, n) => String(n)));
    expect(desk.view.thread.older).toBe('beginning');
  });

  it('says so when older messages cannot be reached now, and goes on later', async () => {
    const world = new ServiceWorld({ pageSize: 20 });
    const ana = world.create('ana' as never);
    for (let n = 0; n < 30; n += 1) world.say(ana, String(n));
    const desk = await signedIn(world);
    desk.net.goOffline();
    await desk.handlers.showOlder({ epoch: desk.view.session.epoch });
    await desk.settle();
    expect(desk.view.thread.older).toBe('unreachable');

    desk.net.goOnline();
    await showEverything(desk);
    expect(desk.texts).toHaveLength(30);
  });
});

async function showEverything(device: Device): Promise<void> {
  for (let tries = 0; tries < 50 && device.view.thread.older !== 'beginning'; tries += 1) {
    await device.handlers.showOlder({ epoch: device.view.session.epoch });
    await device.settle();
  }
}
