import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { View } from '../../../contract/view.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { asUserId, Device } from '../device.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** The long run asks for more: `ONETHREAD_RUNS=500 npx vitest run tests/main/identity/token-life`. */
const runs = Number(process.env['ONETHREAD_RUNS'] ?? 50);

/** Ana on a device whose clock is `skewMs` ahead of the service's, signed in with her password. */
async function ana({ skewMs = 0 } = {}) {
  // The service's time is the device's, without what the device's clock is wrong by.
  let serviceTime = (): number => 0;
  const world = new ServiceWorld({ now: () => serviceTime(), tokenLifetimeMs: day });
  world.passwords.set('ana', 'secret');
  const device = new Device(world);
  serviceTime = () => device.clock.now();
  await device.start();
  await signIn(device);
  device.clock.jump(skewMs);
  let jumped = skewMs;
  serviceTime = () => device.clock.now() - jumped;
  const jump = (ms: number): void => {
    jumped += ms;
    device.clock.jump(ms);
  };
  return { world, device, jump };
}

async function signIn(device: Device): Promise<void> {
  const answer = await device.handlers.signIn({ userId: asUserId('ana'), password: 'secret' });
  await device.settle();
  if (!answer.ok) throw new Error(`sign-in failed: ${answer.failure.kind}`);
}

const stored = (world: ServiceWorld): readonly string[] =>
  world.user('ana').messages.map(({ content }) => content.text);
const unsent = ({ thread }: View): readonly string[] =>
  thread.messages.filter(({ status }) => status !== 'sent').map(({ content }) => content.text);

describe('A session signed in with a password', () => {
  it.each([0, 400, -400])(
    'K-10 D-11 goes on for a month without asking, with a clock wrong by %i days',
    async (days) => {
      const { world, device } = await ana({ skewMs: days * day });
      for (let each = 0; each < 30; each += 1) {
        await device.clock.advance(day);
        await device.write(`day ${each}`);
        expect(device.view.session.kind).toBe('identified');
      }
      expect(stored(world)).toEqual(Array.from({ length: 30 }, (_, each) => `day ${each}`));
      expect(device.view.link.kind).toBe('live');
    },
  );

  it('K-10 comes back after a week off, and is connected', async () => {
    const { world, device } = await ana();
    // Off: time passes, and no timer runs.
    device.clock.jump(7 * day);
    await device.killAndStart();
    await device.clock.advance(5_000);
    await device.write('back');
    expect([device.view.session.kind, device.view.link.kind, stored(world)]).toEqual([
      ...['identified', 'live', ['back']],
    ]);
  });

  it('K-10 asks to sign in if the refresh is refused, keeps what was written, and sends it after', async () => {
    const { world, device } = await ana();
    await device.write('before');
    world.refreshTokens.clear();
    await device.clock.advance(day);
    await device.write('one');
    await device.write('two');
    await device.clock.advance(hour);
    expect(device.view.session).toMatchObject({ kind: 'signInNeeded', reason: 'expired' });
    expect(unsent(device.view)).toEqual(['one', 'two']);
    expect(stored(world)).toEqual(['before']);
    await device.quitAndStart();
    expect(unsent(device.view)).toEqual(['one', 'two']);
    await signIn(device);
    await device.clock.advance(5_000);
    expect(stored(world)).toEqual(['before', 'one', 'two']);
    expect(device.view.session.kind).toBe('identified');
  });

  it('K-10 waits, and asks nobody, while the refresh cannot be had', async () => {
    const { world, device } = await ana();
    await device.clock.advance(hour);
    device.net.goOffline();
    await device.clock.advance(3 * day);
    await device.write('one');
    await device.clock.advance(hour);
    expect(device.view.session.kind).toBe('identified');
    // The service is in reach before the business's sign-in is.
    device.net.refuseNext('signIn', { kind: 'unavailable' });
    device.net.refuseNext('signIn', { kind: 'throttled', retryAfterMs: 5_000 });
    device.net.goOnline();
    await device.clock.advance(3 * 60_000);
    expect([stored(world), device.view.link.kind]).toEqual([['one'], 'live']);
  });

  it('K-11 ends if the next JWT is another person’s: nothing is sent with it', async () => {
    const { world, device } = await ana();
    for (const token of world.refreshTokens.keys()) world.refreshTokens.set(token, 'eve');
    await device.clock.advance(day);
    await device.write('for Ana’s eyes');
    await device.clock.advance(hour);
    expect(device.view.session).toMatchObject({ kind: 'signInNeeded', userId: 'ana' });
    expect(world.users.map(({ userId }) => userId)).toEqual(['ana']);
    expect(unsent(device.view)).toEqual(['for Ana’s eyes']);
  });

  it('K-09 keeps what a locked keychain does not take, and puts it there once it is open', async () => {
    const { world, device } = await ana();
    device.vault.state = 'locked';
    await device.clock.advance(3 * day);
    await device.write('meanwhile');
    expect(stored(world)).toEqual(['meanwhile']);
    device.vault.state = 'open';
    await device.clock.advance(2 * 60_000);
    await device.killAndStart();
    await device.clock.advance(5_000);
    await device.write('after');
    expect([device.view.session.kind, stored(world)]).toEqual(['identified', ['meanwhile', 'after']]);
  });

  it('K-09 D-11 loses no message and sends none twice, whatever locks, fails, jumps and ends', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('write' as const) },
      { weight: 3, arbitrary: fc.constantFrom('wait' as const, 'waitLong' as const) },
      fc.constantFrom('lock' as const, 'unlock' as const, 'offline' as const, 'online' as const),
      fc.constantFrom('ahead' as const, 'behind' as const, 'kill' as const, 'quit' as const),
    );
    let renewed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const { world, device, jump } = await ana();
        const written: string[] = [];
        for (const each of steps) {
          if (each === 'write') {
            const text = `text ${written.length}`;
            const refused = await device.write(text);
            if (refused === null) written.push(text);
          } else if (each === 'wait') await device.clock.advance(hour);
          else if (each === 'waitLong') await device.clock.advance(2 * day);
          else if (each === 'lock') device.vault.state = 'locked';
          else if (each === 'unlock') device.vault.state = 'open';
          else if (each === 'offline') device.net.goOffline();
          else if (each === 'online') device.net.goOnline();
          else if (each === 'ahead') jump(400 * day);
          else if (each === 'behind') jump(-400 * day);
          else if (each === 'kill') await device.killAndStart();
          else await device.quitAndStart();
        }
        device.vault.state = 'open';
        device.net.goOnline();
        await device.clock.advance(5 * 60_000);
        if (device.view.session.kind === 'keychainTrouble') await device.handlers.retryKeychain(undefined);
        await device.settle();
        if (device.view.session.kind === 'signInNeeded') await signIn(device);
        await device.clock.advance(5 * 60_000);
        renewed += device.net.calls.filter((call) => call === 'signIn').length;
        expect(stored(world)).toEqual(written);
      }),
      { numRuns: runs },
    );
    expect(renewed).toBeGreaterThan(runs / 10);
  });
});
