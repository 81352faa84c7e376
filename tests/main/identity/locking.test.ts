import { describe, expect, it } from 'vitest';
import type { View } from '../../../contract/view.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

/** Ana at her desk, with a passcode and something said. */
async function withPasscode(passcode = 'sesame') {
  const world = new ServiceWorld();
  const device = await Device.started(world);
  await device.login('ana', world.jwt('ana'));
  await device.write('secret of ana');
  expect(await device.setPasscode(passcode)).toBeNull();
  return { world, device };
}

/** Whether a view gives anything of a thread away. */
const isEmpty = ({ thread, draft, unreadCount, waiting, typing }: View): boolean =>
  thread.messages.length === 0 && draft === '' && unreadCount + waiting === 0 && typing === null;

describe('A lock', () => {
  it('A-10 takes thread, draft, counts and key away at once, and its passcode brings them back', async () => {
    const { world, device } = await withPasscode();
    await device.handlers.saveDraft({ epoch: device.view.session.epoch, text: 'half a thought' });
    const before = device.views.length;
    const locked = await device.lock();

    expect(locked).toMatchObject({
      kind: 'locked',
      userId: 'ana',
      unlocking: { by: 'passcode', notBefore: null },
    });
    expect(device.views.slice(before).every(isEmpty)).toBe(true);
    expect(device.view).toMatchObject({ passcode: false, link: { kind: 'idle' } });
    expect(world.followers.size + device.stillOpen).toBe(0);
    expect(await device.write('as whom?')).toEqual({ kind: 'sessionOver' });
    world.say(world.user('ana'), 'while you were away');
    await device.settle();
    expect(isEmpty(device.view)).toBe(true);

    expect(await device.unlock('sesame')).toMatchObject({ kind: 'identified', userId: 'ana' });
    expect(device.view.draft).toBe('half a thought');
    expect(device.view.passcode).toBe(true);
    expect(device.texts).toEqual(['secret of ana', 'while you were away']);
  });

  it('A-02 has the page made anew', async () => {
    const { device } = await withPasscode();
    await device.lock();
    expect(device.renewals).toHaveLength(1);
    await device.unlock('sesame');
    expect(device.renewals).toHaveLength(1);
  });

  it('opens without a network, and holds what was not sent', async () => {
    const { world, device } = await withPasscode();
    device.net.goOffline();
    await device.write('not sent yet');
    await device.lock();
    await device.unlock('sesame');
    expect(device.texts).toEqual(['secret of ana', 'not sent yet']);
    device.net.goOnline();
    await device.clock.advance(60_000);
    await device.settle();
    expect(world.user('ana').messages.map(({ content }) => content.text)).toContain('not sent yet');
  });

  it('shows who else is remembered, but nothing of them', async () => {
    const { world, device } = await withPasscode();
    await device.login('bo', world.jwt('bo'));
    await device.switchTo(device.accountOf('ana'), { passcode: 'sesame' });
    await device.lock();
    expect(device.view.accounts).toMatchObject([
      { userId: 'ana', current: true, passcode: true },
      { userId: 'bo', current: false, passcode: false },
    ]);
  });

  it('is refused to a person without a name and without a passcode: nobody could open it', async () => {
    const device = await Device.started(new ServiceWorld());
    await device.write('as nobody');
    const { epoch } = device.view.session;
    expect(await device.lock()).toEqual({ kind: 'passcodeNeeded' });
    expect(device.view.session).toMatchObject({ kind: 'anonymous', epoch });
    expect(device.texts).toEqual(['as nobody']);

    await device.setPasscode('sesame');
    expect(await device.lock()).toMatchObject({ kind: 'locked', userId: null });
    await device.unlock('sesame');
    expect(device.texts).toEqual(['as nobody']);
  });

  it('is refused where nothing is kept that could be opened again', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world, { mode: 'kiosk' });
    await device.login('ana', world.jwt('ana'));
    expect(await device.setPasscode('sesame')).toEqual({ kind: 'keychain', trouble: 'unavailable' });
    expect(await device.lock()).toEqual({ kind: 'passcodeNeeded' });
  });

  it('without a passcode opens to nobody but the same person signing in, not over a restart either', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    await device.write('secret of ana');
    const account = device.accountOf('ana');
    await device.lock();
    const locked = { kind: 'locked', userId: 'ana', unlocking: { by: 'signIn' } };
    expect(device.view.session).toMatchObject(locked);
    expect(await device.unlock('sesame')).toEqual({ kind: 'signedOut', reason: 'expired' });
    await device.killAndStart();
    expect(device.view.session).toMatchObject(locked);
    expect(device.view.passwordSignIn).toBe(true);
    await device.login('bo', world.jwt('bo'));
    expect(await device.switchTo(account)).toEqual({ kind: 'signedOut', reason: 'expired' });
    expect(device.views.every(({ thread }) => thread.messages.length === 0)).toBe(true);

    expect(await device.login('ana', world.jwt('ana'))).toMatchObject({ kind: 'identified', userId: 'ana' });
    expect(device.texts).toEqual(['secret of ana']);
    await device.quitAndStart();
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana' });
  });

  it('goes over a start: whoever has a passcode is asked for it', async () => {
    const { device } = await withPasscode();
    await device.killAndStart();
    expect(device.view.session).toMatchObject({
      kind: 'locked',
      userId: 'ana',
      unlocking: { by: 'passcode' },
    });
    expect(device.views.every(isEmpty)).toBe(true);
    await device.unlock('sesame');
    expect(device.texts).toEqual(['secret of ana']);
  });

  it('lets somebody else in, and keeps who is behind it', async () => {
    const { world, device } = await withPasscode();
    const account = device.accountOf('ana');
    await device.lock();
    await device.login('bo', world.jwt('bo'));
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'bo' });
    expect(device.texts).toEqual([]);

    expect(await device.switchTo(account)).toEqual({ kind: 'passcodeNeeded' });
    expect(await device.switchTo(account, { passcode: 'open' })).toMatchObject({ kind: 'wrongPasscode' });
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'bo' });
    expect(await device.login('ana', world.jwt('ana'))).toEqual({ kind: 'passcodeNeeded' });
    await device.switchTo(account, { passcode: 'sesame' });
    expect(device.texts).toEqual(['secret of ana']);
  });

  it('R-09 can be signed out of: who forgot the passcode is erased, with the count of what was not sent', async () => {
    const { device } = await withPasscode();
    device.net.goOffline();
    await device.write('never sent');
    await device.lock();
    const report = await device.logout();

    expect(report).toMatchObject({ unsentMessages: 1, remaining: 0, keyRemoved: true });
    expect(device.view.session.kind).toBe('anonymous');
    expect([...device.vault.items.values()].join()).not.toContain('ana');
    expect(device.histories.disk.size).toBe(1);
  });

  it('of somebody who is not remembered ends with whoever comes next', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world, { mode: 'shared' });
    await device.login('ana', world.jwt('ana'));
    await device.lock();
    expect(device.view.accounts).toEqual([]);
    await device.login('bo', world.jwt('bo'));
    expect(device.histories.disk.size).toBe(1);
    expect([...device.vault.items.values()].join()).not.toContain('ana');
  });
});

