import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userChannel } from '../../contract/sdk-api.ts';
import { Device, Feed, mint, newUserId, userJwt } from './device.ts';
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

/** One Bayeux request by hand. */
async function bayeux(
  messages: unknown,
  init: RequestInit = {},
): Promise<{ status: number; replies: unknown }> {
  const response = await fetch(`${service.ready.baseUrl}/faye`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof messages === 'string' ? messages : JSON.stringify(messages),
    ...init,
  });
  const text = await response.text();
  return { status: response.status, replies: text.startsWith('[') ? JSON.parse(text) : text };
}

const handshake = {
  channel: '/meta/handshake',
  version: '1.0',
  supportedConnectionTypes: ['long-polling'],
  id: '1',
};

async function shakeHands(): Promise<string> {
  const { replies } = await bayeux([handshake]);
  return (replies as [{ clientId: string }])[0].clientId;
}

describe('A subscription', () => {
  it.each(['session', 'appUser JWT', 'user JWT'])(
    'is granted to the owner of the channel by %s',
    async (kind) => {
      const device = await someone();
      if (kind !== 'session') {
        const userId = newUserId();
        const claims =
          kind === 'user JWT' ? { scope: 'user', external_id: userId } : { scope: 'appUser', userId };
        await device.login(userId, await mint(service.ready.appKey, claims));
      }
      const feed = await device.listen();
      const sent = await device.send('hello');
      expect(await feed.text('hello')).toEqual(sent);
      feed.close();
    },
  );

  it('S-05 is refused, with a code that is not retried, for anything but exactly one’s own channel', async () => {
    const [device, victim] = [await someone(), await someone()];
    const own = userChannel(service.ready.appId, device.appUserId);
    const theirs = userChannel(service.ready.appId, victim.appUserId);
    const subscriptions = [
      theirs,
      [own, theirs],
      [theirs, own],
      [own, own],
      [],
      '/**',
      '/*',
      `/sdk/apps/${service.ready.appId}/appusers/*`,
      `/sdk/apps/${service.ready.appId}/**`,
      `${own}/*`,
      `${own}/**`,
      `${own}/x`,
      `${own}/`,
      own.toUpperCase(),
      own.replace('appusers', 'AppUsers'),
      own.slice(1),
      `/${own}`,
      [[own]],
      { 0: own },
      5,
      null,
      '/meta/connect',
      '/service/x',
      `${own}\u0000`,
      'x'.repeat(2000),
    ];
    const clientId = await shakeHands();
    const leaks: unknown[] = [];
    for (const subscription of subscriptions) {
      const message = { channel: '/meta/subscribe', clientId, subscription, id: '2', ext: device.ext() };
      const { replies } = await bayeux([message]);
      if (JSON.stringify(replies).includes('"successful":true')) leaks.push(subscription);
    }
    expect(leaks).toEqual([]);
    const direct = { channel: '/meta/subscribe', clientId, subscription: theirs, id: '2', ext: device.ext() };
    expect((await bayeux([direct])).replies).toEqual([
      expect.objectContaining({ successful: false, error: `403:${theirs}:Forbidden channel` }),
    ]);

    const poll = bayeux([
      {
        channel: '/meta/connect',
        clientId,
        connectionType: 'long-polling',
        id: '3',
        advice: { timeout: 300 },
      },
    ]);
    const control = await victim.listen();
    await victim.send('canary');
    await control.text('canary');
    expect(JSON.stringify((await poll).replies)).not.toContain('canary');
    control.close();
  });

  it('S-05 is refused with any credential that does not prove the user', async () => {
    const device = await someone();
    const userId = newUserId();
    await device.login(userId, await userJwt(service.ready, userId));
    const other = await someone();
    const key = service.ready.appKey;
    const now = Math.floor(Date.now() / 1000);
    const ids = { appId: service.ready.appId, appUserId: device.appUserId };
    const exts = [
      null,
      {},
      ids,
      { ...ids, sessionToken: '' },
      { ...ids, sessionToken: 'x'.repeat(43) },
      { ...ids, sessionToken: 5 },
      { ...other.ext(), appUserId: device.appUserId },
      { ...device.ext(), appId: '0123456789abcdef01234567' },
      { ...ids, jwt: await mint(key, { scope: 'appUser', userId: newUserId() }) },
      { ...ids, jwt: await mint(key, { scope: 'app', userId }) },
      { ...ids, jwt: await mint(key, { scope: 'appUser', userId, exp: now - 1 }) },
      { ...ids, jwt: await mint({ ...key, id: 'app_unknown' }, { scope: 'appUser', userId }) },
      { ...ids, jwt: await mint({ ...key, secret: 'x' }, { scope: 'appUser', userId }) },
      { ...ids, jwt: `${await mint(key, { scope: 'app' })}` },
    ];
    for (const ext of exts) {
      const feed = new Feed(service.ready, ext);
      await expect(feed.subscribe(userChannel(service.ready.appId, device.appUserId))).rejects.toThrow(
        /^403:/,
      );
      feed.close();
    }
  });

  it('ends for the listener when the JWT it was granted by runs out', async () => {
    const device = await someone();
    const userId = newUserId();
    const exp = Math.floor(Date.now() / 1000) + 2;
    await device.login(userId, await mint(service.ready.appKey, { scope: 'appUser', userId, exp }));
    const feed = await device.listen();
    const fresh = new Device(service.ready);
    await fresh.login(userId, await userJwt(service.ready, userId));
    await fresh.send('in time');
    await feed.text('in time');
    await expect.poll(() => Date.now() / 1000).toBeGreaterThan(exp);
    const control = await fresh.listen();
    await fresh.send('too late');
    await control.text('too late');
    expect(feed.texts()).toEqual(['in time']);
    for (const each of [feed, control]) each.close();
  });
});

