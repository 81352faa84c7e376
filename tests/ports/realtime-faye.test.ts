import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createRealtime } from '../../main/adapters/realtime-faye.ts';
import type { RealtimeOptions } from '../../main/adapters/realtime-faye.ts';
import { hearing } from './realtime-hearing.ts';
import { FayeSite } from './realtime-site.ts';

const channel = '/sdk/apps/app/appusers/bob';
/** The machine may be busy. */
const patience = { timeout: 15_000 };
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function site(options = {}): Promise<FayeSite> {
  const opened = await FayeSite.open(options);
  cleanUp.push(() => opened.dispose());
  return opened;
}

function open(url: string, options: RealtimeOptions = {}) {
  const ear = hearing();
  const realtime = createRealtime({ deadlineMs: 3_000, graceMs: 2_000, ...options });
  const subscription = realtime.open({ url, channel, credential: () => ({ jwt: 'secret' }) }, ear.listener);
  cleanUp.push(() => subscription.close());
  return { ...ear, ...subscription };
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** An HTTP server that answers every poll as the test says, and lets no WebSocket through. */
async function answering(
  respond: (
    messages: readonly Record<string, unknown>[],
    response: ServerResponse,
    request: IncomingMessage,
  ) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return response.writeHead(404).end();
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => respond(JSON.parse(body) as Record<string, unknown>[], response, request));
  });
  cleanUp.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${await listen(server)}/faye`;
}

const webSocketOpened = 'HTTP/1.1 101';

/** A way to a server that can be cut without a word: nothing is closed, nothing arrives. */
async function freezable(target: string): Promise<{
  url: string;
  /** The server has sent something that begins so. */
  heard(beginning: string): Promise<void>;
  freeze(): void;
}> {
  const { port, pathname } = new URL(target);
  const sockets = new Set<Socket>();
  const said: string[] = [];
  const heard = (beginning: string): Promise<void> =>
    expect.poll(() => said.some((chunk) => chunk.startsWith(beginning)), patience).toBe(true);
  const proxy = createTcpServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.pipe(far).pipe(near);
    far.on('data', (chunk: Buffer) => said.push(chunk.toString('latin1')));
  });
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const url = `http://127.0.0.1:${await listen(proxy)}${pathname}`;
  const freeze = (): void => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  return { url, heard, freeze };
}

