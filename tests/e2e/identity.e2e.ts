import { jwtFor } from './harness/jwt.ts';
import { Business } from './harness/business.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test.describe('A person without a userId', () => {
  test('is nobody on the service before the first message, keeps their app user with a new userId', async ({
    service,
    newDevice,
  }) => {
    const business = new Business(service);
    const desk = await newDevice('desk');
    await desk.write('Written before anybody knew me.');
    await desk.waitUntilSent('Written before anybody knew me.');
    const before = await desk.conversationId();

    const userId = `new-${Date.now()}@example.com`;
    expect(await desk.login(userId, await jwtFor(service, userId))).toMatchObject({ ok: true });
    await expect.poll(() => desk.whoAmI()).toBe(`${userId}, Verified`);
    expect(await desk.texts()).toEqual(['Written before anybody knew me.']);
    expect(await desk.conversationId()).toBe(before);
    expect(await business.conversationOf(userId)).toBe(before);
    await desk.write('And on as myself.');
    await expect
      .poll(() => business.texts(before))
      .toEqual(['Written before anybody knew me.', 'And on as myself.']);
  });

  test('brings the conversation into the thread of a userId that exists, on both devices', async ({
    newDevice,
  }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('From the desk.');
    await desk.waitUntilSent('From the desk.');
    const laptop = await newDevice('laptop');
    await laptop.write('As a stranger.');
    await laptop.waitUntilSent('As a stranger.');
    await laptop.signIn(ana);
    await laptop.bringItAlong();

    for (const device of [desk, laptop]) {
      await device.waitForMessage('As a stranger.');
      await device.waitForMessage('From the desk.');
      expect(await device.texts()).toHaveLength(2);
    }
    expect(await laptop.ids()).toEqual(await desk.ids());
    await laptop.picture('2-merged');
  });

  test('leaves it and erases it instead, if that is the answer', async ({ newDevice }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('From the desk.');
    await desk.waitUntilSent('From the desk.');
    const laptop = await newDevice('laptop');
    await laptop.write('Of no concern to Ana.');
    await laptop.waitUntilSent('Of no concern to Ana.');
    await laptop.signIn(ana);
    await laptop.picture('1-the-question');
    await laptop.leaveItBehind();

    await expect.poll(() => laptop.whoAmI()).toBe(`${ana.userId}, Verified`);
    await laptop.waitForMessage('From the desk.');
    expect(await laptop.texts()).toEqual(['From the desk.']);
    expect(await desk.texts()).toEqual(['From the desk.']);
  });
});

test.describe('A, then B, then A', () => {
  test('A-03 at no moment a word of A under B, also with plain userIds', async ({ newDevice }) => {
    const desk = await newDevice('desk');
    await desk.watchForLeaks('word of A', 'user-b');
    await desk.watchForLeaks('word of B', 'user-a');
    expect(await desk.login('user-a')).toMatchObject({ ok: true });
    for (const n of [1, 2, 3]) await desk.write(`word of A ${n}`);
    await desk.waitUntilSent('word of A 3');
    expect(await desk.login('user-b')).toMatchObject({ ok: true });
    await expect.poll(() => desk.whoAmI()).toBe('user-b, Not verified');
    expect(await desk.texts()).toEqual([]);
    await desk.write('word of B');
    await desk.waitUntilSent('word of B');
    expect(await desk.login('user-a')).toMatchObject({ ok: true });
    await expect.poll(() => desk.texts()).toEqual(['word of A 1', 'word of A 2', 'word of A 3']);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([desk.login('user-b'), desk.login('user-a'), desk.login('user-b')]);
      await expect.poll(() => desk.whoAmI()).toBe('user-b, Not verified');
    }
    expect(await desk.texts()).toEqual(['word of B']);
    const { seen, looks } = desk.leaks;
    expect(seen).toEqual([]);
    expect(looks).toBeGreaterThan(100);
  });
});

test.describe('Signing out', () => {
  for (const network of ['with', 'without'] as const) {
    test(`R-09 ${network} a network, leaves no key, no file and no link to the next person`, async ({
      service,
      newDevice,
    }) => {
      const business = new Business(service);
      const desk = await newDevice('desk');
      await desk.signIn(ana);
      await desk.write('Mine alone.');
      await desk.waitUntilSent('Mine alone.');
      const [account] = desk.accounts();
      expect(desk.keychainItems()).toEqual([account]);

      if (network === 'without') await service.kill();
      await desk.signOut();
      expect(await desk.texts()).toEqual([]);
      expect(desk.accounts()).not.toContain(account);
      expect(desk.keychainItems()).not.toContain(account);
      await desk.write('Somebody else now.');

      if (network === 'with') {
        await desk.waitUntilSent('Somebody else now.');
        const conversation = await business.conversationOf(ana.userId);
        expect(await business.texts(conversation)).toEqual(['Mine alone.']);
        expect(await desk.conversationId()).not.toBe(conversation);
      }
      expect(await desk.texts()).toEqual(['Somebody else now.']);
    });
  }
});
