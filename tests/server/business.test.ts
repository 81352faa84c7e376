/** The business, by its official client as published. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Device, business, mint, newUserId, userJwt } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

/** The package brings no types; these are the calls made here. */
interface Sunshine {
  ApiClient: new () => {
    basePath: string;
    authentications: {
      basicAuth: { username?: string; password?: string };
      bearerAuth: { accessToken?: string };
    };
  };
  UsersApi: new (client: unknown) => Record<'createUser' | 'getUser' | 'updateUser', Call>;
  ConversationsApi: new (
    client: unknown,
  ) => Record<'createConversation' | 'getConversation' | 'listConversations', Call>;
  MessagesApi: new (client: unknown) => Record<'postMessage' | 'listMessages', Call>;
  ActivitiesApi: new (client: unknown) => Record<'postActivity', Call>;
  AppKeysApi: new (
    client: unknown,
  ) => Record<'createAppKey' | 'listAppKeys' | 'getAppKey' | 'deleteAppKey', Call>;
  ParticipantsApi: new (client: unknown) => Record<'listParticipants', Call>;
  ClientsApi: new (client: unknown) => Record<'listClients', Call>;
}
type Call = (...args: unknown[]) => Promise<unknown>;

const sunshine: Sunshine = createRequire(import.meta.url)('sunshine-conversations-client');

let service: RunningService;
let api: ReturnType<typeof apisOf>;
beforeAll(async () => {
  service = await startService();
  const client = new sunshine.ApiClient();
  client.basePath = service.ready.baseUrl;
  client.authentications.basicAuth.username = service.ready.appKey.id;
  client.authentications.basicAuth.password = service.ready.appKey.secret;
  api = apisOf(client);
});
afterAll(() => service.stop());

function apisOf(client: unknown) {
  return {
    users: new sunshine.UsersApi(client),
    conversations: new sunshine.ConversationsApi(client),
    messages: new sunshine.MessagesApi(client),
    activities: new sunshine.ActivitiesApi(client),
    keys: new sunshine.AppKeysApi(client),
    participants: new sunshine.ParticipantsApi(client),
    clients: new sunshine.ClientsApi(client),
  };
}

const app = (): string => service.ready.appId;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const HasId = z.object({ id: z.string() });

/** A customer with a device, and the conversation's id as the business finds it. */
async function customer(): Promise<{ device: Device; userId: string; conversationId: string }> {
  const device = new Device(service.ready);
  const userId = newUserId();
  await device.login(userId);
  await device.send('hello');
  const listed = z
    .object({ conversations: z.array(HasId).length(1) })
    .parse(await api.conversations.listConversations(app(), { userExternalId: userId }));
  return { device, userId, conversationId: listed.conversations[0]?.id ?? '' };
}

const author = { type: 'business', displayName: 'Ann', avatarUrl: 'https://example.com/ann.png' };

