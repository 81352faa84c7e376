/** Those who take their time, to read or to write, against the real service: they are let go, and nobody waits for them. */
import { connect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userChannel } from '../../contract/sdk-api.ts';
import { Device, expectStatus, say } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
let ana: Device;
let bo: Device;
beforeAll(async () => {
  service = await startService({ args: ['--rate-percent', '100000'] });
  [ana, bo] = [new Device(service.ready), new Device(service.ready)];
  for (const device of [ana, bo]) {
    await device.create();
    await device.send('hello');
  }
});
afterAll(() => service.stop());

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${service.ready.baseUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

function open(): Socket {
  return connect(Number(new URL(service.ready.baseUrl).port), '127.0.0.1').on('error', () => undefined);
}

/** One text frame, masked as a client must (RFC 6455 §5.3); shorter than 64 kB. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head = Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** Subscribes on a bare WebSocket and then reads no more. */
async function deafListener(device: Device): Promise<Socket> {
  const socket = open();
  let heard = '';
  const until = (wanted: RegExp): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = wanted.exec(heard);
        if (found) resolve(found[1] ?? '');
        else socket.once('data', () => setImmediate(look));
      };
      look();
    });
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  socket.write(
    `GET /faye HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  await until(/(101)/);
  const say = (message: object): void => void socket.write(frame(JSON.stringify([message])));
  say({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['websocket'], id: '1' });
  const clientId = await until(/"clientId":"([^"]+)"/);
  say({ channel: '/meta/connect', clientId, connectionType: 'websocket', id: '2' });
  heard = '';
  const subscription = userChannel(service.ready.appId, device.appUserId);
  say({ channel: '/meta/subscribe', clientId, subscription, ext: device.ext(), id: '3' });
  await until(/("successful":true)/);
  socket.removeAllListeners('data').pause();
  return socket;
}

const megabyte = 1024 * 1024;
const deaf = 12;

describe('A listener that does not read', () => {
  it('S-09 is let go at a megabyte unread, and costs neither memory nor anybody else’s messages', async () => {
    const conversationId = (await ana.page()).conversation._id;
    const feed = await ana.listen();
    const sockets = await Promise.all(Array.from({ length: deaf }, () => deafListener(ana)));
    expect(await metric('onethread_listeners')).toBe(deaf + 1);
    const before = await metric('process_resident_memory_bytes');
    // Some thirty kilobytes each; the kernel takes some megabytes for each socket before the service has to keep any.
    const items = Array.from({ length: 10 }, (_, index) => ({
      title: `${index}`,
      description: 'x'.repeat(128),
      actions: ['a', 'b', 'c'].map((text) => ({ type: 'postback', text, payload: 'y'.repeat(1_000) })),
    }));
    let peak = before;
    let sent = 0;
    for (; sent < 1_200 && (await metric('onethread_listeners')) > 1; sent += 40) {
      const replies = Array.from({ length: 40 }, () =>
        say(service.ready, conversationId, { type: 'carousel', items }),
      );
      for (const reply of await Promise.all(replies)) expectStatus(reply, 201);
      peak = Math.max(peak, await metric('process_resident_memory_bytes'));
    }
    expect(await metric('onethread_listeners')).toBe(1);
    expect(peak - before).toBeLessThan(100 * megabyte);
    await say(service.ready, conversationId, 'to who listens');
    await feed.text('to who listens');
    feed.close();
    for (const socket of sockets) socket.destroy();
  }, 120_000);
});

describe('An upload that trickles', () => {
  it('S-09 is cut off within half a minute, while others are served', async () => {
    const { credential } = bo;
    const { id, token } = credential.kind === 'session' ? credential : { id: '', token: '' };
    const authorization = `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`;
    const path = `/sdk/apps/${service.ready.appId}${bo.own}/files`;
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: ${authorization}`,
      'Content-Type: multipart/form-data; boundary=part',
      'Content-Length: 100000',
    ].join('\r\n');
    const ended = Array.from({ length: 30 }, () => {
      const socket = open().resume();
      socket.write(
        `${head}\r\n\r\n--part\r\nContent-Disposition: form-data; name="source"; filename="a"\r\n\r\n`,
      );
      const drip = setInterval(() => socket.write('x'), 250);
      return new Promise<void>((resolve) =>
        socket.on('close', () => {
          clearInterval(drip);
          resolve();
        }),
      );
    });
    for (let index = 0; index < 20; index += 1) await ana.send(`meanwhile ${index}`);
    await Promise.all(ended);
    // Nothing of theirs was kept.
    expect((await bo.page()).messages).toHaveLength(1);
    expect(service.log()).not.toContain('"level":"error"');
  }, 60_000);
});
