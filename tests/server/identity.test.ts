import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WireMessage } from '../../contract/sdk-api.ts';
import { Device, business, mint, newClientId, newUserId, say, userJwt } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const newDevice = (clientId?: string): Device => new Device(service.ready, clientId);
const jwtOf = (userId: string): Promise<string> => userJwt(service.ready, userId);

/** A device of a verified user who has written before. */
async function writer(userId: string, ...texts: string[]): Promise<Device> {
  const device = newDevice();
  if ((await device.login(userId, await jwtOf(userId))) === null) await device.create({ userId });
  for (const text of texts) await device.send(text);
  return device;
}

async function anonymous(...texts: string[]): Promise<Device> {
  const device = newDevice();
  await device.create();
  for (const text of texts) await device.send(text);
  return device;
}

const textsOf = (messages: readonly unknown[]): (string | undefined)[] =>
  messages.map((message) => WireMessage.parse(message).text);

describe('Login of an anonymous visitor with history', () => {
  it('to a userId nobody has keeps the user, the conversation and every message', async () => {
    const device = await anonymous('one', 'two');
    const before = await device.page();
    const oldId = device.appUserId;
    const userId = newUserId();
    const bundle = await device.login(userId, await jwtOf(userId));
    expect(bundle?.appUser).toMatchObject({ _id: oldId, userId, credentialRequired: true });
    expect(bundle?.messages).toEqual(before.messages);
    expect(bundle?.sessionToken).toBeUndefined();
  });

  it('to a userId that exists becomes that user, both histories in order on both devices', async () => {
    const userId = newUserId();
    const known = await writer(userId, 'k1');
    const visitor = await anonymous('v1');
    await known.send('k2');
    await visitor.send('v2');
    await known.send('k3');
    const before = await known.page();
    const [knownFeed, visitorFeed] = [await known.listen(), await visitor.listen()];
    const visitorId = visitor.appUserId;

    const bundle = await visitor.login(userId, await jwtOf(userId));
    expect(bundle?.appUser._id).toBe(known.appUserId);
    expect(bundle?.conversation?._id).toBe(before.conversation._id);
    expect(textsOf(bundle?.messages ?? [])).toEqual(['k1', 'v1', 'k2', 'v2', 'k3']);
    const after = await known.page();
    expect(after.messages).toEqual(bundle?.messages.map((message) => WireMessage.parse(message)));
    expect(after.messages.filter(({ text }) => text?.startsWith('k'))).toEqual(before.messages);
    expect(after.messages.every(({ authorId }) => authorId === known.appUserId)).toBe(true);

    const link = {
      type: 'link',
      appUser: { _id: known.appUserId, userId },
      client: { id: visitor.clientId },
    };
    expect(await knownFeed.find(({ type }) => type === 'link')).toMatchObject(link);
    const farewell = await visitorFeed.find(({ type }) => type === 'link');
    expect(farewell).toMatchObject(link);
    expect(JSON.stringify(farewell)).not.toContain('sessionToken');
    expect(visitorId).not.toBe(known.appUserId);
    knownFeed.close();
    visitorFeed.close();
  });

  it('fills the gaps of the profile, adds up what is unread and joins the devices', async () => {
    const userId = newUserId();
    const known = await writer(userId, 'k');
    await known.request('PUT', known.own, { givenName: 'Known', properties: { a: 1, both: 'known' } });
    const visitor = newDevice();
    await visitor.create({ givenName: 'Visitor', surname: 'Gap', properties: { b: 2, both: 'visitor' } });
    for (const device of [known, visitor]) {
      await say(service.ready, (await device.page()).conversation._id, 'unread');
    }
    const bundle = await visitor.login(userId, await jwtOf(userId));
    expect(bundle?.conversation?.unreadCount).toBe(2);
    expect(bundle?.appUser).toMatchObject({
      givenName: 'Known',
      surname: 'Gap',
      properties: { a: 1, b: 2, both: 'known' },
    });
    const ids = bundle?.appUser.clients.map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set([known.clientId, visitor.clientId]));
  });

  it('takes its idempotency keys along', async () => {
    const userId = newUserId();
    await writer(userId, 'k');
    const visitor = await anonymous();
    const first = await visitor.send('sent as a visitor', 'key-a');
    await visitor.login(userId, await jwtOf(userId));
    const again = await visitor.send('sent once more', 'key-a');
    expect(again).toMatchObject({ _id: first._id, text: 'sent as a visitor' });
    expect((await visitor.page()).messages).toHaveLength(2);
  });

  it('to a user who never wrote hands over the whole conversation', async () => {
    const userId = newUserId();
    expect((await business(service.ready, 'POST', '/users', { externalId: userId })).status).toBe(201);
    const visitor = await anonymous('v1', 'v2');
    const { conversation } = await visitor.page();
    const visitorId = visitor.appUserId;
    const bundle = await visitor.login(userId, await jwtOf(userId));
    expect(bundle?.appUser._id).not.toBe(visitorId);
    expect(bundle?.conversation?._id).toBe(conversation._id);
    expect(textsOf(bundle?.messages ?? [])).toEqual(['v1', 'v2']);
    await visitor.send('v3');
    expect(textsOf((await visitor.page()).messages)).toEqual(['v1', 'v2', 'v3']);
  });

  it('K-13 leaves the old session dead, by HTTP and on the channel', async () => {
    const userId = newUserId();
    await writer(userId, 'k');
    const visitor = await anonymous('v');
    const ghost = newDevice(visitor.clientId);
    ghost.appUserId = visitor.appUserId;
    ghost.credential = visitor.credential;
    await visitor.login(userId, await jwtOf(userId));
    expect(await ghost.request('GET', ghost.own)).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_auth' } },
    });
    await expect(ghost.listen()).rejects.toThrow(/^403:.*Forbidden channel$/);
    visitor.appUserId = ghost.appUserId;
    expect((await visitor.request('GET', visitor.own)).status).toBe(404);
  });

  it('whose answer was lost gets the same answer again', async () => {
    const userId = newUserId();
    const known = await writer(userId, 'k');
    const visitor = await anonymous('v');
    const [appUserId, { credential }] = [visitor.appUserId, visitor];
    await visitor.login(userId, await jwtOf(userId));
    visitor.appUserId = appUserId;
    visitor.credential = credential;
    const again = await visitor.login(userId, await jwtOf(userId));
    expect(again?.appUser._id).toBe(known.appUserId);
    expect(textsOf(again?.messages ?? [])).toEqual(['k', 'v']);
  });

  it('K-13 never brings along a user whose token it does not have', async () => {
    const userId = newUserId();
    await writer(userId, 'k');
    const stranger = await anonymous('private');
    const thief = newDevice();
    for (const credential of [
      { kind: 'none' as const },
      { kind: 'session' as const, id: stranger.appUserId, token: 'x'.repeat(43) },
    ]) {
      thief.appUserId = stranger.appUserId;
      thief.credential = credential;
      const bundle = await thief.login(userId, await jwtOf(userId));
      expect(textsOf(bundle?.messages ?? [])).toEqual(['k']);
    }
    expect(textsOf((await stranger.page()).messages)).toEqual(['private']);
  });

  it('K-13 is refused with a JWT for someone else, and nothing has changed', async () => {
    const device = await anonymous('mine');
    const refused = device.login(newUserId(), await jwtOf(newUserId()));
    await expect(refused).rejects.toThrow(/403.*forbidden/);
    expect(textsOf((await device.page()).messages)).toEqual(['mine']);
  });
});

