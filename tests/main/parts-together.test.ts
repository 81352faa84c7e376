import { describe, expect, it } from 'vitest';
import { ServiceWorld } from '../fakes/service.ts';
import { Device } from './device.ts';

/** Ana has signed in by password on this device and said something. */
async function signedIn(device: Device, { net } = device): Promise<void> {
  net.world.passwords.set('ana', 'open sesame');
  const answer = await device.handlers.signIn({ userId: 'ana' as never, password: 'open sesame' });
  if (!answer.ok) throw new Error(answer.failure.kind);
  await device.settle();
  await device.write('hello');
}

/** The JWT of whoever is signed in, as the keychain holds it. */
const jwtIn = (device: Device): string =>
  [...device.vault.items.values()].flatMap((item) => /"jwt":"([^"]+)"/.exec(item)?.[1] ?? [])[0] ?? '';

describe('A JWT that ends', () => {
  it('K-10 is renewed under way: nothing is lost, nobody is asked, and the next start has the new one', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await signedIn(device);
    const { epoch } = device.view.session;
    const old = jwtIn(device);
    world.killJwt(old);
    await device.write('and on');
    await device.clock.advance(10_000);
    await device.settle();

    expect(device.view.session).toMatchObject({ kind: 'identified', epoch });
    expect(world.user('ana').messages.map(({ content }) => content.text)).toEqual(['hello', 'and on']);
    expect(jwtIn(device)).not.toBe(old);
    world.passwords.clear();
    await device.killAndStart();
    world.killJwt(jwtIn(device));
    await device.write('also after a start');
    await device.clock.advance(10_000);
    await device.settle();
    expect(device.view.waiting).toBe(0);
    expect(device.view.session.kind).toBe('identified');
  });

  it('K-09 is renewed also while the keychain takes nothing, and the new one is stored when it does', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await signedIn(device);
    const old = jwtIn(device);
    device.vault.state = 'locked';
    world.killJwt(old);
    await device.write('and on');
    await device.clock.advance(10_000);
    expect(device.view.waiting).toBe(0);
    expect(jwtIn(device)).toBe(old);

    device.vault.state = 'open';
    await device.clock.advance(120_000);
    expect(jwtIn(device)).not.toBe(old);
    expect(device.view.session.kind).toBe('identified');
  });

  it('K-11 ends the session if what comes is for somebody else: not one request is sent with it', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await signedIn(device);
    for (const token of world.refreshTokens.keys()) world.refreshTokens.set(token, 'bo');
    world.killJwt(jwtIn(device));
    await device.write('whose is this?');
    await device.clock.advance(60_000);
    await device.settle();

    expect(device.view.session).toMatchObject({ kind: 'signInNeeded', userId: 'ana' });
    expect(world.users.some(({ userId }) => userId === 'bo')).toBe(false);
    expect(device.view.waiting).toBe(1);
    await signedIn(device);
    await device.clock.advance(60_000);
    expect(world.user('ana').messages.map(({ content }) => content.text)).toContain('whose is this?');
  });
});

describe('What the service hears of a sign-out', () => {
  it('it hears at once if it can be reached, and the report says so', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await signedIn(device);
    await device.logout();
    expect(device.view.erased).toMatchObject({ serviceTold: 'told' });
    expect(world.user('ana').clients.size).toBe(0);
    expect(device.vault.items.size).toBe(1);
  });

  it('it hears later if it cannot, also over a restart, and nothing of it can be read on the disk', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await signedIn(device);
    device.net.goOffline();
    expect(await device.logout()).toMatchObject({ serviceTold: 'later' });
    expect(device.view.erased).toMatchObject({ serviceTold: 'later' });
    expect(world.user('ana').clients.size).toBe(1);
    await device.quitAndStart();
    expect(JSON.stringify(device.settingsFile.raw)).not.toContain('ana');

    device.net.goOnline();
    await device.clock.advance(120_000);
    expect(world.user('ana').clients.size).toBe(0);
    expect(device.vault.items.size).toBe(1);
  });

  it('it hears of whoever ended with their session and was killed instead', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world, { mode: 'shared' });
    await signedIn(device);
    await device.killAndStart();
    expect(device.view.session.kind).toBe('anonymous');
    expect(world.user('ana').clients.size).toBe(0);
  });

  it('it hears nothing of who never was anybody there', async () => {
    const device = await Device.started(new ServiceWorld());
    expect(await device.logout()).toMatchObject({ serviceTold: 'notNeeded' });
  });
});

describe('A sign-in in the browser', () => {
  const linkFor = (device: Device, world: ServiceWorld, userId: string): string => {
    const asked = new URL(device.pages.at(-1) ?? '').searchParams;
    const code = world.code(userId, asked.get('code_challenge') ?? '');
    return `onethread://login?state=${asked.get('state')}&code=${code}`;
  };

  it('comes back as a link and lets the person in, asking about the conversation here', async () => {
    const world = new ServiceWorld();
    const phone = await Device.started(world);
    await phone.login('ana', world.jwt('ana'));
    await phone.write('from the phone');
    const desk = await Device.started(world);
    await desk.write('as nobody');
    expect(desk.view.browserSignIn).toBe(true);
    expect((await desk.handlers.beginBrowserSignIn({ remember: false })).ok).toBe(true);
    const answer = await desk.messenger.acceptLink(linkFor(desk, world, 'ana'));

    expect(answer).toEqual({ ok: false, failure: { kind: 'questionOpen' } });
    expect(await desk.answer('leave')).toMatchObject({ kind: 'identified', userId: 'ana', verified: true });
    expect(desk.texts).toEqual(['from the phone']);
    expect(desk.view.notices).toEqual([]);
    expect(desk.view.accounts).toEqual([]);
  });

  it('may be answered by the start of the app', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.handlers.beginBrowserSignIn({});
    const link = linkFor(device, world, 'ana');
    await device.killAndStart();
    expect(await device.messenger.acceptLink(link)).toMatchObject({ ok: true, value: { userId: 'ana' } });
  });

  it('nobody asked for says so, and changes nothing', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('bo', world.jwt('bo'));
    const { epoch } = device.view.session;
    await device.messenger.acceptLink('onethread://login?state=x&code=y');
    expect(device.view.session).toMatchObject({ userId: 'bo', epoch });
    expect(device.view.notices).toContain('staleLink');
  });

  it('is over once somebody else is here, or whoever began it has gone', async () => {
    const world = new ServiceWorld();
    for (const next of ['login', 'logout'] as const) {
      const device = await Device.started(world);
      await device.handlers.beginBrowserSignIn({});
      const link = linkFor(device, world, 'ana');
      if (next === 'login') await device.login('bo', world.jwt('bo'));
      else await device.logout();
      const answer = await device.messenger.acceptLink(link);
      expect(answer).toEqual({ ok: false, failure: { kind: 'staleLink' } });
    }
  });
});

