import { describe, expect, it } from 'vitest';
import { ServiceWorld, type WorldUser } from '../../fakes/service.ts';
import { Device } from '../device.ts';

async function signedIn(world: ServiceWorld): Promise<Device> {
  const device = await Device.started(world);
  await device.login('ana', world.jwt('ana'));
  return device;
}

async function talking(pageSize = 100): Promise<{ world: ServiceWorld; desk: Device; ana: WorldUser }> {
  const world = new ServiceWorld({ pageSize });
  const desk = await signedIn(world);
  await desk.write('0');
  return { world, desk, ana: world.user('ana') };
}

async function read(device: Device): Promise<void> {
  await device.handlers.markAllAsRead({ epoch: device.view.session.epoch });
  await device.settle();
}

async function heal(device: Device): Promise<void> {
  device.net.goOnline();
  await device.clock.advance(120_000);
  await device.settle();
}

const timesTold = ({ net }: Device): number => net.calls.filter((call) => call === 'markRead').length;

describe('What was read', () => {
  it('offline, also before a restart, is told when the service can be reached, and not unread meanwhile', async () => {
    const { world, desk, ana } = await talking();
    for (const text of ['a', 'b']) world.say(ana, text);
    await desk.settle();
    desk.net.goOffline();
    await read(desk);
    expect([desk.view.unreadCount, ana.unreadCount]).toEqual([0, 2]);
    await desk.killAndStart();
    await heal(desk);

    const [starting, ...since] = desk.views.map(({ unreadCount }) => unreadCount);
    expect([starting, new Set(since)]).toEqual([0, new Set([0])]);
    expect([desk.view.unreadCount, ana.unreadCount, timesTold(desk)]).toEqual([0, 0, 1]);
    desk.net.dropFeed();
    await heal(desk);
    expect(timesTold(desk)).toBe(1);
  });

  it('stays read if the service had no ear for it, and is told a little later', async () => {
    const { world, desk, ana } = await talking();
    world.say(ana, 'a');
    await desk.settle();
    desk.net.refuseNext('markRead', { kind: 'unavailable' });
    await read(desk);
    expect([desk.view.unreadCount, ana.unreadCount]).toEqual([0, 1]);
    await desk.clock.advance(2_000);
    await desk.settle();
    expect([desk.view.unreadCount, ana.unreadCount]).toEqual([0, 0]);
  });

  it('is not told if something came since, which alone is unread then', async () => {
    const { world, desk, ana } = await talking();
    for (const text of ['a', 'b']) world.say(ana, text);
    await desk.settle();
    desk.net.goOffline();
    await read(desk);
    world.say(ana, 'c');
    await heal(desk);
    expect([desk.view.unreadCount, ana.unreadCount, timesTold(desk)]).toEqual([1, 3, 0]);
    world.say(ana, 'd');
    await desk.settle();
    expect(desk.view.unreadCount).toBe(2);

    await read(desk);
    expect([desk.view.unreadCount, ana.unreadCount, timesTold(desk)]).toEqual([0, 0, 1]);
  });

  it('is not undone by an answer that was given before', async () => {
    const { world, desk, ana } = await talking();
    world.say(ana, 'a');
    await desk.settle();
    const page = desk.net.holdNext('page', 'answer');
    world.publish(ana, { kind: 'reload' });
    await page.arrived;
    await read(desk);
    expect(ana.unreadCount).toBe(0);
    page.release();
    await desk.settle();

    expect(desk.view.unreadCount).toBe(0);
  });

  it('is not undone by what comes while it is being written down, which alone is unread then', async () => {
    const { world, desk, ana } = await talking();
    for (const text of ['a', 'b']) world.say(ana, text);
    await desk.settle();
    desk.net.refuseNext('markRead', { kind: 'unavailable' });
    desk.histories.hold();
    const marking = desk.handlers.markAllAsRead({ epoch: desk.view.session.epoch });
    await desk.settle();
    world.say(ana, 'c');
    desk.histories.release();
    await marking;
    await desk.settle();

    expect(desk.view.unreadCount).toBe(1);
  });

  it('counts for nothing if it cannot be written down', async () => {
    const { world, desk, ana } = await talking();
    world.say(ana, 'a');
    await desk.settle();
    desk.histories.trouble = 'full';
    await read(desk);
    desk.histories.trouble = null;
    world.say(ana, 'b');
    await desk.settle();

    expect([desk.view.unreadCount, timesTold(desk)]).toEqual([2, 0]);
  });

  it('counts along what comes while a page is on its way that does not know of it', async () => {
    const { world, desk, ana } = await talking();
    world.say(ana, 'a');
    await desk.settle();
    const page = desk.net.holdNext('page', 'answer');
    world.publish(ana, { kind: 'reload' });
    await page.arrived;
    world.say(ana, 'b');
    await desk.settle();
    page.release();
    await desk.settle();

    expect(desk.view.unreadCount).toBe(2);
  });

  it('on another device needs no telling any more', async () => {
    const { world, desk, ana } = await talking();
    const phone = await signedIn(world);
    world.say(ana, 'a');
    await phone.settle();
    await desk.settle();
    desk.net.refuseNext('markRead', { kind: 'rejected', code: 'strange', description: '' });
    await read(desk);
    await read(phone);
    await desk.settle();
    desk.net.dropFeed();
    await heal(desk);

    expect([timesTold(desk), timesTold(phone)]).toEqual([1, 1]);
  });

  it('is told under nobody else’s name', async () => {
    const { world, desk, ana } = await talking();
    world.say(ana, 'a');
    await desk.settle();
    desk.net.goOffline();
    await read(desk);
    desk.net.goOnline();
    await desk.login('ben', world.jwt('ben'));
    await desk.write('as Ben');
    await heal(desk);

    expect([timesTold(desk), ana.unreadCount]).toEqual([0, 1]);
  });
});

describe('What the business has seen', () => {
  const statuses = (device: Device): readonly string[] =>
    device.view.thread.messages.map(({ status }) => status);

  it('shows at once, over a restart, and never goes back', async () => {
    const { world, desk, ana } = await talking();
    await desk.write('1');
    world.businessReads(ana);
    await desk.settle();
    expect(statuses(desk)).toEqual(['seen', 'seen']);

    await desk.write('2');
    world.publish(ana, { kind: 'seen', at: ana.messages[0]?.received as never });
    await desk.killAndStart();
    await heal(desk);
    expect(statuses(desk)).toEqual(['seen', 'seen', 'sent']);
  });

  it('is caught up with where the service says it on its pages', async () => {
    const { world, desk, ana } = await talking();
    desk.net.goOffline();
    world.businessReads(ana);
    await heal(desk);
    expect(statuses(desk)).toEqual(['seen']);
  });

  it('cannot be what is written later, whatever time the service gives', async () => {
    const { world, desk, ana } = await talking();
    world.publish(ana, { kind: 'seen', at: 4_000_000_000_000 as never });
    await desk.settle();
    await desk.write('1');
    await desk.settle();
    expect(statuses(desk)).toEqual(['seen', 'sent']);
  });
});
