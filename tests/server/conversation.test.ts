import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WireConfig, WireConversation } from '../../contract/sdk-api.ts';
import { Device, business, expectStatus, newUserId, say, userJwt } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const newDevice = (): Device => new Device(service.ready);

async function conversationOf(device: Device): Promise<string> {
  return (await device.page()).conversation._id;
}

describe('Configuration', () => {
  it('tells a device where everything is, and that sending twice is safe', async () => {
    const { config } = WireConfig.parse((await newDevice().request('GET', '/config')).body);
    expect(config.app.status).toBe('active');
    expect(config.baseUrl.web).toBe(`${service.ready.baseUrl}/sdk/`);
    expect(config.realtime.baseUrl).toBe(`${service.ready.baseUrl}/faye`);
    expect(config.signIn?.url).toBe(service.ready.signInUrl);
    expect(config.guarantees?.idempotentSend).toBe(true);
  });

  it('does not mind a broken credential', async () => {
    const reply = await newDevice().request('GET', '/config', undefined, {
      authorization: 'Basic dW5kZWZpbmVkOng=',
    });
    expect(reply.status).toBe(200);
  });

  it('knows one app', async () => {
    const response = await fetch(`${service.ready.configBaseUrl}/apps/0123456789abcdef01234567/config`);
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { error: { code: 'app_not_found' } },
    ]);
  });
});

describe('The first message', () => {
  it('creates an anonymous user with a conversation and a token', async () => {
    const device = newDevice();
    const bundle = await device.create();
    expect(bundle.appUser).toMatchObject({ conversationStarted: true, clients: [{ id: device.clientId }] });
    expect(bundle.appUser.userId).toBeUndefined();
    expect(bundle.conversation?._id).toMatch(/^[0-9a-f]{24}$/);
    expect(Buffer.from(bundle.sessionToken ?? '', 'base64url')).toHaveLength(32);
  });

  it('is there when the device comes back with its token', async () => {
    const device = newDevice();
    await device.create();
    await device.send('hello');
    const again = expectStatus(await device.request('GET', device.own), 200);
    expect(again).toMatchObject({
      appUser: { _id: device.appUserId },
      messages: [{ text: 'hello' }],
      hasPrevious: false,
    });
    expect(again).not.toHaveProperty('sessionToken');
  });

  it('keeps the profile that came with it', async () => {
    const bundle = await newDevice().create({ givenName: 'Ana', properties: { plan: 'gold' } });
    expect(bundle.appUser).toMatchObject({ givenName: 'Ana', properties: { plan: 'gold' } });
  });

  it('of a verified user nobody knew yet creates them, without a token', async () => {
    const device = newDevice();
    const userId = newUserId();
    const jwt = await userJwt(service.ready, userId);
    expect(await device.login(userId, jwt)).toBeNull();
    const bundle = await device.create({ userId });
    expect(bundle.appUser).toMatchObject({ userId, credentialRequired: true, conversationStarted: true });
    expect(bundle.sessionToken).toBeUndefined();
    expect((await device.create({ userId })).appUser._id).toBe(bundle.appUser._id);
  });
});