describe('A machine without a keychain', () => {
  it('keeps keys under a passphrase, which every start asks for', async () => {
    const world = new ServiceWorld();
    const device = new Device(world);
    device.vault.state = 'unavailable';
    await device.start();
    expect(device.view.session).toMatchObject({ kind: 'keychainTrouble', passphrase: 'offered' });
    const short = await device.handlers.usePassphrase({ passphrase: 'short' });
    expect(short).toMatchObject({ failure: { kind: 'passcodeTooShort' } });
    const used = await device.handlers.usePassphrase({ passphrase: 'a longer one' });
    expect(used).toMatchObject({ ok: true, value: { kind: 'anonymous', persistence: 'disk' } });
    await device.login('ana', world.jwt('ana'));
    await device.write('hello');
    await device.killAndStart();

    const trouble = { kind: 'keychainTrouble', trouble: 'unavailable', remembered: true, passphrase: 'set' };
    expect(device.view.session).toMatchObject(trouble);
    const wrong = await device.handlers.usePassphrase({ passphrase: 'another one' });
    expect(wrong).toMatchObject({ failure: { kind: 'wrongPasscode' } });
    await device.handlers.usePassphrase({ passphrase: 'a longer one' });
    await device.settle();
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana' });
    expect(device.texts).toEqual(['hello']);
    expect(device.vault.items.size).toBe(0);
  });

  it('offers none to whoever has a key in a keychain that is merely out of reach', async () => {
    const device = await Device.started(new ServiceWorld());
    device.vault.state = 'unavailable';
    await device.killAndStart();
    expect(device.view.session).toMatchObject({ remembered: true, passphrase: 'none' });
  });

  it.each(['locked', 'timeout'] as const)('is none whose keychain is %s', async (state) => {
    const device = new Device(new ServiceWorld());
    device.vault.state = state;
    await device.start();
    expect(device.view.session).toMatchObject({ kind: 'keychainTrouble', passphrase: 'none' });
  });
});

describe('A machine that is left alone', () => {
  it('A-10 asks, and signs out whoever does not answer: nothing of them is left', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world, { mode: 'shared' });
    await device.login('ana', world.jwt('ana'));
    await device.write('hello');
    await device.clock.advance(600_000);
    const at = device.clock.now() + 30_000;
    expect(device.view.stillThere).toEqual({ then: 'signOut', at });
    await device.handlers.stay(undefined);
    expect(device.view.stillThere).toBeNull();
    device.presence.touch();
    await device.clock.advance(630_000);
    await device.settle();

    expect(device.view).toMatchObject({ stillThere: null, notices: ['signedOutIdle'] });
    expect(device.view.session.kind).toBe('anonymous');
    expect([...device.vault.items.values()].join()).not.toContain('ana');
  });

  it('locks with the desktop, and signs out whom nothing could unlock', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world, { mode: 'shared' });
    await device.login('ana', world.jwt('ana'));
    device.presence.lockDesktop();
    await device.settle();
    expect(device.view.session).toMatchObject({ kind: 'locked', unlocking: { by: 'signIn' } });
    expect(device.view.passwordSignIn).toBe(true);
    await device.logout();
    await device.write('as nobody');
    device.presence.lockDesktop();
    await device.settle();
    expect(device.texts).toEqual([]);
    expect(device.view.notices).toEqual(['signedOutIdle']);
  });

  it('does nothing where there is nobody', async () => {
    const device = await Device.started(new ServiceWorld(), { mode: 'shared' });
    const { epoch } = device.view.session;
    await device.clock.advance(2_000_000);
    expect(device.view.session.epoch).toBe(epoch);
    expect(device.view.stillThere).toBeNull();
  });

  it('forgets on a visitors’ screen also what somebody has only begun, and does it once', async () => {
    const device = await Device.started(new ServiceWorld(), { mode: 'kiosk' });
    await device.clock.advance(119_000);
    device.presence.touch();
    await device.clock.advance(119_000);
    expect([device.view.stillThere, device.renewals.length]).toEqual([null, 0]);
    await device.clock.advance(31_000);
    await device.settle();
    expect(device.renewals).toHaveLength(1);
    await device.clock.advance(2_000_000);
    expect(device.renewals).toHaveLength(1);
  });

  it('follows a change of the rules at once', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    const idle = { afterSeconds: 60, graceSeconds: 10, then: 'lock' as const };
    expect((await device.handlers.setMachine({ idle })).ok).toBe(true);
    expect(device.view.machine.idle).toEqual(idle);
    await device.clock.advance(70_000);
    await device.settle();
    expect(device.view.session.kind).toBe('locked');
  });
});
