import { describe, expect, it } from 'vitest';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

describe('Boot', () => {
  it('creates nobody on the service and leaves the composer live', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);

    expect(device.view.session).toMatchObject({ kind: 'anonymous', persistence: 'disk' });
    expect(world.users).toHaveLength(0);
    expect(device.net.calls).not.toContain('createUser');
    expect(device.view.link).toEqual({ kind: 'idle' });
  });

  it('shows the cached thread while the service is away, and creates nobody', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('hello');
    device.net.goOffline();
    await device.quitAndStart();

    expect(device.texts).toEqual(['hello']);
    expect(device.view.link.kind).toBe('offline');
    expect(world.users).toHaveLength(1);
  });

  it('catches up by itself once the service is back', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('hello');
    device.net.goOffline();
    await device.quitAndStart();
    const [user] = world.users;
    if (user === undefined) throw new Error('nobody was created');
    world.say(user, 'while you were away');
    device.net.goOnline();
    await device.clock.advance(60_000);
    await device.settle();

    expect(device.texts).toEqual(['hello', 'while you were away']);
    expect(device.view.link).toEqual({ kind: 'live' });
  });

  it.each(['locked', 'denied', 'unavailable', 'timeout'] as const)(
    'K-04 K-07 keeps everything as it is while the keychain is %s, and opens it when asked again',
    async (trouble) => {
      const world = new ServiceWorld();
      const device = await Device.started(world);
      await device.write('hello');
      const files = [...device.histories.disk.keys()];
      const items = new Map(device.vault.items);
      device.vault.state = trouble;
      await device.quitAndStart();

      expect(device.view.session).toMatchObject({ kind: 'keychainTrouble', trouble, remembered: true });
      expect(device.texts).toEqual([]);
      expect(device.vault.items).toEqual(items);
      expect([...device.histories.disk.keys()]).toEqual(files);

      device.vault.state = 'open';
      await device.handlers.retryKeychain(undefined);
      await device.settle();
      expect(device.texts).toEqual(['hello']);
    },
  );

  it('K-08 works in memory where the person chooses not to wait for the keychain', async () => {
    const world = new ServiceWorld();
    const device = new Device(world);
    device.vault.state = 'unavailable';
    await device.start();
    await device.handlers.useWithoutSaving(undefined);
    await device.write('hello');

    expect(device.view.session).toMatchObject({ kind: 'anonymous', persistence: 'memory' });
    expect(device.texts).toEqual(['hello']);
    expect(device.histories.disk.size).toBe(0);
    expect(device.vault.items.size).toBe(0);
  });

  it('K-04 never makes a new key for an account whose key is missing from an open keychain', async () => {
    const device = await Device.started(new ServiceWorld());
    await device.write('hello');
    device.vault.items.clear();
    await device.quitAndStart();

    expect(device.view.session).toMatchObject({
      kind: 'keychainTrouble',
      trouble: 'missing',
      remembered: true,
    });
    expect(device.vault.items.size).toBe(0);
    expect(device.histories.disk.size).toBe(1);
  });

  it('is no dead end when the key is missing: one may sign in, or erase what is here', async () => {
    const world = new ServiceWorld();
    for (const way of ['signIn', 'erase'] as const) {
      const device = await Device.started(world);
      await device.login('ana', world.jwt('ana'));
      await device.write(`before ${way}`);
      device.vault.items.clear();
      await device.quitAndStart();
      if (way === 'signIn') await device.login('ana', world.jwt('ana'));
      else await device.logout();
      await device.quitAndStart();
      expect(device.view.session.kind).toBe(way === 'signIn' ? 'identified' : 'anonymous');
    }
  });

  it('ends in a session that can be used when the settings cannot be saved', async () => {
    const device = new Device(new ServiceWorld());
    device.settingsFile.refusesToSave = true;
    await device.start();

    expect(device.view.session).toMatchObject({ kind: 'anonymous', persistence: 'memory' });
    expect(await device.write('hello')).toBeNull();
    expect(device.vault.items.size).toBe(0);
  });

  it('waits for a service where none is configured', async () => {
    const device = new Device(new ServiceWorld());
    device.configured = false;
    await device.start();

    expect(device.view.session.kind).toBe('unconfigured');
    expect(await device.login('ana')).toEqual({ kind: 'unconfigured' });
  });
});

