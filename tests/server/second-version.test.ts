/** SDK API v2, as newer clients speak it, beside v1 on the same data. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WireMessage } from '../../contract/sdk-api.ts';
import { Device, expectStatus, mint, newUserId, say, type Reply } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const Conversation = z.looseObject({
  ...{ _id: z.string(), type: z.string(), isDefault: z.boolean(), lastUpdatedAt: z.number() },
  participants: z.array(z.object({ _id: z.string(), appUserId: z.string(), unreadCount: z.number() })),
});
/** What the Android client cannot do without. */
const UserResponse = z.object({
  settings: z.object({
    realtime: z.looseObject({ enabled: z.literal(true), baseUrl: z.url(), connectionDelay: z.number() }),
  }),
  conversations: z.array(Conversation),
  conversationsPagination: z.object({ hasMore: z.boolean() }),
  appUser: z.looseObject({
    _id: z.string(),
    clients: z.array(z.unknown()),
    pendingClients: z.array(z.unknown()),
    properties: z.looseObject({}),
  }),
  appUsers: z.record(z.string(), z.looseObject({ _id: z.string() })),
  sessionToken: z.string().optional(),
});
const Posted = z.object({ message: WireMessage, messages: z.array(WireMessage).length(1) });

/** A device whose calls go to `v2`. */
class NewerDevice extends Device {
  override request(...[method, path, body, headers]: Parameters<Device['request']>): Promise<Reply> {
    return super.request(method, `/../../v2/apps/${this.ready.appId}${path}`, body, headers);
  }

  async begin(more: object = {}): Promise<z.infer<typeof UserResponse>> {
    const reply = await this.request('POST', '/appusers', {
      client: this.client,
      intent: 'conversation:start',
      ...more,
    });
    const user = UserResponse.parse(expectStatus(reply, 201));
    this.appUserId = user.appUser._id;
    if (user.sessionToken !== undefined) {
      this.credential = { kind: 'session', id: this.appUserId, token: user.sessionToken };
    }
    return user;
  }

  get author(): object {
    return { role: 'appUser', appUserId: this.appUserId, client: this.client };
  }

  async say(conversation: string, message: object): Promise<WireMessage> {
    const reply = await this.request('POST', `/conversations/${conversation}/messages`, {
      author: this.author,
      message,
    });
    return Posted.parse(expectStatus(reply, 201)).message;
  }

  /** The same person and device, by the first version. */
  get older(): Device {
    const older = new Device(this.ready, this.clientId);
    return Object.assign(older, { appUserId: this.appUserId, credential: this.credential });
  }
}

const visitor = async () => {
  const device = new NewerDevice(service.ready);
  const [first] = (await device.begin()).conversations;
  return { device, home: first?._id ?? '' };
};

