import { describe, expect, it } from 'vitest';
import type { ServiceWorld as World } from '../../fakes/service.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

async function live(): Promise<{ world: World; desk: Device }> {
  const world = new ServiceWorld();
  const desk = await Device.started(world);
  await desk.login('ana', world.jwt('ana'));
  await desk.write('0');
  expect(desk.view.link).toEqual({ kind: 'live' });
  return { world, desk };
}

const count = ({ net }: Device, call: string): number => net.calls.filter((one) => one === call).length;

async function heal(device: Device): Promise<void> {
  device.net.isCutSilently = false;
  device.net.goOnline();
  await device.clock.advance(120_000);
  await device.settle();
}

describe('A connection that is open and dead', () => {
  it('D-17 is doubted when a message gets no answer, found out, and made anew; nothing is doubled', async () => {
    const { world, desk } = await live();
    desk.net.isCutSilently = true;
    const lost = desk.net.holdNext('send', 'answer');
    const writing = desk.write('into the void');
    await lost.arrived;
    world.say(world.user('ana'), 'not heard');
    await desk.clock.advance(3_999);
    expect(desk.view.link).toEqual({ kind: 'live' });
    // Four seconds for the message, five for the sign of life that the feed is asked for.
    await desk.clock.advance(1);
    await desk.settle();
    expect(desk.view.link).toMatchObject({ kind: 'offline' });

    lost.release();
    await writing;
    await heal(desk);
    expect(desk.texts).toEqual(['0', 'into the void', 'not heard']);
    expect(world.user('ana').messages).toHaveLength(3);
  });

  it.each(['offline', 'unavailable'] as const)('D-17 is doubted when a message fails (%s)', async (kind) => {
    const { desk } = await live();
    desk.net.refuseNext('send', { kind });
    await desk.write('1');
    expect(desk.net.checks).toBe(1);
  });

  it('D-17 is not trusted after the machine slept or changed its network, and left alone if it is well', async () => {
    const { world, desk } = await live();
    const configs = count(desk, 'config');
    desk.messenger.tryNow();
    await desk.settle();
    expect([desk.net.checks, count(desk, 'config')]).toEqual([1, configs]);

    desk.net.isCutSilently = true;
    world.say(world.user('ana'), 'while it slept');
    desk.messenger.tryNow();
    await heal(desk);
    expect(desk.texts).toEqual(['0', 'while it slept']);
  });
});

describe('A line that breaks and comes back', () => {
  it('D-24 five times a second makes no more than one handshake a second after the third', async () => {
    const { desk } = await live();
    await desk.clock.advance(10_000);
    const before = count(desk, 'config');
    for (let tick = 0; tick < 600; tick += 1) {
      desk.net.dropFeed();
      desk.messenger.tryNow();
      await desk.clock.advance(200);
    }
    const handshakes = count(desk, 'config') - before;
    expect(handshakes).toBeLessThanOrEqual(3 + 120);
    expect(handshakes).toBeGreaterThan(60);

    await heal(desk);
    expect(desk.view.link).toEqual({ kind: 'live' });
  });

  it('D-12 costs no more than three requests if less than a page was missed', async () => {
    const { world, desk } = await live();
    desk.net.goOffline();
    for (let n = 1; n <= 99; n += 1) world.say(world.user('ana'), String(n));
    const before = desk.net.calls.length;
    desk.net.goOnline();
    await desk.clock.advance(60_000);
    await desk.settle();

    expect(desk.texts).toHaveLength(100);
    expect(desk.net.calls.length - before).toBeLessThanOrEqual(3);
  });
});

/** One event is lost without a word, and many come after it. @returns those */
async function loseOne(world: World, desk: Device): Promise<readonly string[]> {
  desk.net.isCutSilently = true;
  world.say(world.user('ana'), 'lost');
  desk.net.isCutSilently = false;
  const heard = Array.from({ length: 250 }, (_, n) => `heard ${n}`);
  for (const text of heard) world.say(world.user('ana'), text);
  await desk.settle();
  expect(desk.texts).toEqual(['0', ...heard]);
  return heard;
}

describe('A line that stands', () => {
  it('D-12 and lost an event without a word is found out soon after the next one, however much came since', async () => {
    const { world, desk } = await live();
    const heard = await loseOne(world, desk);

    await desk.clock.advance(4_000);
    await desk.settle();
    expect(desk.texts).toEqual(['0', 'lost', ...heard]);
  });

  it('D-12 and lost an event without a word is found out after a death that came before the look', async () => {
    const { world, desk } = await live();
    await desk.clock.advance(4_000);
    await loseOne(world, desk);

    await desk.killAndStart();
    expect(desk.view.link).toEqual({ kind: 'live' });
    const terms = { text: 'lost', author: null, kinds: [], since: null, until: null };
    const found = await desk.handlers.search({ epoch: desk.view.session.epoch, terms, before: null });
    expect(found).toMatchObject({
      ok: true,
      value: { matches: [{ message: { content: { text: 'lost' } } }] },
    });
  });
});

