/**
 * The protocol's conformance checklist, row by row, against the service as a process; the table is printed. Other files try
 * each of these from many sides: this one says at a glance what holds.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WireBundle, WireConfig, WireMessage } from '../../contract/sdk-api.ts';
import { checklist, rowTitle } from './checklist.ts';
import {
  business,
  Device,
  expectStatus,
  mint,
  newUserId,
  say,
  userJwt,
  type Feed,
  type FeedEvent,
} from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
const heard: { type: string }[] = [];
const hookKeys = new Set<unknown>();
const receiver = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    hookKeys.add(request.headers['x-api-key']);
    heard.push(
      ...z.object({ events: z.array(z.looseObject({ type: z.string() })) }).parse(JSON.parse(body)).events,
    );
    response.writeHead(200).end();
  });
});
const results: string[] = [];
beforeAll(async () => {
  service = await startService({ args: ['--webhook-reach', 'private'] });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  await business(service.ready, 'POST', '/integrations', {
    type: 'custom',
    webhooks: [{ target, triggers: ['user:merge'] }],
  });
});
afterAll(async () => {
  console.log(results.join('\n'));
  await service.stop();
  receiver.close();
  receiver.closeAllConnections();
});

const newDevice = (): Device => new Device(service.ready);
async function visitor(): Promise<Device> {
  const device = newDevice();
  await device.create();
  return device;
}
async function person(userId = newUserId()): Promise<{ device: Device; userId: string; jwt: string }> {
  const device = newDevice();
  const jwt = await userJwt(service.ready, userId);
  if ((await device.login(userId, jwt)) === null) await device.create({ userId });
  return { device, userId, jwt };
}
const conversationOf = async (device: Device): Promise<string> => (await device.page()).conversation._id;
const isActivity = (what: string) => (event: FeedEvent) => JSON.stringify(event).includes(what);

const rows: readonly [number: number, holds: () => Promise<void>][] = [
  [
    1,
    async () => {
      const { config } = WireConfig.parse((await newDevice().request('GET', '/config')).body);
      expect(config.app.status).toBe('active');
      expect(config).toMatchObject({
        style: {},
        realtime: { maxConnectionAttempts: expect.any(Number), retryInterval: expect.any(Number) },
      });
      const path = `${service.ready.baseUrl}/sdk/v2/apps/${service.ready.appId}/appusers`;
      const body = JSON.stringify({ client: newDevice().client });
      const made = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(await made.json()).toMatchObject({
        settings: { realtime: { enabled: true }, typing: { enabled: true } },
      });
    },
  ],
  [
    2,
    async () => {
      const device = await visitor();
      const feed = await device.listen();
      expect((await device.post({ text: 'hi' })).status).toBe(201);
      await feed.text('hi');
      const again = Object.assign(newDevice(), {
        appUserId: device.appUserId,
        credential: device.credential,
      });
      expect(WireBundle.parse((await again.request('GET', again.own)).body).messages).toHaveLength(1);
      feed.close();
    },
  ],
  [
    3,
    async () => {
      const { device: one, userId } = await person();
      const { device: two } = await person(userId);
      const feeds = [await one.listen(), await two.listen()];
      await one.send('from one');
      for (const feed of feeds) expect((await feed.text('from one')).source.id).toBe(one.clientId);
      for (const feed of feeds) feed.close();
    },
  ],
  [
    4,
    async () => {
      const device = await visitor();
      await device.send('before');
      const [id, credential, userId] = [device.appUserId, device.credential, newUserId()];
      const bundle = await device.login(userId, await userJwt(service.ready, userId));
      expect(bundle).toMatchObject({ appUser: { _id: id, userId }, messages: [{ text: 'before' }] });
      expect(bundle?.sessionToken).toBeUndefined();
      const old = Object.assign(newDevice(), { appUserId: id, credential });
      expect((await old.request('GET', old.own)).status).toBe(401);
    },
  ],
  [
    5,
    async () => {
      const { device: known, userId, jwt } = await person();
      await known.send('first');
      const device = await visitor();
      await device.send('second');
      await known.send('third');
      const before = heard.length;
      expect((await device.login(userId, jwt))?.appUser._id).toBe(known.appUserId);
      for (const each of [known, device]) {
        expect((await each.history()).map(({ text }) => text)).toEqual(['first', 'second', 'third']);
      }
      await expect.poll(() => heard.slice(before).map(({ type }) => type)).toEqual(['user:merge']);
    },
  ],
  [
    6,
    async () => {
      const { device, userId, jwt } = await person();
      await device.send('mine');
      const other = newUserId();
      expect(await device.login(other, await userJwt(service.ready, other))).toBeNull();
      const bundle = await device.create({ userId: other });
      expect(bundle.messages).toEqual([]);
      expect((await device.login(userId, jwt))?.messages).toMatchObject([{ text: 'mine' }]);
    },
  ],
  [
    7,
    async () => {
      const { device, jwt } = await person();
      await device.send('old');
      const id = device.appUserId;
      expectStatus(
        await device.request('POST', `${device.own}/logout`, { client: { id: device.clientId } }),
        200,
      );
      device.credential = { kind: 'none' };
      const bundle = await device.create();
      expect(bundle).toMatchObject({ messages: [], appUser: { clients: [{ id: device.clientId }] } });
      expect(bundle.appUser._id).not.toBe(id);
      expect((await device.request('GET', `/appusers/${id}`)).status).toBe(404);
      expect(jwt).not.toBe('');
    },
  ],
  [
    8,
    async () => {
      const userId = newUserId();
      const old = newDevice();
      await old.login(userId);
      const ext = old.ext();
      await person(userId);
      await expect(newDevice().login(userId)).rejects.toThrow('got 401');
      expect((await old.request('GET', old.own)).status).toBe(401);
      await expect(old.listen(ext)).rejects.toThrow(/^403:/);
    },
  ],
  [
    9,
    async () => {
      const made = await business(service.ready, 'POST', '/keys', { displayName: 'second' });
      const { key } = z.object({ key: z.object({ id: z.string(), secret: z.string() }) }).parse(made.body);
      const [{ device: stays }, userId] = [await person(), newUserId()];
      const device = newDevice();
      await device.login(userId, await mint(key, { scope: 'appUser', userId }));
      await device.create({ userId });
      const feed = await device.listen();
      await business(service.ready, 'DELETE', `/keys/${key.id}`);
      expect((await device.request('GET', device.own)).status).toBe(401);
      expect((await stays.request('GET', stays.own)).status).toBe(200);
      await expect(device.listen()).rejects.toThrow(/^403:/);
      feed.close();
    },
  ],
  [
    10,
    async () => {
      const userId = newUserId();
      const { appKey } = service.ready;
      const none = ['{"alg":"none"}', JSON.stringify({ scope: 'appUser', userId }), ''];
      for (const [jwt, status] of [
        [await mint(appKey, { scope: 'app', userId }), 401],
        [await mint(appKey, { scope: 'appUser', userId: 'other' }), 403],
        [await mint({ id: 'app_unknown', secret: 'x' }, { scope: 'appUser', userId }), 401],
        [none.map((part) => Buffer.from(part).toString('base64url')).join('.'), 401],
      ] as const) {
        await expect(newDevice().login(userId, jwt)).rejects.toThrow(`got ${status}`);
      }
    },
  ],
  [
    11,
    async () => {
      const device = await visitor();
      await device.request('POST', `${device.own}/logout`, { client: { id: device.clientId } });
      expect((await device.request('GET', device.own)).status).toBe(401);
    },
  ],
  [
    12,
    async () => {
      const own = await startService();
      const device = new Device(own.ready);
      await device.create();
      const feed: Feed = await device.listen();
      await device.send('before');
      await feed.text('before');
      await own.kill();
      const again = await startService({
        dataDir: own.dataDir,
        port: Number(new URL(own.ready.baseUrl).port),
      });
      await expect
        .poll(
          async () => {
            await device.send('after');
            return feed.texts().includes('after');
          },
          { timeout: 15_000, interval: 300 },
        )
        .toBe(true);
      const ids = (await device.history()).map(({ _id }) => _id);
      expect(new Set(ids).size).toBe(ids.length);
      feed.close();
      await again.stop();
    },
  ],
  [
    13,
    async () => {
      const device = await visitor();
      await Promise.all(Array.from({ length: 150 }, (_, index) => device.send(`${index}`)));
      const all = await device.history();
      expect(new Set(all.map(({ _id }) => _id)).size).toBe(150);
      expect(
        all.every(({ received }, index) => index === 0 || received > (all[index - 1]?.received ?? 0)),
      ).toBe(true);
    },
  ],
  [
    14,
    async () => {
      const device = await visitor();
      const id = await conversationOf(device);
      const items = [{ title: 'A', actions: [{ type: 'link', text: 'Go', uri: 'https://example.com' }] }];
      await say(service.ready, id, { type: 'carousel', items });
      await say(service.ready, id, { type: 'list', items });
      await say(service.ready, id, { type: 'location', coordinates: { lat: 1, long: 2 } });
      await say(service.ready, id, { type: 'form', fields: [{ type: 'text', name: 'a', label: 'Who?' }] });
      await device.post({ type: 'location', coordinates: { lat: 1, long: 2 } });
      const { messages } = await device.page();
      expect(messages).toHaveLength(5);
      for (const { text } of messages) expect(text?.trim()).toBeTruthy();
    },
  ],
  [
    15,
    async () => {
      const device = await visitor();
      const feed = await device.listen();
      const id = await conversationOf(device);
      for (const type of ['typing:start', 'typing:stop']) {
        await business(service.ready, 'POST', `/conversations/${id}/activity`, {
          author: { type: 'business' },
          type,
        });
        expect(await feed.find(isActivity(type))).toMatchObject({
          activity: { type, role: 'appMaker', data: {} },
        });
      }
      feed.close();
    },
  ],
  [
    16,
    async () => {
      const { device: one, userId } = await person();
      const { device: two } = await person(userId);
      const feed = await two.listen();
      await say(service.ready, await conversationOf(one), 'news');
      await feed.text('news');
      expect((await two.page()).conversation.unreadCount).toBe(1);
      expect((await one.request('POST', `${one.own}/conversation/read`)).status).toBe(204);
      expect(await feed.find(isActivity('conversation:read'))).toMatchObject({
        activity: { role: 'appUser', data: { lastRead: expect.any(Number) } },
      });
      expect((await two.page()).conversation.unreadCount).toBe(0);
      feed.close();
    },
  ],
  [
    17,
    async () => {
      const device = newDevice();
      await device.create({ email: 'ana@example.com', properties: { first: true } });
      await device.request('PUT', device.own, { givenName: 'Ana', properties: { a: 1 } });
      await device.request('PUT', device.own, { surname: 'Diaz', properties: { b: 2 } });
      const known = { email: 'ana@example.com', givenName: 'Ana', surname: 'Diaz' };
      expect((await device.request('GET', device.own)).body).toMatchObject({
        appUser: { ...known, properties: { first: true, a: 1, b: 2 } },
      });
    },
  ],
  [
    18,
    async () => {
      const bearer = { authorization: `Bearer ${await mint(service.ready.appKey, { scope: 'app' })}` };
      const path = `${service.ready.baseUrl}/v2/apps/${service.ready.appId}/users`;
      expect((await fetch(path, { headers: bearer })).status).toBe(200);
      expect((await business(service.ready, 'GET', '/users')).status).toBe(200);
      expect((await business(service.ready, 'GET', '/users/nobody')).body).toMatchObject({
        errors: [{ code: 'user_not_found' }],
      });
      expect((await newDevice().request('GET', '/appusers/x')).body).toMatchObject({
        error: { code: 'unauthorized' },
      });
      const { userId, jwt } = await person();
      const device = await visitor();
      await device.send('hello');
      await device.login(userId, jwt);
      await expect.poll(() => hookKeys.size).toBe(1);
      const made = await business(service.ready, 'GET', '/integrations');
      const Made = z.object({
        integrations: z.array(z.object({ webhooks: z.array(z.object({ secret: z.string() })) })),
      });
      const [integration] = Made.parse(made.body).integrations;
      expect([...hookKeys]).toEqual([integration?.webhooks[0]?.secret]);
    },
  ],
];

describe('The conformance checklist', () => {
  it.each(checklist.map((line) => [rowTitle(line), line.number] as const))('%s', async (title, number) => {
    const holds = rows.find(([of]) => of === number)?.[1];
    results.push(`open   ${title}`);
    await holds?.();
    expect(holds).toBeDefined();
    results[results.length - 1] = `holds  ${title}`;
  });

  it('names tests that are there', () => {
    expect(checklist.map(({ number }) => number)).toEqual(rows.map(([number]) => number));
    for (const [file, title] of checklist.flatMap(({ elsewhere }) => elsewhere)) {
      const text = readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8');
      expect([file, title, text.includes(`'${title}'`)]).toEqual([file, title, true]);
    }
  });

  it('takes an empty body that is announced as JSON, and a client’s own view of its message', async () => {
    const device = await visitor();
    expect((await device.request('POST', `${device.own}/conversation`)).status).toBe(201);
    expect((await device.request('POST', `${device.own}/conversation/read`)).status).toBe(204);
    expect((await device.request('POST', '/appusers/upgrade', { clientId: 'legacy' })).status).toBe(204);
    const junk = {
      sendStatus: 'sending',
      status: 'failed',
      firstInGroup: true,
      lastInGroup: true,
      _clientSent: 1.5,
      actions: null,
    };
    const sent = WireMessage.loose().parse(
      z
        .object({ message: z.unknown() })
        .parse((await device.post({ type: 'text', text: 'x', _clientId: 0.7318, ...junk })).body).message,
    );
    expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['sendStatus', 'status', 'firstInGroup']));
    expect(sent).not.toHaveProperty('sendStatus');
  });
});