describe('Switching users on one device', () => {
  it('shows each only their own, and brings back the first', async () => {
    const [ana, bo] = [newUserId('ana'), newUserId('bo')];
    await writer(bo, 'from bo');
    const device = await writer(ana, 'from ana');
    const asBo = await device.login(bo, await jwtOf(bo));
    expect(textsOf(asBo?.messages ?? [])).toEqual(['from bo']);
    const asAna = await device.login(ana, await jwtOf(ana));
    expect(textsOf(asAna?.messages ?? [])).toEqual(['from ana']);
    expect(asBo?.appUser._id).not.toBe(asAna?.appUser._id);
  });

  it('makes the device active for the last one only', async () => {
    const [ana, bo] = [newUserId('ana'), newUserId('bo')];
    const device = await writer(ana, 'x');
    const other = await writer(bo, 'y');
    await device.login(bo, await jwtOf(bo));
    const clients = async (user: string): Promise<unknown> =>
      (await business(service.ready, 'GET', `/users/${encodeURIComponent(user)}/clients`)).body;
    expect(await clients(ana)).toMatchObject({ clients: [{ id: device.clientId, status: 'inactive' }] });
    expect(await clients(bo)).toMatchObject({
      clients: expect.arrayContaining([
        expect.objectContaining({ id: device.clientId, status: 'active' }),
        expect.objectContaining({ id: other.clientId, status: 'active' }),
      ]),
    });
  });
});