describe('A client', () => {
  it('S-06 publishes nothing, on no channel, with or without an id', async () => {
    const device = await someone();
    const own = userChannel(service.ready.appId, device.appUserId);
    const feed = await device.listen();
    const clientId = await shakeHands();
    const data = { events: [{ type: 'message', text: 'forged' }] };
    for (const channel of [own, '/x', '/**', '/service/x', '/meta/unknown', '/meta/subscribe/x']) {
      for (const more of [{}, { clientId }, { clientId, ext: device.ext() }, { successful: true }]) {
        const { replies } = await bayeux([{ channel, data, id: '9', ...more }]);
        expect(JSON.stringify(replies)).not.toContain('"successful":true');
      }
    }
    const outcome = await feed.client.publish(own, data).then(
      () => 'published',
      (error) => error.code,
    );
    expect(outcome).toBe(403);
    await device.send('real');
    await feed.text('real');
    expect(feed.texts()).toEqual(['real']);
    feed.close();
  });

  it('S-08 never sees the credentials of another', async () => {
    const device = await someone();
    const feeds = [await device.listen(), await device.listen()];
    const seen: string[] = [];
    feeds[0]?.client.addExtension({
      incoming: (message, next) => {
        seen.push(JSON.stringify(message));
        next(message);
      },
    });
    const token = device.credential.kind === 'session' ? device.credential.token : '';
    await device.send('one');
    await feeds[0]?.text('one');
    expect(seen.join()).toContain('one');
    expect(seen.join()).not.toContain(token);
    expect(service.log()).not.toContain(token);
    for (const feed of feeds) feed.close();
  });
});

