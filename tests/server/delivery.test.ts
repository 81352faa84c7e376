/** Once, in order, for ever: parallel repeats, merges, and a service that is killed while it works. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WirePosted, type WireMessage } from '../../contract/sdk-api.ts';
import { interleave } from '../../server/login.ts';
import type { Place } from '../../server/store.ts';
import { Device, newUserId, say, userJwt } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function someone(): Promise<Device> {
  const device = new Device(service.ready);
  await device.create();
  return device;
}

/** Strictly by `received`, and no id twice. */
function expectOneOrder(messages: readonly WireMessage[]): void {
  const times = messages.map(({ received }) => Math.round(received * 1000));
  for (const [index, time] of times.entries())
    if (index > 0) expect(time).toBeGreaterThan(times[index - 1] ?? 0);
  expect(new Set(messages.map(({ _id }) => _id)).size).toBe(messages.length);
}

describe('A message sent again', () => {
  it('is the first one, however often and however parallel, and is told of once', async () => {
    const device = await someone();
    const feed = await device.listen();
    const keys = Array.from({ length: 100 }, () => randomUUID());
    const answers = await Promise.all(
      keys.flatMap((key) => Array.from({ length: 8 }, (_, copy) => device.send(`${key} copy ${copy}`, key))),
    );
    const first = new Map(answers.map((answer) => [answer._clientId, answer]));
    expect(first.size).toBe(keys.length);
    for (const answer of answers) expect(answer).toEqual(first.get(answer._clientId));

    const stored = await device.history();
    expect(stored).toHaveLength(keys.length);
    expectOneOrder(stored);
    await device.send('done');
    await feed.text('done');
    expect(feed.texts()).toEqual([...stored.map(({ text }) => text), 'done']);
    feed.close();
  });

  it('is known by its metadata as well, from any device of the same person and from no other person', async () => {
    const userId = newUserId();
    const [phone, desk, stranger] = [new Device(service.ready), new Device(service.ready), await someone()];
    await phone.login(userId);
    await desk.login(userId);
    const key = randomUUID();
    const first = WirePosted.parse(
      (await phone.post({ text: 'one', metadata: { clientMessageId: key } })).body,
    ).message;
    expect(first).toMatchObject({ _clientId: key, metadata: { clientMessageId: key } });
    expect(await desk.send('two', key)).toEqual(first);
    expect((await stranger.send('three', key))._id).not.toBe(first._id);
  });

  it('is known after a restart', async () => {
    const first = await startService();
    const device = new Device(first.ready);
    await device.create();
    const sent = await device.send('before', 'key');
    await first.kill();
    const second = await startService({ dataDir: first.dataDir });
    expect(second.ready).toEqual(first.ready);
    expect(await device.send('after', 'key')).toEqual(sent);
    await second.stop();
    await rm(first.dataDir, { recursive: true });
  });
});

describe('Messages from many sides at once', () => {
  it('get one strict order, the same in answers, events and pages', async () => {
    const userId = newUserId();
    const devices = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const device = new Device(service.ready);
        await device.login(userId);
        return device;
      }),
    );
    const [reader] = devices;
    if (!reader) throw new Error('no device');
    await reader.send('start');
    const { conversation } = await reader.page();
    const feed = await reader.listen();
    await Promise.all([
      ...devices.flatMap((device, at) =>
        Array.from({ length: 25 }, (_, index) => device.send(`${at}-${index}`)),
      ),
      ...Array.from({ length: 25 }, (_, index) => say(service.ready, conversation._id, `business-${index}`)),
    ]);
    await reader.send('end');
    await feed.text('end');
    const stored = await reader.history();
    expect(stored).toHaveLength(127);
    expectOneOrder(stored);
    expect(['start', ...feed.texts()]).toEqual(stored.map(({ text }) => text));
    feed.close();
  });
});