describe('Anonymous, then a userId', () => {
  it('creates the user with the first message and not before', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await Promise.all([device.write('one'), device.write('two'), device.write('three')]);

    expect(world.users).toHaveLength(1);
    expect(device.net.calls.filter((call) => call === 'createUser')).toHaveLength(1);
    expect(device.texts).toEqual(['one', 'two', 'three']);
  });

  it('keeps the history and the app user when the userId is new', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('hello');
    const before = world.users[0]?.appUserId;
    await device.login('ana', world.jwt('ana'));

    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana', verified: true });
    expect(world.user('ana').appUserId).toBe(before);
    expect(device.texts).toEqual(['hello']);
    await device.write('and on');
    expect(world.user('ana').messages.map(({ content }) => content.text)).toEqual(['hello', 'and on']);
  });

  it('merges into the thread of a userId that exists, on both devices', async () => {
    const world = new ServiceWorld();
    const desk = await Device.started(world);
    await desk.login('ana', world.jwt('ana'));
    await desk.write('from the desk');
    const laptop = await Device.started(world);
    await laptop.write('as a stranger');
    await laptop.login('ana', world.jwt('ana'));
    await desk.settle();

    expect([...laptop.texts].sort()).toEqual(['as a stranger', 'from the desk']);
    expect(desk.texts).toEqual(laptop.texts);
    expect(desk.view.thread.messages.map(({ id }) => id)).toEqual(
      laptop.view.thread.messages.map(({ id }) => id),
    );
    expect(world.users.filter((user) => user.mergedInto === null)).toHaveLength(1);
  });

  it('K-09 is known by the userId after a kill, also when the keychain did not take the proof', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('hello');
    const held = device.net.holdNext('login', 'answer');
    const login = device.login('ana', world.jwt('ana'));
    await held.arrived;
    device.vault.state = 'locked';
    held.release();
    await login;
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana' });
    device.vault.state = 'open';
    await device.clock.advance(120_000);
    await device.killAndStart();

    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'ana' });
    expect(device.texts).toEqual(['hello']);
  });

  it('hears of the first message of another device although neither had written before', async () => {
    const world = new ServiceWorld();
    const [desk, laptop] = [await Device.started(world), await Device.started(world)];
    await desk.login('ana', world.jwt('ana'));
    await laptop.login('ana', world.jwt('ana'));
    await desk.write('the very first');
    await laptop.settle();

    expect(laptop.texts).toEqual(['the very first']);
    expect(world.users).toHaveLength(1);
  });

  it('takes along what was written and not yet sent', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    device.net.goOffline();
    await device.write('in the train');
    device.net.goOnline();
    await device.login('ana', world.jwt('ana'));
    await device.clock.advance(60_000);
    await device.settle();

    expect(world.user('ana').messages.map(({ content }) => content.text)).toEqual(['in the train']);
    expect(device.texts).toEqual(['in the train']);
  });
});

describe('Switching', () => {
  it('A-03 A-05 shows nothing of A under B at any moment, and A again when A returns', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('a', world.jwt('a'));
    await device.write('secret of a');
    await device.login('b', world.jwt('b'));
    await device.write('note of b');
    await device.login('a', world.jwt('a'));

    expect(device.texts).toEqual(['secret of a']);
    for (const { session, thread } of device.views) {
      const texts = thread.messages.map(({ content }) => content.text);
      const userId = session.kind === 'identified' ? session.userId : null;
      if (userId !== 'a') expect(texts).not.toContain('secret of a');
      if (userId !== 'b') expect(texts).not.toContain('note of b');
    }
    expect(world.user('a').messages.map(({ content }) => content.text)).toEqual(['secret of a']);
    expect(world.user('b').messages.map(({ content }) => content.text)).toEqual(['note of b']);
  });

  it('A-04 drops what returns late for the session before', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('a', world.jwt('a'));
    await device.write('first of a');
    const held = device.net.holdNext('send');
    const late = device.write('late of a');
    await held.arrived;
    await device.login('b', world.jwt('b'));
    held.release();
    await late;
    await device.settle();

    expect(device.texts).toEqual([]);
    expect(device.view.session).toMatchObject({ userId: 'b' });
    const stored = device.histories.commits.length;
    await device.settle();
    expect(device.histories.commits).toHaveLength(stored);
  });

  it('leaves the old session whole when the new one is refused', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('a', world.jwt('a'));
    await device.write('still here');
    const epoch = device.view.session.epoch;

    expect(await device.login('b', 'not a token')).toEqual({ kind: 'signedOut', reason: 'invalid' });
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'a', epoch });
    expect(device.texts).toEqual(['still here']);
    expect(device.view.link).toEqual({ kind: 'live' });
  });

  it('lets the last call win and settles every other as superseded', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    const held = device.net.holdNext('login');
    const first = device.login('a', world.jwt('a'));
    await held.arrived;
    const answers = await Promise.all([
      first,
      device.login('b', world.jwt('b')),
      device.login('c', world.jwt('c')),
    ]);

    expect(answers[0]).toEqual({ kind: 'superseded' });
    expect(answers[1]).toEqual({ kind: 'superseded' });
    expect(answers[2]).toMatchObject({ kind: 'identified', userId: 'c' });
    expect(device.view.session).toMatchObject({ userId: 'c' });
  });

  it('signs the same person in again without a flicker', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('a', world.jwt('a'));
    await device.write('hello');
    const { epoch } = device.view.session;
    const before = device.views.length;
    await device.login('a', world.jwt('a'));

    for (const view of device.views.slice(before)) {
      expect(view.session.epoch).toBe(epoch);
      expect(view.link).toEqual({ kind: 'live' });
      expect(view.thread.messages).toHaveLength(1);
    }
  });

  it('A-03 shows no notice about the one before', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('a');
    expect(device.view.notices).toEqual(['notVerified']);
    await device.login('b', world.jwt('b'));

    expect(device.view.notices).toEqual([]);
  });

  it('asks for a JWT ever after once one was used', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('a', world.jwt('a'));
    await device.write('hello');
    const other = await Device.started(world);

    expect(await other.login('a')).toEqual({ kind: 'signedOut', reason: 'jwtRequired' });
    expect(other.view.session.kind).toBe('anonymous');
  });
});

