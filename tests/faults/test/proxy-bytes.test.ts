import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Toxic } from '../plans/action.ts';
import { jsonOf, type ProxyRig, proxyRig } from './proxy-rig.ts';

let rig: ProxyRig;
beforeEach(async () => {
  rig = await proxyRig();
});
afterEach(() => rig.dispose());

const toxic = (words: object): Toxic => Toxic.parse({ layer: 'bytes', ...words });
const codeOf = (outcome: PromiseSettledResult<unknown>): unknown =>
  outcome.status === 'rejected' ? Reflect.get(Object(outcome.reason), 'code') : 'no error';
const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const [outcome] = await Promise.allSettled([promise]);
  return codeOf(outcome);
};
async function timed(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

describe('A link', () => {
  it('changes nothing unless asked to, and tells what went by', async () => {
    const [first, second] = [await rig.ask('POST', '/a', 'hello'), await rig.ask('GET', '/b')];
    expect([jsonOf(first), jsonOf(second)]).toEqual([
      { number: 1, said: 'hello' },
      { number: 2, said: '' },
    ]);
    expect(rig.events.filter(({ what }) => what === 'request')).toMatchObject([
      { link: 'd1', connection: 1, request: 1, detail: 'POST /a' },
      { link: 'd1', connection: 2, request: 2, detail: 'GET /b' },
    ]);
    expect(rig.proxy.hits).toEqual({});
  });

  it('carries a megabyte each way unchanged', async () => {
    const text = 'y'.repeat(1_000_000);
    expect(jsonOf(await rig.ask('POST', '/up', text))).toMatchObject({ said: text });
    expect((await rig.ask('GET', '/large/1000000')).body.length).toBe(1_000_000);
  });

  it('resets the device when the service cannot be reached', async () => {
    rig.stopService();
    expect(await failureOf(rig.ask('GET', '/a'))).toBe('ECONNRESET');
    expect(rig.events.some(({ what }) => what === 'hit')).toBe(false);
  });
});

describe('On the bytes of a link', () => {
  it('latency delays what comes in one direction, once, and not what comes together one after the other', async () => {
    const fault = rig.proxy.impose('d1', toxic({ kind: 'latency', latency: 150 }));
    expect(await timed(() => rig.ask('GET', '/large/600000'))).toBeGreaterThanOrEqual(149);
    expect(fault.hits).toBeGreaterThan(0);
    const [hit] = rig.events.filter(({ what }) => what === 'hit');
    expect(hit).toMatchObject({ link: 'd1', connection: 1, detail: 'latency' });
    fault.lift();
    expect(rig.proxy.hits).toEqual({ latency: fault.hits });
  });

  it('bandwidth lets no more by than its rate', async () => {
    rig.proxy.impose('d1', toxic({ kind: 'bandwidth', rate: 100 }));
    expect(await timed(() => rig.ask('GET', '/large/30000'))).toBeGreaterThanOrEqual(290);
  });

  it('slicer cuts into pieces and loses none', async () => {
    const slicer = { kind: 'slicer', averageSize: 100, sizeVariation: 50 };
    rig.proxy.impose('d1', toxic({ ...slicer, stream: 'upstream' }));
    const fault = rig.proxy.impose('d1', toxic(slicer));
    expect(jsonOf(await rig.ask('POST', '/a', 'z'.repeat(5000)))).toMatchObject({ said: 'z'.repeat(5000) });
    expect(fault.hits).toBeGreaterThan(0);
  });

  it('limit_data ends an answer in its midst', async () => {
    const fault = rig.proxy.impose('d1', toxic({ kind: 'limit_data', bytes: 1000 }));
    expect(await failureOf(rig.ask('GET', '/large/5000'))).toBe('ECONNRESET');
    expect(fault.hits).toBe(1);
    expect(rig.asked).toEqual(['GET /large/5000']);
  });

  it('limit_data upstream keeps a request from the service', async () => {
    rig.proxy.impose('d1', toxic({ kind: 'limit_data', bytes: 1000, stream: 'upstream' }));
    expect(await failureOf(rig.ask('POST', '/a', 'x'.repeat(5000)))).toBe('ECONNRESET');
    expect(rig.asked).toEqual([]);
  });

  it('timeout keeps the connection open and lets nothing by until it is lifted', async () => {
    const fault = rig.proxy.impose('d1', toxic({ kind: 'timeout', timeout: 0 }));
    let isAnswered = false;
    const answer = rig.ask('GET', '/a').then(() => (isAnswered = true));
    await until(() => fault.hits > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([isAnswered, rig.asked]).toEqual([false, ['GET /a']]);
    fault.lift();
    await answer;
  });

  it('timeout closes after its time', async () => {
    rig.proxy.impose('d1', toxic({ kind: 'timeout', timeout: 50 }));
    expect(await failureOf(rig.ask('GET', '/a'))).toBe('ECONNRESET');
  });

  it('reset_peer resets also what stands already', async () => {
    const { hostname, port } = new URL(rig.link.origin);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    await until(() => rig.events.some(({ what }) => what === 'opened'));
    const fault = rig.proxy.impose('d1', toxic({ kind: 'reset_peer' }));
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(fault.hits).toBe(1);
  });

  it('slow_close delays the end', async () => {
    rig.proxy.impose('d1', toxic({ kind: 'slow_close', delay: 120 }));
    const { hostname, port } = new URL(rig.link.origin);
    const elapsed = await timed(async () => {
      const socket = connect(Number(port), hostname);
      socket.write('GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      socket.resume();
      await once(socket, 'end');
    });
    expect(elapsed).toBeGreaterThanOrEqual(119);
  });

  it('down refuses connections, ends those that stand, and opens the same door again', async () => {
    const { hostname, port } = new URL(rig.link.origin);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    await until(() => rig.events.some(({ what }) => what === 'opened'));
    rig.proxy.impose('d1', toxic({ kind: 'down' }));
    await once(socket, 'error');
    expect(await failureOf(rig.ask('GET', '/a'))).toBe('ECONNREFUSED');
    await rig.proxy.heal();
    expect((await rig.ask('GET', '/a')).status).toBe(200);
  });

  it('befalls one link and not another', async () => {
    const other = await rig.proxy.link('d2');
    rig.proxy.impose('d1', toxic({ kind: 'down' }));
    expect((await fetch(`${other.origin}/a`)).status).toBe(200);
    expect(await failureOf(rig.ask('GET', '/a'))).toBe('ECONNREFUSED');
  });

  it('befalls the share that toxicity says, the same with the same seed', async () => {
    const outcomes = async (seed: number): Promise<unknown[]> => {
      const seeded = await proxyRig(seed);
      seeded.proxy.impose('d1', toxic({ kind: 'reset_peer', toxicity: 0.5 }));
      const all: unknown[] = [];
      for (let n = 0; n < 20; n += 1) all.push(await failureOf(seeded.ask('GET', '/a')));
      await seeded.dispose();
      return all;
    };
    const [first, again, other] = [await outcomes(7), await outcomes(7), await outcomes(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const resets = first.filter((code) => code === 'ECONNRESET').length;
    expect(resets).toBeGreaterThan(3);
    expect(resets).toBeLessThan(17);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