describe('A merge', () => {
  const places = fc
    .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 })
    .map((times) =>
      times.sort((a, b) => a - b).map((received, index): Place => ({ id: String(index), received })),
    );

  it('interleaves any two histories strictly, in their own orders, moving nobody who stays', () => {
    fc.assert(
      fc.property(places, places, (moving, staying) => {
        const moved = interleave(moving, staying);
        expect(moved.map(({ id }) => id)).toEqual(moving.map(({ id }) => id));
        const all = [...moved, ...staying].map(({ received }) => received);
        expect(new Set(all).size).toBe(moving.length + staying.length);
        for (const [index, { received }] of moved.entries()) {
          expect(received).toBeGreaterThanOrEqual(moving[index]?.received ?? 0);
          expect(received).toBeGreaterThan(moved[index - 1]?.received ?? -1);
        }
      }),
    );
  });

  it('under fire loses no message and doubles none', async () => {
    for (let round = 0; round < 5; round += 1) {
      const userId = newUserId();
      const jwt = await userJwt(service.ready, userId);
      const [known, visitor] = [new Device(service.ready), await someone()];
      await known.login(userId, jwt);
      await known.create({ userId });
      const accepted: string[] = [];
      const fire = async (device: Device, name: string): Promise<void> => {
        for (let index = 0; index < 15; index += 1) {
          const key = `${name}-${index}`;
          const reply = await device.post({ text: key, _clientId: key });
          if (reply.status === 201) accepted.push(key);
        }
      };
      const before = new Device(service.ready, visitor.clientId);
      before.appUserId = visitor.appUserId;
      before.credential = visitor.credential;
      const firing = [fire(before, 'visitor'), fire(known, 'known')];
      await visitor.login(userId, jwt);
      await Promise.all(firing);
      await visitor.send('last');
      const stored = await known.history();
      expectOneOrder(stored);
      expect(stored.map(({ text }) => text).sort()).toEqual([...accepted, 'last'].sort());
      expect(accepted.filter((key) => key.startsWith('known'))).toHaveLength(15);
    }
  });

  it('says on every page from then on how far back it reaches', async () => {
    const userId = newUserId();
    const jwt = await userJwt(service.ready, userId);
    const [older, newer, latest] = [await someone(), await someone(), await someone()];
    const nobody = await someone();
    const first = await older.send('older');
    const second = await newer.send('newer');
    const third = await latest.send('latest');
    const known = new Device(service.ready);
    await known.login(userId, jwt);
    await known.create({ userId });
    await known.send('known');
    const merges = async () => (await known.page()).conversation.merges;
    expect(await merges()).toEqual([]);

    await newer.login(userId, jwt);
    const [once] = (await merges()) ?? [];
    expect(once?.from).toBe(second.received);
    await nobody.login(userId, jwt);
    expect(await merges()).toEqual([once]);
    await latest.login(userId, jwt);
    const [before, last] = (await merges()) ?? [];
    expect(before).toEqual(once);
    expect(last?.from).toBe(third.received);
    // It reaches beyond both.
    await older.login(userId, jwt);
    const all = (await merges()) ?? [];
    expect(all.map(({ from }) => from)).toEqual([first.received]);
    expect(all[0]?.at).toBeGreaterThan(last?.at ?? Infinity);
  });

  it('by two devices at once ends in one user', async () => {
    const userId = newUserId();
    const visitors = await Promise.all([someone(), someone(), someone()]);
    await Promise.all(visitors.map((visitor, index) => visitor.send(`visitor ${index}`)));
    const bundles = await Promise.all(
      visitors.map(async (visitor) => visitor.login(userId, await userJwt(service.ready, userId))),
    );
    expect(new Set(bundles.map((bundle) => bundle?.appUser._id)).size).toBe(1);
    const [first] = visitors;
    const texts = (await first?.history())?.map(({ text }) => text);
    expect(texts?.sort()).toEqual(['visitor 0', 'visitor 1', 'visitor 2']);
  });
});

describe('A service killed under load', () => {
  it('has every message it acknowledged, once, when it is back', async () => {
    let running = await startService();
    const device = new Device(running.ready);
    await device.create();
    const acknowledged = new Map<string, WireMessage>();
    const attempted = new Set<string>();
    let next = 0;
    /** Sends until the connection breaks; what got no answer is sent again by the next round. */
    const sender = async (unanswered: string[]): Promise<void> => {
      for (;;) {
        const key = unanswered.pop() ?? `key-${next++}`;
        attempted.add(key);
        try {
          acknowledged.set(key, await device.send(`text of ${key}`, key));
        } catch {
          return void unanswered.push(key);
        }
      }
    };
    const queues: string[][] = [[], [], [], []];
    for (let round = 0; round < 6; round += 1) {
      const target = acknowledged.size + 40;
      const senders = queues.map(sender);
      await expect.poll(() => acknowledged.size, { interval: 5, timeout: 15_000 }).toBeGreaterThan(target);
      await running.kill();
      await Promise.all(senders);
      running = await startService({ dataDir: running.dataDir });
    }
    for (const key of queues.flat()) acknowledged.set(key, await device.send(`text of ${key}`, key));

    const stored = await device.history();
    expectOneOrder(stored);
    expect(new Set(stored.map(({ _clientId }) => _clientId))).toEqual(attempted);
    const byId = new Map(stored.map((message) => [message._id, message]));
    for (const message of acknowledged.values()) expect(byId.get(message._id)).toEqual(message);
    expect(stored.length).toBe(attempted.size);
    await running.stop();
    await rm(running.dataDir, { recursive: true, force: true });
  }, 90_000);
});