describe('The official client', () => {
  it('creates, finds and updates users, by either id', async () => {
    const externalId = newUserId();
    const created = plain(await api.users.createUser(app(), { externalId, profile: { givenName: 'Ana' } }));
    expect(created).toMatchObject({
      user: { externalId, profile: { givenName: 'Ana' }, metadata: {}, identities: [] },
    });
    const { id } = z.object({ user: HasId }).parse(created).user;
    const metadata = { plan: 'gold' };
    await api.users.updateUser(app(), id, { profile: { surname: 'Diaz', email: externalId }, metadata });
    const found = plain(await api.users.getUser(app(), externalId));
    expect(found).toMatchObject({
      user: {
        id,
        externalId,
        profile: { givenName: 'Ana', surname: 'Diaz' },
        metadata,
        identities: [{ type: 'email' }],
      },
    });
    await expect(api.users.createUser(app(), { externalId })).rejects.toMatchObject({ status: 409 });
    await expect(api.users.getUser(app(), 'nobody')).rejects.toMatchObject({ status: 404 });
    const byEmail = await business(
      service.ready,
      'GET',
      `/users?filter[identities.email]=${encodeURIComponent(externalId)}`,
    );
    expect(byEmail.body).toMatchObject({ users: [{ id }], meta: { hasMore: false } });
    const device = new Device(service.ready);
    expect((await device.login(externalId))?.appUser).toMatchObject({
      _id: id,
      givenName: 'Ana',
      properties: metadata,
    });
  });

  it('finds the one conversation by user, and who takes part in it with what', async () => {
    const { device, userId, conversationId } = await customer();
    const byId = plain(await api.conversations.listConversations(app(), { userId: device.appUserId }));
    expect(byId).toMatchObject({
      conversations: [{ id: conversationId, type: 'personal', isDefault: true }],
      meta: { hasMore: false },
    });
    expect(plain(await api.conversations.getConversation(app(), conversationId))).toMatchObject({
      conversation: { id: conversationId, lastUpdatedAt: expect.stringMatching(/Z$/) },
    });
    expect(plain(await api.participants.listParticipants(app(), conversationId))).toMatchObject({
      participants: [{ userId: device.appUserId, userExternalId: userId, unreadCount: 0 }],
    });
    expect(plain(await api.clients.listClients(app(), userId))).toMatchObject({
      clients: [{ id: device.clientId, type: 'sdk', status: 'active' }],
    });
    const asJson = encodeURIComponent(JSON.stringify({ userExternalId: userId }));
    expect((await business(service.ready, 'GET', `/conversations?filter=${asJson}`)).body).toEqual(byId);
    expect((await business(service.ready, 'GET', '/conversations')).status).toBe(400);
    expect((await business(service.ready, 'GET', '/conversations?filter=5')).status).toBe(400);
  });

  it('sees what a device says about itself, as of its latest message', async () => {
    const { device, userId } = await customer();
    const client = { ...device.client, appVersion: '2.0', info: { os: 'another', nested: { gone: true } } };
    await device.request('POST', `${device.own}/messages`, { message: { text: 'hi' }, sender: { client } });
    const listed = plain(await api.clients.listClients(app(), userId));
    expect(listed).toMatchObject({
      clients: [{ id: device.clientId, info: { os: 'another', platform: 'web' } }],
    });
    expect(JSON.stringify(listed)).not.toContain('nested');
  });

  it('starts a conversation with someone who has not written', async () => {
    const externalId = newUserId();
    await api.users.createUser(app(), { externalId });
    const body = { type: 'personal', participants: [{ userExternalId: externalId }] };
    const first = plain(await api.conversations.createConversation(app(), body));
    expect(plain(await api.conversations.createConversation(app(), body))).toEqual(first);
    const { conversation } = z.object({ conversation: HasId }).parse(first);
    await api.messages.postMessage(app(), conversation.id, {
      author,
      content: { type: 'text', text: 'Welcome' },
    });
    const device = new Device(service.ready);
    expect((await device.login(externalId))?.messages).toMatchObject([{ text: 'Welcome', role: 'appMaker' }]);
  });

  it.each([
    ['text', { text: 'hi', actions: [{ type: 'link', text: 'More', uri: 'https://example.com' }] }],
    [
      'text',
      {
        text: 'Choose',
        actions: [
          { type: 'reply', text: 'A', payload: 'a' },
          { type: 'locationRequest', text: 'Where' },
        ],
      },
    ],
    ['text', { actions: [{ type: 'postback', text: 'Yes', payload: 'yes', metadata: { n: 1 } }] }],
    ['text', { text: 'Pay', actions: [{ type: 'buy', text: 'Buy', amount: 1000, currency: 'EUR' }] }],
    ['image', { mediaUrl: 'https://example.com/a.png', mediaType: 'image/png', altText: 'A' }],
    ['file', { mediaUrl: 'https://example.com/a.pdf', mediaSize: 5 }],
    ['location', { coordinates: { lat: 1.5, long: 2 }, location: { name: 'Here' } }],
    [
      'carousel',
      {
        items: [
          {
            title: 'A',
            description: 'a',
            mediaUrl: 'https://example.com/a.png',
            actions: [{ type: 'link', text: 'Go', uri: 'https://example.com/a' }],
          },
        ],
      },
    ],
    [
      'list',
      {
        items: [{ title: 'A', actions: [{ type: 'postback', text: 'A', payload: 'a' }] }],
        actions: [{ type: 'link', text: 'All', uri: 'https://example.com' }],
      },
    ],
  ])('posts %s %j, which the device gets and the business lists', async (type, content) => {
    const { device, conversationId } = await customer();
    const feed = await device.listen();
    const posted = plain(
      await api.messages.postMessage(app(), conversationId, {
        author,
        content: { type, ...content },
        metadata: { ticket: 7 },
      }),
    );
    expect(posted).toMatchObject({
      messages: [
        {
          received: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
          author,
          content: { type, ...content },
          source: { type: 'api:conversations' },
          metadata: { ticket: 7 },
        },
      ],
    });
    const { message } = await feed.find((event) => event.type === 'message');
    expect(message).toMatchObject({
      ...{ type, role: 'appMaker', name: 'Ann', avatarUrl: author.avatarUrl, metadata: { ticket: 7 } },
      source: { type: 'api' },
      ...(type !== 'image' && { text: expect.any(String) }),
    });
    expect(
      JSON.stringify(message).match(/"uri"|"payload"|"amount"|locationRequest/g)?.length ?? 0,
    ).toBeLessThanOrEqual(JSON.stringify(message).match(/"_id"/g)?.length ?? 0);
    const listed = z
      .object({ messages: z.array(z.unknown()) })
      .parse(plain(await api.messages.listMessages(app(), conversationId)));
    expect(listed.messages.at(-1)).toEqual(
      z.object({ messages: z.array(z.unknown()) }).parse(posted).messages[0],
    );
    feed.close();
  });

  it.each([
    ['no words', { type: 'text', text: ' ' }],
    ['an unknown kind', { type: 'hologram', text: 'x' }],
    [
      'a reply beside a link',
      {
        type: 'text',
        text: 'x',
        actions: [
          { type: 'reply', text: 'A', payload: 'a' },
          { type: 'link', text: 'B', uri: 'https://example.com' },
        ],
      },
    ],
    ['an empty carousel', { type: 'carousel', items: [] }],
    ['a card without a title', { type: 'carousel', items: [{ description: 'x' }] }],
    ['an image of nothing', { type: 'image' }],
    ['a place off the globe', { type: 'location', coordinates: { lat: 91, long: 0 } }],
  ])('is refused %s', async (_what, content) => {
    const { conversationId } = await customer();
    await expect(api.messages.postMessage(app(), conversationId, { author, content })).rejects.toMatchObject({
      status: 400,
      response: { body: { errors: [{ code: 'bad_request', title: expect.any(String) }] } },
    });
  });

  it('speaks for a user only in that user’s conversation', async () => {
    const [ana, bo] = [await customer(), await customer()];
    const content = { type: 'text', text: 'on their behalf' };
    const as = (userId: string) => ({ author: { type: 'user', userId }, content });
    expect(
      plain(await api.messages.postMessage(app(), ana.conversationId, as(ana.device.appUserId))),
    ).toMatchObject({
      messages: [{ author: { type: 'user', userId: ana.device.appUserId, userExternalId: ana.userId } }],
    });
    expect((await ana.device.page()).messages.at(-1)).toMatchObject({
      role: 'appUser',
      text: 'on their behalf',
    });
    await expect(
      api.messages.postMessage(app(), ana.conversationId, as(bo.device.appUserId)),
    ).rejects.toMatchObject({ status: 404 });
  });

  it('pages back from the newest message and forward again', async () => {
    const { device, conversationId } = await customer();
    for (let index = 1; index < 150; index += 1) await device.send(`m${index}`);
    const Page = z.object({
      messages: z.array(z.object({ id: z.string(), content: z.object({ text: z.string() }) })),
      meta: z.object({ hasMore: z.boolean(), beforeCursor: z.string(), afterCursor: z.string() }),
      links: z.object({ prev: z.url().optional(), next: z.url().optional() }),
    });
    const list = async (page?: object) =>
      Page.parse(plain(await api.messages.listMessages(app(), conversationId, page && { page })));
    const newest = await list();
    expect(newest.messages.map(({ content }) => content.text)).toEqual(
      Array.from({ length: 100 }, (_, i) => `m${i + 50}`),
    );
    expect(newest.meta.hasMore).toBe(true);
    const older = await list({ before: newest.meta.beforeCursor });
    expect(older.messages.map(({ content }) => content.text)).toEqual([
      'hello',
      ...Array.from({ length: 49 }, (_, i) => `m${i + 1}`),
    ]);
    expect(older).toMatchObject({ meta: { hasMore: false }, links: {} });
    expect((await list({ after: older.meta.afterCursor })).messages).toEqual(newest.messages);
    const first = await list({ after: older.meta.beforeCursor });
    expect(first.messages).toHaveLength(100);
    expect(first.links.next).toContain(first.meta.afterCursor);
    await expect(
      api.messages.listMessages(app(), conversationId, { page: { before: 'unknown' } }),
    ).rejects.toMatchObject({ status: 400 });
  });

  it('is seen typing and reading; a user’s side can only be read', async () => {
    const { device, conversationId } = await customer();
    const feed = await device.listen();
    const act = (type: string, by: object = author) =>
      api.activities.postActivity(app(), conversationId, { author: by, type });
    await act('typing:start');
    await act('typing:stop');
    await act('conversation:read');
    await feed.find((event) => JSON.stringify(event).includes('conversation:read'));
    expect(feed.events.map(({ activity }) => z.object({ type: z.string() }).parse(activity).type)).toEqual([
      'typing:start',
      'typing:stop',
      'conversation:read',
    ]);
    const user = { type: 'user', userId: device.appUserId };
    await act('conversation:read', user);
    await expect(act('typing:start', user)).rejects.toMatchObject({ status: 400 });
    await expect(act('dancing')).rejects.toMatchObject({ status: 400 });
    feed.close();
  });

  it('manages keys', async () => {
    const created = z
      .object({ key: HasId })
      .parse(plain(await api.keys.createAppKey(app(), { displayName: 'spare' })));
    expect(plain(await api.keys.getAppKey(app(), created.key.id))).toMatchObject(created);
    expect(JSON.stringify(await api.keys.listAppKeys(app()))).toContain(created.key.id);
    await api.keys.deleteAppKey(app(), created.key.id);
    await expect(api.keys.getAppKey(app(), created.key.id)).rejects.toMatchObject({ status: 404 });
  });
});