describe('Realtime over Faye', () => {
  it('prefers a WebSocket, and polls where there is none', async () => {
    for (const [websocket, expected] of [
      [true, 'websocket'],
      [false, 'long-polling'],
    ] as const) {
      const { url, seen } = await site({ websocket, timeout: 1 });
      const ear = open(url);
      await ear.heardOf('subscribed');
      await expect
        .poll(
          () => seen.filter((message) => message.channel === '/meta/connect').at(-1)?.connectionType,
          patience,
        )
        .toBe(expected);
      ear.close();
    }
  });

  it('K-16 shows its credential to the subscription and to nothing else', async () => {
    const { url, seen } = await site({ timeout: 1 });
    const ear = open(url);
    await ear.heardOf('subscribed');
    await expect
      .poll(() => seen.filter(({ channel: at }) => at === '/meta/connect').length, patience)
      .toBeGreaterThan(2);
    const withExt = seen.filter(({ ext }) => ext !== undefined);
    expect(withExt.map((message) => [message.channel, message.ext])).toEqual([
      ['/meta/subscribe', { jwt: 'secret' }],
    ]);
  });

  it('stays up while polls come and go', async () => {
    const { url, seen } = await site({ timeout: 1 });
    const ear = open(url);
    await ear.heardOf('subscribed');
    await expect.poll(() => seen.length, patience).toBeGreaterThan(6);
    expect(ear.heard).toEqual(['subscribed']);
  });

  it.each([true, false])(
    'finds out a connection that is cut without a word (WebSocket: %s)',
    async (websocket) => {
      const { url } = await site({ websocket, timeout: 1 });
      const way = await freezable(url);
      const ear = open(way.url);
      await ear.heardOf('subscribed');
      way.freeze();
      await ear.heardOf('down');
      expect(ear.heard).toEqual(['subscribed', 'down']);
    },
  );

  it('D-17 asks a silent WebSocket for a sign of life, long before its poll is due', async () => {
    const { url } = await site({ timeout: 3_600 });
    const way = await freezable(url);
    const ear = open(way.url, { idleMs: 50, pongMs: 1_000 });
    const witness = open(url, { idleMs: 50, pongMs: 15_000 });
    await Promise.all([ear.heardOf('subscribed'), witness.heardOf('subscribed')]);
    await way.heard(webSocketOpened);
    way.freeze();
    await ear.heardOf('down');
    expect([ear.heard, witness.heard]).toEqual([['subscribed', 'down'], ['subscribed']]);
  });

  it('D-17 finds out at once, when it is doubted, that nobody is there any more', async () => {
    const { url } = await site({ timeout: 3_600 });
    const way = await freezable(url);
    const ear = open(way.url, { idleMs: 3_600_000, pongMs: 50 });
    await ear.heardOf('subscribed');
    await way.heard(webSocketOpened);
    way.freeze();
    ear.check();
    await ear.heardOf('down');
    expect(ear.heard).toEqual(['subscribed', 'down']);
  });

  it('stays up when it is doubted and the service is there, and says nothing about it', async () => {
    const server = await site({ timeout: 3_600 });
    const way = await freezable(server.url);
    const ear = open(way.url, { idleMs: 3_600_000, pongMs: 15_000 });
    await Promise.all([ear.heardOf('subscribed'), way.heard(webSocketOpened)]);
    await server.publish(channel, { n: 1 });
    await ear.heardOf('received', 1);
    ear.check();
    ear.check();
    await way.heard('\x8a');
    await server.publish(channel, { n: 2 });
    await ear.heardOf('received', 2);
    expect(ear.heard).toEqual(['subscribed', { n: 1 }, { n: 2 }]);
  });

  it('has no way to doubt a poll but to begin anew', async () => {
    const { url } = await site({ websocket: false });
    const ear = open(url);
    await ear.heardOf('subscribed');
    ear.check();
    await ear.heardOf('down');
    expect(ear.heard).toEqual(['subscribed', 'down']);
  });

  it('D-17 asks for shorter polls, and counts on them once it has seen one', async () => {
    const { url, seen } = await site({ websocket: false, timeout: 3_600 });
    const way = await freezable(url);
    const ear = open(way.url, { pollMs: 100, graceMs: 1_000 });
    await ear.heardOf('subscribed');
    const polls = (): number => seen.filter((message) => message.channel === '/meta/connect').length;
    await expect.poll(polls, patience).toBeGreaterThan(2);
    way.freeze();
    await ear.heardOf('down');
    expect(ear.heard).toEqual(['subscribed', 'down']);
  });

  it('does not ask for longer polls than the server holds', async () => {
    const { url, seen } = await site({ timeout: 1 });
    const ear = open(url, { pollMs: 25_000 });
    await ear.heardOf('subscribed');
    await expect.poll(() => seen.length, patience).toBeGreaterThan(6);
    expect(ear.heard).toEqual(['subscribed']);
  });

  it('gives up on a server that takes the call and says nothing', async () => {
    const url = await answering(() => undefined);
    const ear = open(url, { deadlineMs: 200 });
    await ear.heardOf('down');
    expect(ear.heard).toEqual(['down']);
  });

  it('is down when the server has forgotten it, instead of starting anew behind our back', async () => {
    const url = await bayeux((message) =>
      message['channel'] === '/meta/connect' ? { successful: false, error: '401:c:Unknown client' } : {},
    );
    const ear = open(url);
    await ear.heardOf('down');
    expect(ear.heard.filter((what) => what === 'down')).toHaveLength(1);
  });

  it.each(['handshake', 'none'])(
    'is down when it is advised to begin again or to leave (%s)',
    async (reconnect) => {
      const url = await bayeux((message) =>
        message['channel'] === '/meta/connect' ? { advice: { reconnect, interval: 0 } } : {},
      );
      const ear = open(url);
      await ear.heardOf('down');
      expect(ear.heard.at(-1)).toBe('down');
    },
  );

  it.each([
    ['nothing Bayeux knows', '[null]'],
    ['a bare null', 'null'],
    ['numbers', '[1,2,[3]]'],
    ['a nameless reply', '[{"id":"1","successful":true}]'],
    [
      'a handshake without its transports',
      '[{"channel":"/meta/handshake","id":"1","successful":true,"clientId":"c"}]',
    ],
    [
      'transports that are none',
      '[{"channel":"/meta/handshake","id":"1","successful":true,"supportedConnectionTypes":5}]',
    ],
    ['a page', '<html>'],
    ['half an answer', '[{"channel":"/meta/hand'],
    ['nothing', ''],
  ])('survives a server that answers with %s', async (_name, body) => {
    const url = await answering((_messages, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    const ear = open(url, { deadlineMs: 300 });
    await ear.heardOf('down');
    expect(ear.heard).toEqual(['down']);
  });

  it.each([
    ['breaks off', (response: ServerResponse) => response.write('[{"channel":', () => response.destroy())],
    ['never ends', (response: ServerResponse) => pour(response)],
  ])('survives an answer that %s', async (_name, respond) => {
    const url = await answering((_messages, response) => void respond(response.writeHead(200)));
    const ear = open(url, { deadlineMs: 60_000 });
    await ear.heardOf('down');
    expect(ear.heard).toEqual(['down']);
  });

  it("survives a cookie for somebody else's domain", async () => {
    const url = await bayeux(() => ({}), {
      'set-cookie': ['a=b; Domain=example.com', '', ';;=', 'x=y; Domain=com'],
    });
    const ear = open(url);
    await ear.heardOf('subscribed');
    expect(ear.heard).toEqual(['subscribed']);
  });

  it.each(['[null]', 'null', '{"successful":true}', '"x"', '[[{"channel":"/meta/connect"}]]', 'no JSON'])(
    'survives a WebSocket frame of %s, and goes on',
    async (frame) => {
      const opened = await site({ timeout: 1 });
      const ear = open(opened.url);
      const upgraded = once(opened.server, 'upgrade');
      await ear.heardOf('subscribed');
      const [, socket] = (await upgraded) as [IncomingMessage, Socket];
      await expect
        .poll(
          () => opened.seen.filter(({ connectionType }) => connectionType === 'websocket').length,
          patience,
        )
        .toBeGreaterThan(0);
      socket.write(Buffer.concat([Buffer.from([0x81, Buffer.byteLength(frame)]), Buffer.from(frame)]));
      await opened.publish(channel, { n: 1 });
      await ear.heardOf('received');
      expect(ear.heard).toEqual(['subscribed', { n: 1 }]);
    },
  );

  it('K-16 follows no redirect and takes no proxy from the environment', async () => {
    const visits: string[] = [];
    const decoy = await answering((_messages, response, request) => {
      visits.push(request.url ?? '');
      response.writeHead(200).end('[]');
    });
    const url = await answering((_messages, response) => response.writeHead(307, { location: decoy }).end());
    const before = process.env['http_proxy'];
    process.env['http_proxy'] = decoy;
    try {
      await open(url, { deadlineMs: 300 }).heardOf('down');
      const { url: honest } = await site();
      await open(honest).heardOf('subscribed');
    } finally {
      if (before === undefined) delete process.env['http_proxy'];
      else process.env['http_proxy'] = before;
    }
    expect(visits).toEqual([]);
  });

  it("goes through the system's proxy", async () => {
    const { url } = await site();
    const asked: string[] = [];
    const proxy = createServer((_request, response) => response.writeHead(502).end());
    proxy.on('connect', (request: IncomingMessage, near: Socket) => {
      asked.push(`CONNECT ${request.url}`);
      const far = connect(Number(new URL(url).port), '127.0.0.1', () =>
        near.write('HTTP/1.1 200 OK\r\n\r\n'),
      );
      // Whoever gives up closes both, and not in an orderly way.
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far).pipe(near);
    });
    proxy.on('request', (request) => asked.push(`${request.method} ${request.url}`));
    cleanUp.push(() => proxy.close());
    const origin = `http://127.0.0.1:${await listen(proxy)}`;
    await open(url, { deadlineMs: 500, proxyFor: () => Promise.resolve(origin) }).heardOf('down');
    expect(asked).toContain(`POST ${url}`);
  });

  it.each([
    ['is never told', () => new Promise<null>(() => undefined)],
    ['cannot be told', () => Promise.reject(new Error('no proxy settings'))],
  ])('goes its own way if the proxy %s', async (_name, proxyFor) => {
    const { url } = await site();
    const ear = open(url, { deadlineMs: 4_000, proxyFor });
    await ear.heardOf('subscribed');
    expect(ear.heard).toEqual(['subscribed']);
  });

  it.each(['websocket', 'long-polling', 'silence'])(
    'leaves nothing alive once closed: a process ends by itself (%s)',
    async (kind) => {
      const url =
        kind === 'silence'
          ? await answering(() => undefined)
          : (await site({ websocket: kind === 'websocket' })).url;
      const script = fileURLToPath(new URL('./realtime-open-and-close.ts', import.meta.url));
      const child = spawn(process.execPath, [script, url, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
      cleanUp.push(() => child.kill('SIGKILL'));
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      const [code] = (await once(child, 'exit')) as [number | null];
      expect([code, said]).toEqual([0, 'closed\n']);
    },
    10_000,
  );
});

/** A Bayeux server that agrees to everything, but for what `differ` says. Polls are held for 20 ms. */
function bayeux(
  differ: (message: Record<string, unknown>) => Record<string, unknown>,
  headers: Record<string, string | string[]> = {},
): Promise<string> {
  return answering((messages, response) => {
    const replies = messages.map((message) => ({
      channel: message['channel'],
      id: message['id'],
      clientId: 'c',
      successful: true,
      subscription: message['subscription'],
      supportedConnectionTypes: ['long-polling'],
      ...differ(message),
    }));
    setTimeout(() => response.writeHead(200, headers).end(JSON.stringify(replies)), 20);
  });
}

function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  const more = (): void => {
    if (!response.destroyed) response.write(chunk, more);
  };
  more();
}