describe('Login by userId alone', () => {
  it('gives a token for this user and device, and finds the thread from a second device', async () => {
    const userId = newUserId();
    const [first, second] = [newDevice(), newDevice()];
    expect((await first.login(userId))?.sessionToken).toBeTruthy();
    await first.send('hello');
    const bundle = await second.login(userId);
    expect(textsOf(bundle?.messages ?? [])).toEqual(['hello']);
    expect(bundle?.appUser).toMatchObject({ userId, credentialRequired: false });
  });

  it('brings an anonymous history along', async () => {
    const userId = newUserId();
    const visitor = await anonymous('v');
    const id = visitor.appUserId;
    const bundle = await visitor.login(userId);
    expect(bundle?.appUser).toMatchObject({ _id: id, userId });
    expect(textsOf((await visitor.page()).messages)).toEqual(['v']);
  });

  it('leaves earlier tokens of the device alive, because an answer may have been lost', async () => {
    const userId = newUserId();
    const device = newDevice();
    await device.login(userId);
    const { credential } = device;
    await device.login(userId);
    device.credential = credential;
    expect((await device.request('GET', device.own)).status).toBe(200);
  });

  it('does not pile up tokens', async () => {
    const userId = newUserId();
    const device = newDevice();
    await device.login(userId);
    const { credential } = device;
    for (let round = 0; round < 4; round += 1) await device.login(userId);
    device.credential = credential;
    expect((await device.request('GET', device.own)).status).toBe(401);
  });

  it('cannot take the place of an anonymous user by naming a device', async () => {
    const visitor = await anonymous('private');
    const thief = newDevice(visitor.clientId);
    const bundle = await thief.login(newUserId());
    expect(bundle?.messages).toEqual([]);
  });
});

describe('A userId once used with a JWT', () => {
  it('K-12 needs one ever after: old sessions die by HTTP and on the channel', async () => {
    const userId = newUserId();
    const device = newDevice();
    await device.login(userId);
    await device.send('hello');
    const feed = await device.listen();
    const verified = await writer(userId);
    const live = await verified.listen();
    await verified.send('verified');
    await live.text('verified');
    expect(feed.texts()).toEqual([]);

    expect(await device.request('GET', device.own)).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_auth' } },
    });
    await expect(device.listen()).rejects.toThrow(/^403:/);
    await expect(newDevice().login(userId)).rejects.toThrow(/401.*invalid_auth/);
    await expect(newDevice().create({ userId })).rejects.toThrow(/401.*invalid_auth/);
    for (const each of [feed, live]) each.close();
  });

  it('is secured by any use of the JWT, not by login alone', async () => {
    const userId = newUserId();
    const device = newDevice();
    await device.login(userId);
    const old = device.credential;
    device.credential = { kind: 'jwt', jwt: await jwtOf(userId) };
    expect((await device.request('GET', device.own)).status).toBe(200);
    device.credential = old;
    expect((await device.request('GET', device.own)).status).toBe(401);
  });
});