describe('A posted message', () => {
  it('is stored with what the service says, not with what the client claims', async () => {
    const device = newDevice();
    await device.create();
    const reply = await device.post({
      ...{ type: 'text', text: 'hi', role: 'appMaker', _id: 'mine', received: 1, sendStatus: 'sending' },
      ...{
        firstInGroup: true,
        status: 'failed',
        authorId: 'x',
        source: { type: 'api', id: 'other' },
        _clientId: 0.73,
      },
    });
    expect(reply.status).toBe(201);
    const { messages } = await device.page();
    expect(messages).toEqual([
      {
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        type: 'text',
        role: 'appUser',
        text: 'hi',
        authorId: device.appUserId,
        received: expect.closeTo(Date.now() / 1000, -2),
        source: { type: 'web', id: device.clientId },
        _clientId: '0.73',
      },
    ]);
    expect(reply.body).toMatchObject({ message: messages[0] });
    expect(JSON.stringify(reply.body)).not.toMatch(/sendStatus|firstInGroup|failed/);
  });

  it('reaches the other device of the same person, with the sender in it', async () => {
    const userId = newUserId();
    const jwt = await userJwt(service.ready, userId);
    const [phone, desk] = [newDevice(), newDevice()];
    await phone.login(userId, jwt);
    await phone.create({ userId });
    await desk.login(userId, jwt);
    const feed = await desk.listen();
    const sent = await phone.send('from the phone', 'key-1');
    expect(await feed.text('from the phone')).toEqual(sent);
    expect(sent).toMatchObject({ source: { id: phone.clientId }, _clientId: 'key-1' });
    feed.close();
  });

  it('may be a place, which comes back with words', async () => {
    const device = newDevice();
    await device.create();
    await device.post({ type: 'location', coordinates: { lat: 52.5, long: 13.4 } });
    const [message] = (await device.page()).messages;
    expect(message).toMatchObject({ type: 'location', coordinates: { lat: 52.5, long: 13.4 } });
    expect(message?.text).toContain('q=52.5,13.4');
  });

  it.each([
    ['without text', {}],
    ['with blank text', { text: ' \n' }],
    ['with text that is too long', { text: 'x'.repeat(4097) }],
    ['of a kind devices may not send', { type: 'carousel', text: 'x' }],
    ['that is a place without coordinates', { type: 'location' }],
    ['with nested metadata', { text: 'x', metadata: { a: { b: 1 } } }],
  ])('%s is refused', async (_what, message) => {
    const device = newDevice();
    await device.create();
    expect(await device.post(message)).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request' } },
    });
    expect((await device.page()).messages).toEqual([]);
  });

  it('survives characters that break databases, spelt the same everywhere', async () => {
    const device = newDevice();
    await device.create();
    const reply = await device.request(
      'POST',
      `${device.own}/messages`,
      `{"message":{"text":"a\\u0000b\\ud800c'; DROP TABLE message;--","_clientId":"k\\u0000"}}`,
    );
    expect(reply.status).toBe(201);
    const [message] = (await device.page()).messages;
    expect(message?.text).toBe("a\uFFFDb\uFFFDc'; DROP TABLE message;--");
    expect(message?._clientId).toBe('k\uFFFD');
  });
});

describe('Pages', () => {
  it('hold a hundred messages each and together lose and repeat none', async () => {
    const device = newDevice();
    await device.create();
    const texts = Array.from({ length: 230 }, (_, index) => `message ${index}`);
    for (const text of texts) await device.send(text);
    const newest = await device.page();
    expect(newest.messages.map(({ text }) => text)).toEqual(texts.slice(130));
    expect(newest.previous).toBeTruthy();
    expect((await device.history()).map(({ text }) => text)).toEqual(texts);
    const forward = await device.page(`?after=${(await device.history())[0]?.received}`);
    expect(forward.messages.map(({ text }) => text)).toEqual(texts.slice(1, 101));
    const last = await device.page(`?after=${newest.messages.at(-1)?.received}`);
    expect(last.messages).toEqual([]);
    expect(last.conversation._id).toBe(newest.conversation._id);
  });

  it.each(['?before=abc', '?before=1&after=2', '?before=-1', '?before=1&before=2'])(
    'refuse %s',
    async (query) => {
      const device = newDevice();
      await device.create();
      expect((await device.request('GET', `${device.own}/messages${query}`)).status).toBe(400);
    },
  );
});

describe('Starting a conversation', () => {
  it('takes an empty body announced as JSON, and returns the same one again', async () => {
    const device = newDevice();
    await device.login(newUserId());
    expect((await device.request('GET', `${device.own}/messages`)).status).toBe(404);
    const first = await device.request('POST', `${device.own}/conversation`);
    const second = await device.request('POST', `${device.own}/conversation`);
    expect(first).toMatchObject({ status: 201, body: { conversation: { unreadCount: 0 } } });
    expect(second.body).toEqual(first.body);
  });
});

describe('Reading', () => {
  it('on one device clears the badge on the other', async () => {
    const userId = newUserId();
    const [phone, desk] = [newDevice(), newDevice()];
    await phone.login(userId);
    await phone.send('hello');
    await desk.login(userId);
    const id = await conversationOf(phone);
    const feed = await desk.listen();
    await say(service.ready, id, 'one');
    await say(service.ready, id, 'two');
    const second = await feed.text('two');
    expect((await desk.page()).conversation.unreadCount).toBe(2);

    expect((await phone.request('POST', `${phone.own}/conversation/read`)).status).toBe(204);
    const read = await feed.find(({ type }) => type === 'activity');
    expect(read).toMatchObject({
      conversation: { _id: id },
      activity: { type: 'conversation:read', role: 'appUser', data: { lastRead: expect.any(Number) } },
    });
    expect(JSON.stringify(read)).toMatch(/"lastRead":\d+/);
    expect(Number(/"lastRead":([\d.]+)/.exec(JSON.stringify(read))?.[1])).toBeGreaterThanOrEqual(
      second.received,
    );
    expect((await desk.page()).conversation.unreadCount).toBe(0);
    feed.close();
  });
});

