import { describe, expect, it } from 'vitest';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

async function signedIn(world: ServiceWorld): Promise<Device> {
  const device = await Device.started(world);
  await device.login('ana');
  return device;
}

describe('A device that is woken again and again', () => {
  it('D-04 has one message on its way at a time, and sends each once and in order', async () => {
    const world = new ServiceWorld();
    const device = await signedIn(world);
    await device.write('0');
    const sends = (): number => device.net.calls.filter((call) => call === 'send').length;
    const before = sends();
    const first = device.net.holdNext('send', 'request');
    const writing = [device.write('1'), device.write('2')];
    await first.arrived;
    for (let n = 0; n < 5; n += 1) {
      device.messenger.tryNow();
      await device.settle();
    }
    expect(sends() - before).toBe(1);

    first.release();
    await Promise.all(writing);
    await device.settle();
    expect(sends() - before).toBe(2);
    expect(world.user('ana').messages.map(({ content }) => content.text)).toEqual(['0', '1', '2']);
  });
});

describe('What is said while a device catches up', () => {
  it('D-12 is kept though the page that was fetched does not have it', async () => {
    const world = new ServiceWorld();
    const device = await signedIn(world);
    await device.write('0');
    device.net.goOffline();
    world.say(world.user('ana'), '1');
    const page = device.net.holdNext('page', 'answer');
    device.net.goOnline();
    await device.clock.advance(60_000);
    await page.arrived;
    world.say(world.user('ana'), '2');
    page.release();
    await device.settle();
    expect(device.texts).toEqual(['0', '1', '2']);
  });
});
