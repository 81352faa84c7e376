/** REST v1.1 by the client that was published for it, unmodified. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Device, newUserId } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

type Call = (...args: unknown[]) => Promise<unknown>;
interface Core {
  readonly appUsers: Readonly<
    Record<
      | 'create'
      | 'get'
      | 'update'
      | 'getMessages'
      | 'sendMessage'
      | 'deleteMessage'
      | 'deleteMessages'
      | 'conversationActivity'
      | 'delete'
      | 'deleteProfile',
      Call
    >
  >;
  readonly conversations: Readonly<Record<'get', Call>>;
  readonly webhooks: Readonly<Record<'list' | 'create' | 'get' | 'update' | 'delete', Call>>;
}
const SmoochCore: new (options: object) => Core = createRequire(import.meta.url)('smooch-core');

let service: RunningService;
let core: Core;
const heard: { key: unknown; body: Record<string, unknown> }[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    heard.push({
      key: request.headers['x-api-key'],
      body: z.record(z.string(), z.unknown()).parse(JSON.parse(body)),
    });
    response.end();
  });
});
beforeAll(async () => {
  service = await startService({ args: ['--webhook-reach', 'private'] });
  const { appKey, baseUrl } = service.ready;
  core = new SmoochCore({ keyId: appKey.id, secret: appKey.secret, scope: 'app', serviceUrl: baseUrl });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await service.stop();
  receiver.close();
  receiver.closeAllConnections();
});

describe('smooch-core', () => {
  it('creates, finds, updates and deletes a user, whom a device knows', async () => {
    const userId = newUserId();
    expect(
      await core.appUsers.create({ appUser: { userId, givenName: 'Ana', properties: { a: 1 } } }),
    ).toMatchObject({
      appUser: { userId, givenName: 'Ana' },
    });
    await core.appUsers.update(userId, { surname: 'Diaz' });
    const device = new Device(service.ready);
    expect((await device.login(userId))?.appUser).toMatchObject({ givenName: 'Ana', surname: 'Diaz' });
    expect(await core.appUsers.get(device.appUserId)).toMatchObject({
      appUser: { userId, clients: [{ id: device.clientId }] },
    });
    await expect(core.appUsers.create({ appUser: { userId } })).rejects.toMatchObject({ code: 'conflict' });
    expect(await core.appUsers.deleteProfile(userId)).toMatchObject({ appUser: { properties: {} } });
    await core.appUsers.delete(userId);
    await expect(core.appUsers.get(userId)).rejects.toMatchObject({ code: 'user_not_found' });
  });

  it('speaks with someone, types, pages and deletes', async () => {
    const userId = newUserId();
    await core.appUsers.create({ appUser: { userId } });
    await expect(core.conversations.get(userId)).rejects.toMatchObject({ code: 'conversation_not_found' });
    const actions = [{ type: 'reply', text: 'Yes', payload: 'yes' }];
    expect(
      await core.appUsers.sendMessage(userId, {
        role: 'appMaker',
        type: 'text',
        text: 'Hello',
        name: 'Ann',
        actions,
      }),
    ).toMatchObject({
      message: {
        role: 'appMaker',
        text: 'Hello',
        name: 'Ann',
        actions: [{ _id: expect.any(String), ...actions[0] }],
      },
      conversation: { _id: expect.any(String) },
    });
    const device = new Device(service.ready);
    expect((await device.login(userId))?.messages).toMatchObject([{ text: 'Hello' }]);
    const feed = await device.listen();
    await core.appUsers.conversationActivity(userId, { role: 'appMaker', type: 'typing:start', name: 'Ann' });
    expect(await feed.find(({ type }) => type === 'activity')).toMatchObject({
      activity: { data: { name: 'Ann' } },
    });
    const sent = await device.send('Hi');
    const page = z.object({ messages: z.array(z.looseObject({ _id: z.string(), received: z.number() })) });
    const { messages } = page.parse(await core.appUsers.getMessages(userId));
    expect(messages).toMatchObject([{ text: 'Hello' }, { text: 'Hi', role: 'appUser' }]);
    expect(await core.appUsers.getMessages(userId, { before: sent.received })).toMatchObject({
      messages: [{ text: 'Hello' }],
    });
    await core.appUsers.deleteMessage(userId, messages[0]?._id);
    expect((await device.page()).messages.map(({ text }) => text)).toEqual(['Hi']);
    await core.appUsers.deleteMessages(userId);
    expect((await device.page()).messages).toEqual([]);
    feed.close();
  });

  it('has its webhooks told in the words of its version', async () => {
    const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1`;
    const made = await core.webhooks.create({ target, triggers: ['message:appUser'] });
    const { webhook } = z.object({ webhook: z.object({ _id: z.string(), secret: z.string() }) }).parse(made);
    const device = new Device(service.ready);
    const { conversation } = await device.create();
    await device.send('hello');
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toMatchObject({
      key: webhook.secret,
      body: {
        ...{ trigger: 'message:appUser', version: 'v1.1', app: { _id: service.ready.appId } },
        ...{ conversation: { _id: conversation?._id }, appUser: { _id: device.appUserId } },
        messages: [{ text: 'hello', role: 'appUser', source: { id: device.clientId } }],
      },
    });
    await core.webhooks.update(webhook._id, { triggers: ['*'] });
    expect(await core.webhooks.list()).toMatchObject({ webhooks: [{ _id: webhook._id, triggers: ['*'] }] });
    await core.webhooks.delete(webhook._id);
    await expect(core.webhooks.get(webhook._id)).rejects.toMatchObject({ code: 'webhook_not_found' });
  });
});