describe('The business', () => {
  it('is seen typing, with data, and reading', async () => {
    const device = newDevice();
    await device.create();
    const id = await conversationOf(device);
    const feed = await device.listen();
    for (const type of ['typing:start', 'typing:stop', 'conversation:read']) {
      const body = { author: { type: 'business', displayName: 'Ann' }, type };
      expect(await business(service.ready, 'POST', `/conversations/${id}/activity`, body)).toMatchObject({
        status: 200,
      });
      const event = await feed.find(({ activity }) => JSON.stringify(activity).includes(type));
      expect(event).toMatchObject({ activity: { type, role: 'appMaker', data: { name: 'Ann' } } });
    }
    feed.close();
  });

  it.each([
    [
      'carousel',
      {
        type: 'carousel',
        items: [
          {
            title: 'Mug',
            description: 'Blue',
            actions: [{ type: 'link', text: 'Buy', uri: 'https://example.com/mug' }],
          },
        ],
      },
      '1. Mug\nBlue\nBuy: https://example.com/mug',
    ],
    [
      'list',
      {
        type: 'list',
        items: [
          { title: 'A', actions: [] },
          { title: 'B', actions: [] },
        ],
      },
      '1. A\n\n2. B',
    ],
    [
      'location',
      { type: 'location', coordinates: { lat: 1, long: 2 } },
      'Location shared:\nhttps://maps.google.com/maps?q=1,2',
    ],
    ['file', { type: 'file', mediaUrl: 'https://example.com/a.pdf' }, ''],
  ])('sends a %s that carries words for clients that cannot draw it', async (_kind, content, text) => {
    const device = newDevice();
    await device.create();
    const feed = await device.listen();
    expect((await say(service.ready, await conversationOf(device), content)).status).toBe(201);
    const event = await feed.find(({ type }) => type === 'message');
    expect(event).toMatchObject({
      conversation: { unreadCount: 1 },
      message: { role: 'appMaker', name: 'Ann', source: { type: 'api' }, text, type: content.type },
    });
    feed.close();
  });

  it('gives each action an id, and hears nothing of a postback that is not its own', async () => {
    const [device, other] = [newDevice(), newDevice()];
    await device.create();
    await other.create();
    const actions = [{ type: 'postback', text: 'Yes', payload: 'yes' }];
    await say(service.ready, await conversationOf(device), { type: 'text', text: 'Well?', actions });
    const [message] = (await device.page()).messages;
    const postback = { actionId: message?.actions?.[0]?._id };
    const press = (by: Device, body: object) => by.request('POST', `${by.own}/postback`, { postback: body });
    expect((await press(device, postback)).status).toBe(200);
    expect((await press(device, postback)).status).toBe(200);
    expect((await press(other, postback)).status).toBe(404);
    expect((await press(device, { actionId: 'nope' })).status).toBe(404);
    expect((await device.page()).messages).toHaveLength(1);
  });
});

describe('A profile', () => {
  it('is updated additively and shared by the devices', async () => {
    const userId = newUserId();
    const [phone, desk] = [newDevice(), newDevice()];
    await phone.login(userId);
    await phone.request('PUT', phone.own, { givenName: 'Ana', properties: { a: 1, b: 2 } });
    await phone.request('PUT', phone.own, {
      surname: 'Diaz',
      properties: { b: 3 },
      _id: 'x',
      userId: 'other',
    });
    const bundle = await desk.login(userId);
    expect(bundle?.appUser).toMatchObject({
      userId,
      givenName: 'Ana',
      surname: 'Diaz',
      properties: { a: 1, b: 3 },
    });
    expect((await desk.send('hi')).name).toBe('Ana Diaz');
  });
});

describe('Upgrading a legacy device', () => {
  it('is never possible, because a device id proves nothing', async () => {
    const device = newDevice();
    await device.create();
    expect(
      (await newDevice().request('POST', '/appusers/upgrade', { clientId: device.clientId })).status,
    ).toBe(204);
  });
});

describe('Typing of a person', () => {
  it('is accepted and changes nothing', async () => {
    const device = newDevice();
    await device.create();
    const before = await device.page();
    const typing = (type: string) =>
      device.request('POST', `${device.own}/conversation/activity`, { activity: { type } });
    expect((await typing('typing:start')).status).toBe(204);
    expect((await typing('typing:stop')).status).toBe(204);
    expect((await typing('dancing')).status).toBe(400);
    expect(await device.page()).toEqual(before);
    expect(WireConversation.parse(before.conversation).unreadCount).toBe(0);
  });
});
