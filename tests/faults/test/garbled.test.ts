import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../main/adapters/http-axios.ts';
import type { HttpAnswer } from '../../../main/ports/http.ts';
import { HttpAction } from '../plans/action.ts';
import type { Imposed } from '../proxy/imposed.ts';
import { type ProxyRig, proxyRig } from './proxy-rig.ts';

let rig: ProxyRig;
beforeEach(async () => {
  rig = await proxyRig();
});
afterEach(() => rig.dispose());

const http = createHttp({ fetch: globalThis.fetch });
const impose = (words: object): Imposed<HttpAction> =>
  rig.proxy.impose('d1', HttpAction.parse({ layer: 'http', ...words }));
const post = (path: string, said: string, timeoutMs = 10_000): Promise<HttpAnswer> =>
  http.request({
    ...{ method: 'POST', url: `${rig.link.origin}${path}`, timeoutMs },
    headers: { 'Content-Type': 'application/json' },
    authorization: { scheme: 'bearer', token: 'secret-token' },
    json: said,
  });

describe('The network of the app', () => {
  it(
    'D-16 takes no answer for whole that was cut, at whichever of its bytes',
    { timeout: 120_000 },
    async () => {
      const said = 'a sentence of many. '.repeat(200);
      expect(await post('/whole', said)).toMatchObject({ kind: 'answer', status: 200 });
      const length = JSON.stringify({ number: 1000, said: JSON.stringify(said) }).length;
      const cuts = Array.from({ length: length - 5 }, (_, bytes) => bytes).values();
      const taken: number[] = [];
      let tried = 0;
      const inTurn = async (): Promise<void> => {
        for (const bytes of cuts) {
          const path = `/cut/${bytes}/`;
          const fault = impose({ kind: 'truncateBody', bytes, match: { path } });
          const { kind } = await post(path, said);
          tried += fault.hits;
          fault.lift();
          if (kind !== 'garbled' && kind !== 'unreachable') taken.push(bytes);
        }
      };
      await Promise.all(Array.from({ length: 20 }, inTurn));
      expect(taken).toEqual([]);
      expect(tried).toBeGreaterThan(4000);
    },
  );

  it('D-16 takes a web page for no answer, and gives up on one whose end does not come', async () => {
    const page = impose({ kind: 'html200' });
    expect(await post('/a', 'x')).toEqual({ kind: 'garbled', status: 200 });
    page.lift();
    impose({ kind: 'wrongLength' });
    expect(await post('/a', 'x', 300)).toEqual({ kind: 'timeout' });
  });

  it('D-16 stops unpacking an answer long before it fills the memory', { timeout: 60_000 }, async () => {
    impose({ kind: 'contentEncodingBomb', bytes: 400_000_000 });
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const { kind } = await post('/a', 'x', 30_000);
    clearInterval(watch);
    expect(kind).not.toBe('answer');
    expect(most - before).toBeLessThan(200_000_000);
  });

  it('K-16 follows no redirect with what it was given', async () => {
    for (const status of ['301', '302', '307', '308']) {
      const fault = impose({ kind: 'redirect', status });
      expect(await post('/a', 'x')).toMatchObject({ kind: 'answer' });
      expect(fault.hits).toBe(1);
      fault.lift();
    }
    expect(rig.proxy.told).toEqual([]);
  });
});