describe('The realtime door', () => {
  it('S-07 is open to POST and WebSocket alone', async () => {
    const query = encodeURIComponent(JSON.stringify([handshake]));
    const get = await fetch(`${service.ready.baseUrl}/faye?message=${query}&jsonp=cb`);
    expect([get.status, await get.text()]).toEqual([405, '']);
    const events = await fetch(`${service.ready.baseUrl}/faye/abc`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(events.status).toBe(404);
    for (const path of ['/faye.js', '/faye/client.js', '/faye-browser-min.js']) {
      expect((await fetch(`${service.ready.baseUrl}${path}`)).status).toBe(404);
    }
    expect((await bayeux('', { method: 'OPTIONS', body: null })).status).toBe(405);
    expect(
      (await bayeux([{ ...handshake, supportedConnectionTypes: ['callback-polling'] }])).replies,
    ).toEqual([
      expect.not.objectContaining({ supportedConnectionTypes: expect.arrayContaining(['callback-polling']) }),
    ]);
    const clientId = await shakeHands();
    for (const connectionType of ['callback-polling', 'eventsource', 'in-process', 'x', undefined]) {
      const { replies } = await bayeux([{ channel: '/meta/connect', clientId, connectionType, id: '2' }]);
      expect(replies).toEqual([expect.objectContaining({ successful: false })]);
    }
  });

  it('S-07 takes no bodies beyond 64 kB, and none of unknown length', async () => {
    expect((await bayeux(`["${'x'.repeat(65_536)}"]`)).status).toBe(413);
    const stream = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('[]'));
        controller.close();
      },
    });
    const init = { body: stream, duplex: 'half' } as RequestInit;
    expect((await bayeux('', init)).status).toBe(411);
  });

  it('stands up to nonsense', async () => {
    const nonsense: unknown[] = [
      ...[null, 5, 'x', [], {}, [null], [5], ['x'], [[]], [{}], { channel: 5 }],
      [{ channel: ['/meta/handshake'], version: '1.0', supportedConnectionTypes: ['long-polling'] }],
      [{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: 5 }],
      [{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: [5, {}] }],
      [{ channel: '/meta/connect', clientId: {}, connectionType: 'long-polling' }],
      [{ channel: '/meta/connect', clientId: '__proto__', connectionType: 'long-polling' }],
      [{ channel: '/meta/subscribe', clientId: 'constructor', subscription: {}, ext: [] }],
      Array.from({ length: 200 }, () => ({ channel: '/meta/disconnect', clientId: 'x' })),
    ];
    for (const messages of nonsense) await bayeux(messages);
    await bayeux('{"channel":');
    expect((await bayeux([handshake])).replies).toEqual([expect.objectContaining({ successful: true })]);
  });

  it('survives a poll that is given up', async () => {
    const device = await someone();
    const clientId = await shakeHands();
    const channel = userChannel(service.ready.appId, device.appUserId);
    const subscribe = {
      channel: '/meta/subscribe',
      clientId,
      subscription: channel,
      id: '2',
      ext: device.ext(),
    };
    await bayeux([subscribe]);
    const connectMessage = { channel: '/meta/connect', clientId, connectionType: 'long-polling', id: '3' };
    let aborted = 0;
    for (let round = 0; round < 6; round += 1) {
      const abort = new AbortController();
      const poll = bayeux([connectMessage], { signal: abort.signal }).catch(() => 'aborted');
      setTimeout(() => abort.abort(), 20);
      if ((await poll) === 'aborted') aborted += 1;
      await device.send(`while away ${round}`);
    }
    expect(aborted).toBeGreaterThan(0);
    expect(service.process.exitCode).toBeNull();
    expect((await bayeux([handshake])).status).toBe(200);
  });

  it('S-07 closes a socket that sends without measure', async () => {
    const socket = await upgrade({});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(
      Buffer.concat([
        Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 2, 3, 4]),
        Buffer.alloc(200_000),
      ]),
    );
    await closed;
    expect((await bayeux([handshake])).status).toBe(200);
  });

  it('closes a WebSocket frame that is no JSON without printing it', async () => {
    const marker = randomUUID();
    const socket = await upgrade({});
    const payload = Buffer.from(`not json ${marker}`);
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
    await expect.poll(() => service.log()).toContain('a library printed something');
    expect(service.log()).not.toContain(marker);
    socket.destroy();
  });

  it.each([
    ['another host', { Host: 'evil.example' }],
    ['a host that only begins like ours', { Host: '127.0.0.1.evil.example' }],
    ['a web page', { Origin: 'http://127.0.0.1' }],
    ['a sandboxed page', { Origin: 'null' }],
  ])('does not upgrade a connection for %s', async (_whom, headers) => {
    await expect(upgrade(headers)).rejects.toThrow('HTTP/1.1 404');
  });
});

/** A WebSocket handshake by hand. Rejects with the status line if it is not granted. */
function upgrade(headers: Record<string, string>): Promise<Socket> {
  const { hostname, port, host } = new URL(service.ready.baseUrl);
  const all = {
    Host: host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET /faye HTTP/1.1\r\n${lines.join('')}\r\n`);
    });
    socket.once('error', reject);
    socket.once('data', (answer: Buffer) => {
      const status = answer.toString('latin1').split('\r\n', 1)[0] ?? '';
      if (status.startsWith('HTTP/1.1 101')) resolve(socket);
      else reject(new Error(status));
    });
  });
}

describe('A listener', () => {
  it('is subscribed again after the service was killed, and reads what it missed', async () => {
    const doomed = await startService();
    const device = new Device(doomed.ready);
    await device.create();
    const feed = await device.listen();
    await device.send('before');
    await feed.text('before');
    await doomed.kill();
    const risen = await startService({ dataDir: doomed.dataDir });
    expect(risen.ready).toEqual(doomed.ready);
    await device.send('missed, perhaps');
    await expect
      .poll(
        async () => {
          await device.send('ping');
          return feed.texts();
        },
        { timeout: 15_000, interval: 200 },
      )
      .toContain('ping');
    const texts = (await device.history()).map(({ text }) => text);
    expect(texts.slice(0, 2)).toEqual(['before', 'missed, perhaps']);
    feed.close();
    await risen.stop();
    await rm(doomed.dataDir, { recursive: true });
  });
});