describe('Logout', () => {
  it('detaches the device; the next message comes from someone new', async () => {
    const userId = newUserId();
    const device = await writer(userId, 'before');
    const out = await device.request('POST', `${device.own}/logout`, { client: { id: device.clientId } });
    expect(out).toMatchObject({ status: 200, body: {} });
    const oldId = device.appUserId;
    const next = newDevice(device.clientId);
    await next.create();
    expect(next.appUserId).not.toBe(oldId);
    next.appUserId = oldId;
    expect((await next.request('GET', next.own)).status).toBe(404);
  });

  it('ends the sessions of this device and of no other', async () => {
    const userId = newUserId();
    const [first, second] = [newDevice(), newDevice()];
    await first.login(userId);
    await second.login(userId);
    await first.request('POST', `${first.own}/logout`, { client: { id: first.clientId } });
    expect((await first.request('GET', first.own)).status).toBe(401);
    expect((await second.request('GET', second.own)).status).toBe(200);
  });

  it('works for an anonymous visitor too', async () => {
    const device = await anonymous('x');
    const out = await device.request('POST', `${device.own}/logout`, { client: { id: 'whatever' } });
    expect(out.status).toBe(200);
    expect((await device.request('GET', device.own)).status).toBe(401);
  });
});

describe('Someone else’s user', () => {
  it('cannot be told from one who does not exist', async () => {
    const userId = newUserId();
    const victim = await writer(userId, 'secret');
    const asked = [await anonymous('x'), await writer(newUserId(), 'y')];
    for (const device of asked) {
      const own = device.appUserId;
      for (const path of ['', '/messages', '/conversation/read', '/conversation', '/logout', '/postback']) {
        const method = path === '' || path === '/messages' ? 'GET' : 'POST';
        const replies = [];
        for (const id of [victim.appUserId, '0123456789abcdef01234567', 'x', '..%2f']) {
          device.appUserId = id;
          replies.push(
            await device.request(
              method,
              `${device.own}${path}`,
              method === 'POST'
                ? {
                    client: { id: newClientId() },
                    postback: { actionId: 'x' },
                  }
                : undefined,
            ),
          );
        }
        for (const reply of replies) {
          expect(reply).toMatchObject({ status: 404, body: { error: { code: 'user_not_found' } } });
          expect(reply.body).toEqual(replies[0]?.body);
        }
      }
      device.appUserId = own;
    }
    const nobody = newDevice();
    for (const id of [victim.appUserId, 'nobody']) {
      nobody.appUserId = id;
      expect(await nobody.request('GET', nobody.own)).toMatchObject({
        status: 401,
        body: { error: { code: 'unauthorized' } },
      });
    }
  });

  it('K-13 is not reached with one’s own token under their name', async () => {
    const [victim, thief] = [await anonymous('secret'), await anonymous('x')];
    if (thief.credential.kind !== 'session') throw new Error('expected a session');
    thief.credential = { ...thief.credential, id: victim.appUserId };
    thief.appUserId = victim.appUserId;
    expect((await thief.request('GET', thief.own)).status).toBe(401);
  });
});

describe('A key', () => {
  it('deleted ends what was signed with it at once; another key’s tokens live on', async () => {
    const created = await business(service.ready, 'POST', '/keys', { displayName: 'second' });
    const key = (created.body as { key: { id: string; secret: string } }).key;
    const userId = newUserId();
    const device = await writer(userId, 'x');
    const old = newDevice();
    await old.login(userId, await mint(key, { scope: 'user', external_id: userId }));
    const feed = await old.listen();

    expect((await business(service.ready, 'DELETE', `/keys/${key.id}`)).status).toBe(200);
    expect(await old.request('GET', old.own)).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_auth' } },
    });
    await expect(old.listen()).rejects.toThrow(/^403:/);
    const live = await device.listen();
    await device.send('after');
    await live.text('after');
    expect(feed.texts()).not.toContain('after');
    for (const each of [feed, live]) each.close();
  });

  it('is not deleted if it is the last', async () => {
    expect((await business(service.ready, 'DELETE', `/keys/${service.ready.appKey.id}`)).status).toBe(409);
  });
});