describe('A passcode', () => {
  it('seals key and credentials: without it the keychain gives nothing away but the card', async () => {
    const { world, device } = await withPasscode();
    const item = [...device.vault.items.values()].find((text) => text.includes('"ana"')) ?? '';
    const key = [...device.histories.disk.values()][0]?.key ?? '';
    expect(key).toHaveLength(64);
    for (const secret of [key, 'databaseKey', 'credential', [...world.user('ana').clients][0] ?? 'x'])
      expect(item).not.toContain(secret);
    expect(item).toContain('"userId":"ana"');
  });

  it('goes on sealing what is saved later', async () => {
    const { world, device } = await withPasscode();
    const jwt = world.jwt('ana');
    await device.login('ana', jwt);
    expect([...device.vault.items.values()].join()).not.toContain(jwt);
    await device.quitAndStart();
    expect([...device.vault.items.values()].join()).not.toContain(jwt);
    await device.unlock('sesame');
    await device.write('and on');
    expect(device.view.waiting).toBe(0);
  });

  it('is durable before it is said to be set', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana', world.jwt('ana'));
    device.vault.state = 'locked';
    expect(await device.setPasscode('sesame')).toEqual({ kind: 'keychain', trouble: 'locked' });
    expect(device.view.passcode).toBe(false);
    device.vault.state = 'open';
    await device.quitAndStart();
    expect(device.view.session.kind).toBe('identified');
    expect(await device.setPasscode('sesame')).toBeNull();
    await device.killAndStart();
    expect(device.view.session.kind).toBe('locked');
  });

  it('has four characters at least, and is changed and taken away only by who knows it', async () => {
    const { device } = await withPasscode();
    expect(await device.setPasscode('no')).toEqual({ kind: 'passcodeNeeded' });
    expect(await device.setPasscode('abc', 'sesame')).toEqual({ kind: 'passcodeTooShort', atLeast: 4 });
    expect(await device.setPasscode('other', 'wrong')).toMatchObject({ kind: 'wrongPasscode' });
    expect(await device.setPasscode('other', 'sesame')).toBeNull();
    await device.lock();
    expect(await device.unlock('sesame')).toMatchObject({ kind: 'wrongPasscode' });
    expect(await device.unlock('other')).toMatchObject({ kind: 'identified' });
    expect(await device.setPasscode(null)).toEqual({ kind: 'passcodeNeeded' });
    expect(await device.setPasscode(null, 'other')).toBeNull();
    expect(device.view.passcode).toBe(false);
    await device.killAndStart();
    expect(device.view.session.kind).toBe('identified');
  });

  it('stays with a person without a name who gets one', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.setPasscode('sesame');
    await device.write('as nobody');
    await device.login('ana', world.jwt('ana'));
    await device.killAndStart();
    expect(device.view.session).toMatchObject({ kind: 'locked', userId: 'ana' });
    await device.unlock('sesame');
    expect(device.texts).toEqual(['as nobody']);
  });

  it('may be missed three times; then each wrong one doubles the wait, to a quarter of an hour', async () => {
    const { device } = await withPasscode();
    await device.lock();
    const waits: number[] = [];
    for (let wrong = 0; wrong < 14; wrong += 1) {
      const failure = await device.unlock('guess');
      if (failure.kind !== 'wrongPasscode') throw new Error(failure.kind);
      waits.push(failure.retryAfterMs);
      const { derived } = device.sealing;
      // While the wait lasts, the right one does not count either.
      if (failure.retryAfterMs > 0) {
        await device.clock.advance(failure.retryAfterMs - 1);
        expect(await device.unlock('sesame')).toEqual({ kind: 'wrongPasscode', retryAfterMs: 1 });
        expect(device.sealing.derived).toBe(derived);
      }
      await device.clock.advance(1);
    }
    const doubled = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900].map((seconds) => seconds * 1000);
    expect(waits).toEqual([0, 0, ...doubled]);
    expect(await device.unlock('sesame')).toMatchObject({ kind: 'identified' });
    // And who got in has all tries again, also after a kill.
    await device.killAndStart();
    expect(await device.unlock('guess')).toEqual({ kind: 'wrongPasscode', retryAfterMs: 0 });
  });

  it('says on the lock screen when the next try counts', async () => {
    const { device } = await withPasscode();
    await device.lock();
    for (let wrong = 0; wrong < 3; wrong += 1) await device.unlock('guess');
    const notBefore = device.clock.now() + 1000;
    expect(device.view.session).toMatchObject({ unlocking: { by: 'passcode', notBefore } });
  });

  it('cannot be guessed faster by starting the app again, or by setting the clock', async () => {
    const { device } = await withPasscode();
    await device.lock();
    for (let wrong = 0; wrong < 6; wrong += 1) {
      await device.unlock('guess');
      await device.clock.advance(60_000);
    }
    await device.killAndStart();
    expect(device.view.session).toMatchObject({
      unlocking: { by: 'passcode', notBefore: device.clock.now() + 8_000 },
    });
    device.clock.jump(3_600_000);
    expect(await device.unlock('sesame')).toMatchObject({ kind: 'wrongPasscode' });
    await device.clock.advance(8_000);
    expect(await device.unlock('sesame')).toMatchObject({ kind: 'identified' });
  });

  it('is counted before it is judged: a kill in between makes no guess free', async () => {
    const { device } = await withPasscode();
    await device.lock();
    for (let wrong = 0; wrong < 4; wrong += 1) {
      const { derive } = device.sealing;
      device.sealing.derive = () => new Promise(() => undefined);
      void device.handlers.unlock({ passcode: 'guess' });
      await device.settle();
      device.sealing.derive = derive;
      await device.killAndStart();
      await device.clock.advance(60_000);
    }
    expect(await device.unlock('guess')).toEqual({ kind: 'wrongPasscode', retryAfterMs: 4_000 });
  });

  it('opens nothing while the keychain takes no count', async () => {
    const { device } = await withPasscode();
    await device.lock();
    const { write } = device.vault;
    device.vault.write = async () => ({ kind: 'denied' });
    expect(await device.unlock('sesame')).toEqual({ kind: 'keychain', trouble: 'denied' });
    expect(device.view.session.kind).toBe('locked');
    device.vault.write = write;
    expect(await device.unlock('sesame')).toMatchObject({ kind: 'identified' });
  });
});

