import { request as askHttp } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userChannel } from '../../../contract/sdk-api.ts';
import { Device, Feed, newUserId, say } from '../../server/device.ts';
import { type RunningService, startService } from '../../server/running-service.ts';
import { FayeAction } from '../plans/action.ts';
import { FaultProxy } from '../proxy/fault-proxy.ts';
import type { Imposed, ProxyEvent } from '../proxy/imposed.ts';
import type { Link } from '../proxy/link.ts';
import { encodeFrame, FrameReader, opcodes } from '../proxy/websocket-frames.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService({ args: ['--rate-percent', '100000'] });
}, 60_000);
afterAll(() => service.stop());

let proxy: FaultProxy;
let link: Link;
let events: ProxyEvent[];
let device: Device;
let feed: Feed;
let conversation: string;

const impose = (words: object): Imposed<FayeAction> =>
  proxy.impose('d1', FayeAction.parse({ layer: 'faye', ...words }));
const speak = async (...texts: string[]): Promise<void> => {
  for (const text of texts) await say(service.ready, conversation, text);
};
const connects = (): number => events.filter(({ detail }) => detail === 'GET /faye').length;
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A device behind the proxy, with a conversation, that listens: over a WebSocket or by polls. */
async function listen(by: 'websocket' | 'long-polling'): Promise<void> {
  const ready = { ...service.ready, baseUrl: link.origin, configBaseUrl: link.configBaseUrl };
  device = new Device(ready);
  await device.create({ userId: newUserId() });
  await device.send('hello');
  conversation = (await device.page()).conversation._id;
  feed = new Feed(ready, device.ext());
  if (by === 'long-polling') feed.client.disable('websocket');
  await feed.subscribe(userChannel(ready.appId, device.appUserId));
  await speak('begun');
  await feed.text('begun');
}

beforeEach(async () => {
  events = [];
  const log = (event: ProxyEvent): void => void events.push(event);
  proxy = await FaultProxy.start({ target: () => service.ready.baseUrl, seed: 1, log });
  link = await proxy.link('d1');
});
afterEach(async () => {
  feed.close();
  await proxy.close();
});

describe.each(['websocket', 'long-polling'] as const)('On the realtime channel over %s', (by) => {
  beforeEach(() => listen(by));

  it('nothing changes unless it is asked for', async () => {
    await speak('one', 'two', 'three');
    await feed.text('three');
    expect(feed.texts()).toEqual(['begun', 'one', 'two', 'three']);
    expect(connects()).toBe(by === 'websocket' ? 1 : 0);
    expect(events.filter(({ detail }) => detail === 'POST /faye').length > 3).toBe(by === 'long-polling');
  });

  it('dropEvent loses an event', async () => {
    const fault = impose({ kind: 'dropEvent' });
    await speak('lost');
    await until(() => fault.hits === 1);
    fault.lift();
    await speak('there');
    await feed.text('there');
    expect(feed.texts()).toEqual(['begun', 'there']);
  });

  it('duplicateEvent brings it twice', async () => {
    const fault = impose({ kind: 'duplicateEvent' });
    await speak('twice');
    await feed.text('twice');
    fault.lift();
    await speak('end');
    await feed.text('end');
    expect(feed.texts()).toEqual(['begun', 'twice', 'twice', 'end']);
    expect(fault.hits).toBe(1);
  });

  it('holdEvent lets the later overtake, or waits', async () => {
    const fault = impose({ kind: 'holdEvent', ms: 60_000 });
    await speak('held');
    await until(() => fault.hits === 1);
    expect(feed.texts()).toEqual(['begun']);
    fault.lift();
    await feed.text('held');
  });

  it('killConnect ends what stands, and the client begins anew', async () => {
    const fault = impose({ kind: 'killConnect' });
    await until(() => fault.hits > 0);
    fault.lift();
    await again();
  });

  it('unknownClient makes the client introduce itself again', async () => {
    const fault = impose({ kind: 'unknownClient' });
    await until(() => fault.hits > 0);
    fault.lift();
    await again();
  });

  it('advice handshake makes the client introduce itself again', async () => {
    const fault = impose({ kind: 'advice', reconnect: 'handshake' });
    await until(() => fault.hits > 0);
    fault.lift();
    await again();
  });

  it('forgeEvent brings what the service never said', async () => {
    const fault = impose({ kind: 'forgeEvent', what: 'unknownKind' });
    const forged = await feed.find(({ type }) => type === 'hologram');
    expect(forged).toMatchObject({ hologram: { beam: 1 } });
    expect(fault.hits).toBeGreaterThan(0);
  });

  /** Whatever is said after the client has subscribed anew arrives. */
  async function again(): Promise<void> {
    for (let n = 0; feed.texts().length < 2; n += 1) {
      await speak(`again ${n}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});

describe('On a realtime socket', () => {
  beforeEach(() => listen('websocket'));

  it('reorderEvents lets events go last first', async () => {
    const fault = impose({ kind: 'reorderEvents', window: 3 });
    await speak('1', '2', '3');
    await until(() => feed.texts().length === 4);
    expect(feed.texts()).toEqual(['begun', '3', '2', '1']);
    expect(fault.hits).toBe(3);
  });

  it('closeCode says goodbye, and the client comes back', async () => {
    const fault = impose({ kind: 'closeCode', code: 1012 });
    await until(() => fault.hits === 1);
    fault.lift();
    await until(() => connects() > 1);
  });

  it('pingWithoutPong swallows the answers to pings and nothing else', async () => {
    const socket = await rawSocket();
    const heard: number[] = [];
    const reader = new FrameReader();
    socket.on('data', (bytes) => heard.push(...reader.read(bytes).map(({ opcode }) => opcode)));
    const ask = (opcode: number, text: string): void =>
      void socket.write(encodeFrame({ opcode, isFinal: true, payload: Buffer.from(text) }, true));
    ask(opcodes.ping, 'there?');
    await until(() => heard.includes(opcodes.pong));
    const fault = impose({ kind: 'pingWithoutPong' });
    ask(opcodes.ping, 'there?');
    ask(opcodes.text, '[]');
    await until(() => fault.hits === 2);
    await speak('heard');
    await feed.text('heard');
    expect(heard).toEqual([opcodes.pong]);
    socket.destroy();
  });

  /** A WebSocket whose frames are ours. */
  async function rawSocket(): Promise<Duplex> {
    const request = askHttp(`${link.origin}/faye`, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
      },
    });
    request.end();
    return new Promise((resolve) => request.once('upgrade', (_, socket) => resolve(socket)));
  }
});

describe('A link to the real service', () => {
  it('gives the device addresses that lead through the link', async () => {
    await listen('websocket');
    const config = await fetch(`${link.configBaseUrl}/apps/${service.ready.appId}/config`);
    const text = await config.text();
    expect(text).toContain(link.origin);
    expect(text).not.toContain(service.ready.baseUrl);
  });
});