describe('A logout', () => {
  it('R-09 is not lost to a quit, nor to a sign-in that hangs, nor to a login after it', async () => {
    for (const then of ['quit', 'login', 'kill'] as const) {
      const world = new ServiceWorld();
      world.passwords.set('b', 'secret');
      const device = await Device.started(world);
      await device.login('a', world.jwt('a'));
      await device.write('secret of a');
      const held = device.net.holdNext('signIn', 'request');
      void device.handlers.signIn({ userId: 'b' as never, password: 'secret' });
      await held.arrived;
      const report = device.handlers.logout(undefined);
      if (then === 'quit') await device.quitAndStart();
      if (then === 'login') await device.login('c', world.jwt('c'));
      if (then === 'kill') await device.killAndStart();
      if (then !== 'kill') expect(await report).toMatchObject({ ok: true, value: { remaining: 0 } });
      await device.settle();

      expect(device.texts).toEqual([]);
      expect(device.view.session.kind).toBe(then === 'login' ? 'identified' : 'anonymous');
      expect([...device.vault.items.values()].join()).not.toContain('"userId":"a"');
    }
  });

  it('R-09 erases who asked for it, not who comes in meanwhile', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('a', world.jwt('a'));
    await device.write('of a');
    await device.login('b', world.jwt('b'));
    await device.write('of b');
    await device.login('a', world.jwt('a'));
    const held = device.net.holdNext('login', 'answer');
    const switching = device.login('b', world.jwt('b'));
    await held.arrived;
    device.vault.hold();
    held.release();
    await device.settle();
    const leaving = device.handlers.logout(undefined);
    await device.settle();
    device.vault.release();
    await switching;
    await leaving;
    await device.settle();

    const kept = [...device.vault.items.values()].join();
    expect(kept).not.toContain('"userId":"a"');
    expect(kept).toContain('"userId":"b"');
  });
});

describe('Logout', () => {
  it.each(['online', 'offline'])('R-09 A-08 erases the device and begins anew, %s', async (network) => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('a', world.jwt('a'));
    await device.write('secret of a');
    const [account] = [...device.vault.items.keys()].filter((id) => device.histories.disk.has(id));
    const oldClient = [...world.user('a').clients][0];
    if (network === 'offline') device.net.goOffline();
    const report = await device.logout();

    expect(report).toMatchObject({ remaining: 0, keyRemoved: true, unsentMessages: 0 });
    expect(account === undefined || device.vault.items.has(account)).toBe(false);
    expect(device.texts).toEqual([]);
    expect(device.view.session.kind).toBe('anonymous');
    expect(device.view.notices).toContain('signedOut');

    device.net.goOnline();
    await device.write('somebody else');
    await device.clock.advance(60_000);
    await device.settle();
    expect(world.users).toHaveLength(2);
    const stranger = world.users.find((user) => user.userId === null);
    expect(stranger?.messages.map(({ content }) => content.text)).toEqual(['somebody else']);
    expect([...(stranger?.clients ?? [])]).not.toContain(oldClient);
  });

  it('A-08 rotates an anonymous person too', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('mine');
    await device.logout();
    await device.write('of the next one');

    expect(world.users).toHaveLength(2);
    expect(device.texts).toEqual(['of the next one']);
  });

  it('A-05 counts what was never sent', async () => {
    const device = await Device.started(new ServiceWorld());
    device.net.goOffline();
    await device.write('one');
    await device.write('two');

    expect(await device.logout()).toMatchObject({ unsentMessages: 2 });
  });

  it('R-09 is finished by the next start when it was cut short', async () => {
    const device = await Device.started(new ServiceWorld());
    await device.write('mine');
    const [account] = [...device.histories.disk.keys()];
    if (account === undefined) throw new Error('no history on the disk');
    device.vault.hold();
    void device.handlers.logout(undefined);
    await device.settle();
    const items = new Map(device.vault.items);
    await device.vault.release();
    device.vault.items.set(account, items.get(account) ?? '');
    device.settingsFile.save({ ...(device.settingsFile.raw as object), erasing: [account] });
    await device.killAndStart();

    expect(device.histories.disk.has(account)).toBe(false);
    expect(device.vault.items.has(account)).toBe(false);
    expect(device.texts).toEqual([]);
  });

  it('R-09 removes the files although the keychain is locked, and the key when it opens', async () => {
    const device = await Device.started(new ServiceWorld());
    await device.write('mine');
    const [account] = [...device.histories.disk.keys()];
    if (account === undefined) throw new Error('no history on the disk');
    device.vault.state = 'locked';
    const answer = await device.handlers.logout(undefined);

    expect(answer).toMatchObject({ ok: true, value: { keyRemoved: false, remaining: 1 } });
    expect(device.view.erased?.places).toContainEqual({ place: 'key', removed: 0, bytes: 0, remaining: 1 });
    expect(device.histories.disk.has(account)).toBe(false);
    device.vault.state = 'open';
    await device.killAndStart();
    expect(device.vault.items.has(account)).toBe(false);
  });
});