describe('A newer client', () => {
  it('finds its configuration by integration', async () => {
    for (const path of ['/v2/integrations/ID/config', '/integrations/ID/config', '/v2/apps/ID/config']) {
      const answer = await fetch(`${service.ready.configBaseUrl}${path.replace('ID', service.ready.appId)}`);
      expect(await answer.json()).toMatchObject({ config: { app: { _id: service.ready.appId } } });
    }
  });

  it('begins with a default conversation, which is the one the first version shows', async () => {
    const { device, home } = await visitor();
    const sent = await device.say(home, { type: 'text', role: 'appUser', text: 'from v2' });
    expect((await device.older.page()).messages).toEqual([sent]);
    await device.older.send('from v1');
    const page = await device.request('GET', `/conversations/${home}/messages`);
    expect(page.body).toMatchObject({
      messages: [{ text: 'from v2' }, { text: 'from v1' }],
      hasPrevious: false,
    });
  });

  it('has more conversations, listed ten at a time, the liveliest first', async () => {
    const { device, home } = await visitor();
    await device.say(home, { text: 'hello' });
    const made: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      const reply = await device.request('POST', `${device.own}/conversations`, {
        type: 'personal',
        client: device.client,
        displayName: `Topic ${index}`,
      });
      const { conversation, conversations } = z
        .object({ conversation: Conversation, conversations: z.array(Conversation) })
        .parse(expectStatus(reply, 201));
      expect(conversations.map(({ _id }) => _id)).toContain(conversation._id);
      await device.say(conversation._id, { text: `about ${index}` });
      made.push(conversation._id);
    }
    const List = UserResponse.pick({ conversations: true, conversationsPagination: true });
    const first = List.parse((await device.request('GET', `${device.own}/conversations`)).body);
    const rest = List.parse((await device.request('GET', `${device.own}/conversations?offset=10`)).body);
    expect(first.conversationsPagination.hasMore).toBe(true);
    expect(rest.conversationsPagination.hasMore).toBe(false);
    expect([...first.conversations, ...rest.conversations].map(({ _id }) => _id)).toEqual([
      ...made.toReversed(),
      home,
    ]);
    expect((await device.request('GET', `${device.own}/conversations?offset=-1`)).status).toBe(400);
    expect((await device.older.page()).messages.map(({ text }) => text)).toEqual(['hello']);
  });

  it('changes and reads a conversation, counting for itself alone', async () => {
    const { device, home } = await visitor();
    await say(service.ready, home, 'one');
    const path = `/conversations/${home}`;
    expect((await device.request('GET', path)).body).toMatchObject({
      conversation: { participants: [{ appUserId: device.appUserId, unreadCount: 1 }] },
      messages: [{ text: 'one' }],
    });
    const activity = { author: device.author, activity: { type: 'conversation:read' } };
    expect((await device.request('POST', `${path}/activity`, activity)).status).toBe(200);
    expect(
      (await device.request('PUT', path, { displayName: 'Help', metadata: { a: 1 } })).body,
    ).toMatchObject({
      conversation: {
        displayName: 'Help',
        metadata: { a: 1 },
        participants: [{ unreadCount: 0, lastRead: expect.any(Number) }],
      },
    });
    const cleared = (await device.request('PUT', path, { displayName: null })).body;
    expect(JSON.stringify(cleared)).not.toContain('Help');
  });

  it('uploads any file, and hears of everything on its one channel', async () => {
    const { device, home } = await visitor();
    const feed = await device.listen();
    const form = new FormData();
    form.set('author', JSON.stringify(device.author));
    form.set('message', JSON.stringify({ metadata: { a: 1 } }));
    form.set('source', new Blob(['minutes']), 'minutes.txt');
    const token = device.credential.kind === 'session' ? device.credential.token : '';
    const sent = await fetch(
      `${service.ready.configBaseUrl}/v2/apps/${service.ready.appId}/conversations/${home}/files`,
      {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${device.appUserId}:${token}`).toString('base64')}` },
        body: form,
      },
    );
    const { message } = Posted.parse(await sent.json());
    expect(message).toMatchObject({
      type: 'file',
      mediaSize: 7,
      metadata: { a: 1 },
      source: { id: device.clientId },
    });
    expect(await (await fetch(message.mediaUrl ?? '')).text()).toBe('minutes');
    const event = await feed.find(({ type }) => type === 'message');
    expect(event).toMatchObject({ conversation: { _id: home }, message: { _id: message._id } });
    feed.close();
  });

  it('logs in by the newer claims, always to a user, and takes its history along', async () => {
    const { device, home } = await visitor();
    await device.say(home, { text: 'before' });
    const userId = newUserId();
    const jwt = await mint(service.ready.appKey, { scope: 'user', external_id: userId });
    const token = device.credential.kind === 'session' ? device.credential.token : '';
    const login = (who: NewerDevice, more: object) => {
      who.credential = { kind: 'jwt', jwt };
      return who.request('POST', '/login', { userId, client: who.client, ...more });
    };
    const answer = await login(device, { appUserId: device.appUserId, sessionToken: token });
    const user = UserResponse.parse(expectStatus(answer, 200));
    expect(user).toMatchObject({
      appUser: { _id: device.appUserId, userId },
      conversations: [{ _id: home }],
    });
    expect(user.sessionToken).toBeUndefined();
    const stranger = new NewerDevice(service.ready);
    const unknown = await mint(service.ready.appKey, { scope: 'user', external_id: newUserId('new') });
    stranger.credential = { kind: 'jwt', jwt: unknown };
    const { external_id: named } = JSON.parse(
      Buffer.from(unknown.split('.')[1] ?? '', 'base64url').toString(),
    );
    const fresh = await stranger.request('POST', '/login', { userId: named, client: stranger.client });
    expect(UserResponse.parse(expectStatus(fresh, 200))).toMatchObject({
      conversations: [],
      appUser: { userId: named, conversationStarted: false },
    });
  });
});