describe('A lock while the keychain takes nothing', () => {
  /** Ana has come in by a name that the keychain has not been told yet. */
  async function unwritten(passcode: string | null) {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('as nobody');
    if (passcode !== null) await device.setPasscode(passcode);
    const held = device.net.holdNext('login', 'answer');
    const login = device.login('ana', world.jwt('ana'));
    await held.arrived;
    device.vault.state = 'locked';
    held.release();
    await login;
    await device.write('as ana');
    await device.lock();
    expect(device.view.session).toMatchObject({ kind: 'locked', userId: 'ana' });
    return { world, device };
  }

  it('forgets nothing: by and by the keychain is told, and they come back as who they are', async () => {
    for (const passcode of ['sesame', null]) {
      const { world, device } = await unwritten(passcode);
      device.vault.state = 'open';
      await device.clock.advance(60_000);
      await device.killAndStart();
      if (passcode === null) await device.login('ana', world.jwt('ana'));
      else await device.unlock(passcode);
      expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana' });
      expect(device.texts).toEqual(['as nobody', 'as ana']);
    }
  });

  it('tells it at once when it is needed', async () => {
    for (const passcode of ['sesame', null]) {
      const { world, device } = await unwritten(passcode);
      device.vault.state = 'open';
      if (passcode === null) await device.login('ana', world.jwt('ana'));
      else await device.unlock(passcode);
      expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana' });
      expect(device.texts).toEqual(['as nobody', 'as ana']);
      expect(device.view.accounts.map(({ userId }) => userId)).toEqual(['ana']);
    }
  });

  it('is a lock over a restart too', async () => {
    const { device } = await unwritten(null);
    await device.killAndStart();
    device.vault.state = 'open';
    await device.handlers.retryKeychain(undefined);
    await device.settle();
    expect(device.view.session).toMatchObject({ kind: 'locked', unlocking: { by: 'signIn' } });
    expect(device.views.every(isEmpty)).toBe(true);
  });
});

describe('Somebody without a name behind a lock', () => {
  it('is erased when somebody else comes in: there is no way back to them', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('as nobody');
    await device.setPasscode('sesame');
    await device.lock();
    await device.login('bo', world.jwt('bo'));
    expect(device.vault.items.size + device.histories.disk.size).toBe(2);
    expect(world.users.find(({ userId }) => userId === null)?.messages).toHaveLength(1);
  });
});