describe('A session that the service ends', () => {
  it('K-10 keeps the thread readable and asks to sign in', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    const jwt = world.jwt('a');
    await device.login('a', jwt);
    await device.write('hello');
    world.killJwt(jwt);
    await device.settle();

    expect(device.view.session).toMatchObject({ kind: 'signInNeeded', userId: 'a', reason: 'expired' });
    expect(device.texts).toEqual(['hello']);
    await device.write('meanwhile');
    await device.login('a', world.jwt('a'));
    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'a' });
    expect(world.user('a').messages.map(({ content }) => content.text)).toEqual(['hello', 'meanwhile']);
  });

  it('is not ended by one stray refusal, and comes back by itself', async () => {
    for (const call of ['send', 'page'] as const) {
      const world = new ServiceWorld();
      const device = await Device.started(world);
      await device.write('hello');
      device.net.refuseNext(call, { kind: 'signedOut', reason: 'invalid' });
      if (call === 'page') device.net.dropFeed();
      await device.write('and on');
      await device.clock.advance(60_000);
      await device.settle();

      expect(device.texts).toEqual(['hello', 'and on']);
      expect(device.view.waiting).toBe(0);
      expect(device.view.link).toEqual({ kind: 'live' });
      expect(world.users).toHaveLength(1);
    }
  });

  it('is not ended by a refusal of the credential before', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    const old = world.jwt('a');
    await device.login('a', old);
    await device.write('hello');
    const held = device.net.holdNext('login', 'answer');
    const again = device.login('a', world.jwt('a'));
    await held.arrived;
    world.killJwt(old);
    await device.settle();
    held.release();
    await again;
    await device.clock.advance(60_000);
    await device.settle();

    expect(device.view.session).toMatchObject({ kind: 'identified', userId: 'a' });
    await device.write('and on');
    expect(device.view.waiting).toBe(0);
  });

  it('loses no message that is accepted while it is being replaced, failed ones included', async () => {
    for (let offset = 0; offset < 30; offset += 1) {
      const world = new ServiceWorld();
      const device = await Device.started(world);
      await device.write('hello');
      device.net.refuseNext('send', { kind: 'rejected', code: 'bad_request', description: '' });
      await device.write('failed');
      const [user] = world.users;
      if (user === undefined) throw new Error('nobody was created');
      world.revokeTokens(user);
      for (let turn = 0; turn < offset; turn += 1) await Promise.resolve();
      const accepted = (await device.write('in between')) === null;
      await device.clock.advance(60_000);
      await device.settle();

      expect(device.texts).toContain('failed');
      if (accepted) expect(device.texts).toContain('in between');
    }
  });

  it('begins anew for an anonymous person, with what was not sent yet', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('hello');
    const [user] = world.users;
    if (user === undefined) throw new Error('nobody was created');
    device.net.goOffline();
    await device.write('unsent');
    world.revokeTokens(user);
    device.net.goOnline();
    await device.clock.advance(60_000);
    await device.settle();

    expect(device.view.notices).toContain('sessionEnded');
    expect(device.texts).toEqual(['unsent']);
    expect(world.users).toHaveLength(2);
    expect(world.users[1]?.messages.map(({ content }) => content.text)).toEqual(['unsent']);
  });
});