describe('The business’s credential', () => {
  it('may be a JWT with scope app', async () => {
    const client = new sunshine.ApiClient();
    client.basePath = service.ready.baseUrl;
    client.authentications.bearerAuth.accessToken = await mint(service.ready.appKey, { scope: 'app' });
    const externalId = newUserId();
    expect(plain(await apisOf(client).users.createUser(app(), { externalId }))).toMatchObject({
      user: { externalId },
    });
  });

  it('is nothing less than that', async () => {
    const { device, userId, conversationId } = await customer();
    const { id, secret } = service.ready.appKey;
    const session = device.credential.kind === 'session' ? device.credential.token : '';
    const basic = (name: string, word: string) =>
      `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
    const headers = [
      undefined,
      basic(id, ''),
      basic(id, `${secret}x`),
      basic(id, secret.slice(1)),
      basic('', secret),
      basic(device.appUserId, session),
      `Bearer ${await mint(service.ready.appKey, { scope: 'user', external_id: userId })}`,
      `Bearer ${await mint({ id, secret: 'x' }, { scope: 'app' })}`,
      `Bearer ${await mint(service.ready.appKey, { scope: 'app', exp: 1 })}`,
      `Bearer ${await userJwt(service.ready, userId)}`,
      'Bearer',
      'Basic',
    ];
    for (const authorization of headers) {
      for (const path of [
        `/conversations/${conversationId}/messages`,
        `/users/${device.appUserId}`,
        '/keys',
        '/users',
      ]) {
        const response = await fetch(`${service.ready.baseUrl}/v2/apps/${app()}${path}`, {
          headers: { ...(authorization !== undefined && { authorization }) },
        });
        expect([401, 403]).toContain(response.status);
        expect(await response.json()).toMatchObject({ errors: [{ code: expect.any(String) }] });
      }
    }
  });

  it('is for this app', async () => {
    await expect(api.users.getUser('0123456789abcdef01234567', 'x')).rejects.toMatchObject({ status: 404 });
  });
});