describe('What is soft', () => {
  it('D-25 is not kept: typing while nobody hears it is never told', async () => {
    const { world, desk } = await live();
    const { epoch } = desk.view.session;
    desk.net.goOffline();
    const commits = desk.histories.commits.length;
    await desk.handlers.startTyping({ epoch });
    expect(desk.histories.commits).toHaveLength(commits);
    await heal(desk);
    expect(world.typing).toEqual([]);

    desk.net.refuseNext('typing', { kind: 'unavailable' });
    await desk.handlers.startTyping({ epoch });
    await desk.clock.advance(600_000);
    expect(world.typing).toEqual([]);
    await desk.handlers.startTyping({ epoch });
    expect(world.typing).toEqual([true]);
  });

  it('D-25 holds up no message', async () => {
    const { world, desk } = await live();
    const typing = desk.net.holdNext('typing', 'request');
    const told = desk.handlers.startTyping({ epoch: desk.view.session.epoch });
    await typing.arrived;
    await desk.write('said meanwhile');
    expect(world.user('ana').messages.map(({ content }) => content.text)).toContain('said meanwhile');
    typing.release();
    await told;
  });
});

describe('What comes over the feed', () => {
  it('D-20 thousands of messages at once are written down in batches, and drawn as often', async () => {
    const { world, desk } = await live();
    const [commits, views] = [desk.histories.commits.length, desk.views.length];
    desk.histories.hold();
    for (let n = 0; n < 3_000; n += 1) world.say(world.user('ana'), String(n));
    desk.histories.release();
    await desk.settle();

    expect(desk.view.unreadCount).toBe(3_000);
    expect(desk.histories.commits.length - commits).toBeLessThanOrEqual(16);
    expect(desk.views.length - views).toBeLessThanOrEqual(16);
  });

  it('D-14 twice, late or from before changes nothing, and what was in step stays so', async () => {
    const { world, desk } = await live();
    const ana = world.user('ana');
    for (let n = 1; n <= 5; n += 1) world.say(ana, String(n));
    await desk.settle();
    const shown = desk.texts;
    const { conversationId, unreadCount } = ana;
    for (const message of [...ana.messages.toReversed(), ...ana.messages]) {
      if (conversationId === null) throw new Error('no conversation');
      world.publish(ana, { kind: 'message', conversationId, message, unreadCount, ownEcho: false });
      await desk.settle();
    }
    expect(desk.texts).toEqual(shown);
    const steps = desk.histories.commits.flatMap(({ facts }) => facts?.syncedTo ?? []);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(desk.view.unreadCount).toBe(unreadCount);
  });
});

const days = 86_400_000;

describe('The clock of this computer', () => {
  it.each([-400, -1, 1, 400])(
    'D-11 decides nothing: it jumps by %i days in the middle of everything',
    async (jump) => {
      const requests: number[] = [];
      const threads: (readonly string[])[] = [];
      for (const jumps of [0, jump * days]) {
        const { world, desk } = await live();
        const ana = world.user('ana');
        desk.net.loseNextAnswer('send');
        await desk.write('1');
        desk.clock.jump(jumps);
        world.say(ana, '2');
        await desk.clock.advance(30_000);
        desk.net.goOffline();
        await desk.write('3');
        desk.clock.jump(-2 * jumps);
        await desk.clock.advance(300_000);
        desk.net.refuseNext('send', { kind: 'throttled', retryAfterMs: 20_000 });
        await heal(desk);
        desk.clock.jump(jumps);
        await desk.write('4');
        await heal(desk);
        await desk.killAndStart();
        await heal(desk);
        requests.push(desk.net.calls.length);
        threads.push(desk.texts);
        expect(desk.texts).toEqual(ana.messages.map(({ content }) => content.text));
      }
      expect(threads[1]).toEqual(threads[0]);
      expect(requests[1]).toBeLessThanOrEqual(2 * (requests[0] ?? 0));
    },
  );
});

describe('A hundred lost answers', () => {
  it.each([true, false])(
    'D-15 leave each message there once (service idempotent: %s)',
    async (idempotentSend) => {
      const world = new ServiceWorld({ idempotentSend });
      const desk = await Device.started(world);
      await desk.write('0');
      for (let n = 1; n <= 100; n += 1) {
        desk.net.loseNextAnswer('send');
        await desk.write(String(n));
        await desk.clock.advance(120_000);
      }
      const there = world.users.flatMap(({ messages }) => messages.map(({ content }) => content.text));
      expect(there).toEqual(Array.from({ length: 101 }, (_, n) => String(n)));
      expect(desk.view.waiting).toBe(0);
    },
  );
});
