import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpAction } from '../plans/action.ts';
import type { Imposed } from '../proxy/imposed.ts';
import { mutated } from '../proxy/spoiled.ts';
import { jsonOf, type ProxyRig, proxyRig } from './proxy-rig.ts';

let rig: ProxyRig;
beforeEach(async () => {
  rig = await proxyRig();
});
afterEach(() => rig.dispose());

const impose = (words: object): Imposed<HttpAction> =>
  rig.proxy.impose('d1', HttpAction.parse({ layer: 'http', ...words }));
const codeOf = async (asking: Promise<unknown>): Promise<unknown> => {
  const [outcome] = await Promise.allSettled([asking]);
  return outcome.status === 'rejected' ? Reflect.get(Object(outcome.reason), 'code') : 'no error';
};
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('On HTTP messages', () => {
  it('dropRequest keeps it from the service, and the client sees a reset', async () => {
    const fault = impose({ kind: 'dropRequest' });
    expect(await codeOf(rig.ask('POST', '/a', 'x'))).toBe('ECONNRESET');
    expect([rig.asked, fault.hits]).toEqual([[], 1]);
  });

  it('dropResponse loses the answer only: the service has done it, the client sees a reset', async () => {
    const fault = impose({ kind: 'dropResponse' });
    expect(await codeOf(rig.ask('POST', '/a', 'x'))).toBe('ECONNRESET');
    expect([rig.asked, fault.hits]).toEqual([['POST /a x'], 1]);
    expect(rig.events.find(({ what }) => what === 'hit')).toMatchObject({
      ...{ link: 'd1', connection: 1, request: 1, detail: 'dropResponse' },
    });
  });

  it('duplicateRequest is done twice and answered once', async () => {
    impose({ kind: 'duplicateRequest' });
    expect(jsonOf(await rig.ask('POST', '/a', 'x'))).toMatchObject({ said: 'x' });
    expect(rig.asked).toEqual(['POST /a x', 'POST /a x']);
  });

  it('finds its request by method, path, body and number, and leaves the others alone', async () => {
    const match = { method: 'POST', path: '/mess', body: 'two', nth: 2 };
    const fault = impose({ kind: 'dropRequest', match });
    const told = [
      await codeOf(rig.ask('GET', '/messages')),
      await codeOf(rig.ask('POST', '/other', 'two')),
      await codeOf(rig.ask('POST', '/messages', 'one')),
      await codeOf(rig.ask('POST', '/messages', 'two')),
      await codeOf(rig.ask('POST', '/messages', 'twotwo')),
      await codeOf(rig.ask('POST', '/messages', 'two')),
    ];
    expect(told).toEqual([...Array<string>(4).fill('no error'), 'ECONNRESET', 'no error']);
    expect(fault.hits).toBe(1);
  });

  it('hold keeps a request back until the fault ends, and lets it arrive though nobody waits any more', async () => {
    const fault = impose({ kind: 'hold', ms: null });
    const patience = new AbortController();
    const asking = fetch(`${rig.link.origin}/a`, { signal: patience.signal });
    await until(() => fault.hits === 1);
    patience.abort();
    await expect(asking).rejects.toThrow();
    expect(rig.asked).toEqual([]);
    fault.lift();
    await until(() => rig.asked.length === 1);
  });

  it('reorder lets requests go last first', async () => {
    const fault = impose({ kind: 'reorder', window: 3 });
    const asking: Promise<unknown>[] = [];
    for (const path of ['/1', '/2', '/3']) {
      asking.push(rig.ask('GET', path));
      await until(() => rig.events.filter(({ what }) => what === 'request').length === asking.length);
    }
    await Promise.all(asking);
    expect([rig.asked, fault.hits]).toEqual([['GET /3', 'GET /2', 'GET /1'], 3]);
  });

  it('reorder lets go alone what stands alone', async () => {
    const fault = impose({ kind: 'reorder', window: 2 });
    await rig.ask('GET', '/1');
    expect([rig.asked, fault.hits]).toEqual([['GET /1'], 0]);
  });

  it('replayOldResponse gives the answer of an earlier request, and the service has done the new one', async () => {
    await rig.ask('POST', '/a', 'first');
    const fault = impose({ kind: 'replayOldResponse' });
    expect(jsonOf(await rig.ask('POST', '/a', 'second'))).toEqual({ number: 1, said: 'first' });
    expect(rig.asked).toEqual(['POST /a first', 'POST /a second']);
    expect(jsonOf(await rig.ask('POST', '/b', 'third'))).toMatchObject({ said: 'third' });
    expect(fault.hits).toBe(1);
  });

  it('stale answers a read with what was true, without asking, and never a write', async () => {
    await rig.ask('GET', '/a');
    await rig.ask('GET', '/a');
    const fault = impose({ kind: 'stale', ms: 0 });
    expect(jsonOf(await rig.ask('GET', '/a'))).toMatchObject({ number: 2 });
    expect(jsonOf(await rig.ask('POST', '/a', 'x'))).toMatchObject({ number: 3 });
    fault.lift();
    impose({ kind: 'stale', ms: 60_000 });
    expect(jsonOf(await rig.ask('GET', '/a'))).toMatchObject({ number: 4 });
  });

  it('truncateBody promises the whole and ends in its midst', async () => {
    const fault = impose({ kind: 'truncateBody', bytes: 100 });
    expect(await codeOf(rig.ask('GET', '/large/2000'))).toBe('ECONNRESET');
    expect(fault.hits).toBe(1);
    expect((await rig.ask('GET', '/large/80')).body.length).toBe(80);
  });

  it('wrongLength promises more than comes, and the connection stays open', async () => {
    impose({ kind: 'wrongLength' });
    const patience = new AbortController();
    const answer = await fetch(`${rig.link.origin}/large/50`, { signal: patience.signal });
    expect(answer.headers.get('content-length')).toBe('67');
    setTimeout(() => patience.abort(), 100);
    await expect(answer.text()).rejects.toThrow(/abort/);
  });

  it('status says no in the place of the service, with Retry-After as it was given', async () => {
    impose({ kind: 'status', status: 429, retryAfter: 'soon' });
    const { status, headers } = await rig.ask('POST', '/a', 'x');
    expect([status, headers['retry-after'], rig.asked]).toEqual([429, 'soon', []]);
  });

  it('redirect leads to a stranger who remembers what he was told', async () => {
    impose({ kind: 'redirect', status: '307' });
    const answer = await fetch(`${rig.link.origin}/a?b=1`, { method: 'POST', body: 'secret' });
    expect([answer.status, rig.asked]).toEqual([200, []]);
    expect(rig.proxy.told).toMatchObject([{ method: 'POST', path: '/a?b=1', body: 'secret' }]);
  });

  it('html200 is a page that says all is well', async () => {
    impose({ kind: 'html200' });
    const { status, headers, body } = await rig.ask('GET', '/a');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body.toString()).toContain('<!doctype html>');
  });

  it('mutateJson changes what the service has answered', async () => {
    const fault = impose({ kind: 'mutateJson', seed: 3 });
    const { body } = await rig.ask('POST', '/a', 'x');
    expect(body.toString()).not.toBe('{"number":1,"said":"x"}');
    expect(JSON.parse(body.toString())).toBeDefined();
    // What is no JSON stays as it is.
    expect((await rig.ask('GET', '/large/10')).body.toString()).toBe('x'.repeat(10));
    expect([rig.asked, fault.hits]).toEqual([['POST /a x', 'GET /large/10'], 1]);
  });

  it('mutateJson changes it in another way with each seed, in the same with the same', () => {
    const answer = { status: 200, headers: [], body: Buffer.from('{"a":{"b":[1,2,{"c":"d"}]},"e":null}') };
    const changed = Array.from({ length: 50 }, (_, seed) => mutated(answer, seed)?.body.toString());
    expect(Array.from({ length: 50 }, (_, seed) => mutated(answer, seed)?.body.toString())).toEqual(changed);
    expect(new Set(changed).size).toBeGreaterThan(30);
  });

  it('contentEncodingBomb is small and unpacks to what was asked for', async () => {
    impose({ kind: 'contentEncodingBomb', bytes: 3_000_000 });
    const { headers, body } = await rig.ask('GET', '/a');
    expect(headers['content-encoding']).toBe('gzip');
    expect(body.length).toBeLessThan(10_000);
    const unpacked = gunzipSync(body);
    expect([unpacked.length, JSON.parse(unpacked.toString())]).toEqual([3_000_002, {}]);
  });

  it('is over when it is lifted', async () => {
    const fault = impose({ kind: 'dropRequest' });
    await rig.proxy.heal();
    expect(await codeOf(rig.ask('GET', '/a'))).toBe('no error');
    expect(fault.hits).toBe(0);
  });
});
