import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Profile } from '../../contract/model.ts';
import { type RunningService, startService } from '../server/running-service.ts';
import { CoreDevice } from './core-device.ts';
import { Desk, Person } from './people.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const Told = z.object({
  user: z.object({
    profile: z.object({ givenName: z.string(), surname: z.string(), email: z.string() }).partial(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
});

async function begin(): Promise<{ device: CoreDevice; service: RunningService }> {
  const service = await startService({ autoReply: false });
  stops.push(() => service.stop());
  const device = await CoreDevice.started(service.ready);
  stops.push(() => device.dispose());
  return { device, service };
}

async function say(device: CoreDevice, profile: Profile): Promise<void> {
  const { epoch } = device.view.session;
  const answer = await device.messenger.handlers.updateUser({ epoch, profile });
  if (!answer.ok) throw new Error(`not taken: ${answer.failure.kind}`);
}

async function read(device: CoreDevice): Promise<Profile> {
  const answer = await device.messenger.handlers.profile({ epoch: device.view.session.epoch });
  if (!answer.ok) throw new Error(`not read: ${answer.failure.kind}`);
  return answer.value;
}

describe('What is said of a person, through every room and the real service', () => {
  it('is kept from before a login, during one and after it, and never told of the next person', async () => {
    const { device, service } = await begin();
    const [ana, ben] = [await Person.of(service), await Person.of(service)];
    const desk = new Desk(service);
    const told = async ({ userId }: Person) => {
      const { user } = Told.parse(await desk.ask(`/users/${encodeURIComponent(userId)}`));
      const { givenName, surname, email } = user.profile;
      return { name: [givenName, surname].filter(Boolean).join(' '), email, more: user.metadata ?? {} };
    };

    // Before: nobody on the service knows them yet.
    await say(device, { givenName: 'Ana', properties: { plan: 'gold' } });
    expect(await read(device)).toEqual({ givenName: 'Ana', properties: { plan: 'gold' } });
    // During: the login is under way.
    const entering = device.login(ana.userId, ana.jwt);
    await say(device, { surname: 'García', properties: { seats: 3 } });
    await entering;
    await device.write('Hello');
    await device.until(({ waiting }) => waiting === 0);
    // After.
    await say(device, { email: 'ana@garcia.example', properties: { plan: 'silver' } });
    const all = { name: 'Ana García', email: 'ana@garcia.example', more: { plan: 'silver', seats: 3 } };
    await expect.poll(() => told(ana)).toMatchObject(all);
    expect(await read(device)).toMatchObject({ givenName: 'Ana', email: 'ana@garcia.example' });
    await say(device, { surname: 'Núñez' });
    await device.until(({ session }) => session.kind === 'identified' && session.name === 'Ana Núñez');

    await device.login(ben.userId, ben.jwt);
    await device.write('Hello from somebody else');
    await device.until(({ waiting }) => waiting === 0);
    expect(await told(ben)).toEqual({ name: '', more: {} });
    expect(await read(device)).not.toHaveProperty('givenName');
    await say(device, { givenName: 'Ben' });
    expect((await told(ben)).name).toBe('Ben');
    expect((await told(ana)).name).toBe('Ana Núñez');

    // Said by a stranger who turns out to be somebody remembered here, it goes along too.
    await device.messenger.handlers.logout(undefined);
    await say(device, { properties: { plan: 'platinum' } });
    await device.login(ana.userId, ana.jwt);
    await expect.poll(() => told(ana)).toMatchObject({ name: 'Ana Núñez', more: { plan: 'platinum' } });

    // Said by a stranger who is signed out, it is gone with them.
    await device.messenger.handlers.logout(undefined);
    await say(device, { givenName: 'A stranger', properties: { secret: 'yes' } });
    await device.messenger.handlers.logout(undefined);
    await device.login(ben.userId, ben.jwt);
    await device.write('Me again');
    await device.until(({ waiting }) => waiting === 0);
    expect(await told(ben)).toEqual({ name: 'Ben', more: {} });
  });

  it('goes along with the first message of a stranger, also what was said while that was on its way', async () => {
    const { device } = await begin();
    await say(device, { givenName: 'Ana' });
    const writing = device.write('Hello');
    await say(device, { properties: { plan: 'gold' } });
    await writing;
    await device.until(({ waiting }) => waiting === 0);
    await expect.poll(() => read(device)).toEqual({ givenName: 'Ana', properties: { plan: 'gold' } });
  });

  it('is on this computer before the service knows of anybody', async () => {
    const { device } = await begin();
    await say(device, { givenName: 'Ana', properties: { plan: 'gold' } });
    await device.quit();
    await device.start();
    expect(await read(device)).toEqual({ givenName: 'Ana', properties: { plan: 'gold' } });
    await device.write('Hello');
    await device.until(({ waiting }) => waiting === 0);
    expect(await read(device)).toEqual({ givenName: 'Ana', properties: { plan: 'gold' } });

    // And no longer than that: what is said later is not undone by it.
    await say(device, { givenName: 'Anna' });
    await device.quit();
    await device.start();
    await device.until(({ link }) => link.kind === 'live');
    await device.write('Hello again');
    await device.until(({ waiting }) => waiting === 0);
    expect(await read(device)).toMatchObject({ givenName: 'Anna' });
  });
});
