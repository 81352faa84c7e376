/** What nobody means well: thousands of made-up requests, too many at once, sockets that dawdle, lines for the log. */
import { createConnection, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { normalizeText } from '../../contract/text.ts';
import { TokenBuckets } from '../../server/rate-limits.ts';
import { tellLongRun } from '../faults/test/long-run.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';
import { Device } from './device.ts';
import { startService } from './running-service.ts';

let service: InProcess;
let ana: Device;
beforeAll(async () => {
  service = await startInProcess({ rateScale: 1_000 });
  ana = new Device(service.ready);
  await ana.create();
  await ana.send('hello');
});
afterAll(() => service.stop());

/** What an answer must never say: where the service lives, how it is made, what it asked its database. */
const leaks = /node_modules|\.ts:\d|\bat \S+ \(|SQLITE|SELECT |INSERT |UPDATE |service\.db|\/tmp\/|ZodError/;
const seed = Number(process.env['ONETHREAD_SEED'] ?? 20_261);
/** The long run has 50,000: `ONETHREAD_REQUESTS=50000 ONETHREAD_EVIDENCE=1 npx vitest run tests/server/onslaught`. */
const requests = Number(process.env['ONETHREAD_REQUESTS'] ?? 3_000);
/** Made and forgotten at a time, each with a seed of its own: what is measured is the service, not its askers. */
const portion = 5_000;

const methodOf = (method: string) => z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).parse(method);

/** What is still held once everything has been let go that can be. */
function settledMemory(): { heapMb: number; residentMb: number } {
  setFlagsFromString('--expose_gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let time = 0; time < 4; time += 1) collect();
  const { heapUsed, rss } = process.memoryUsage();
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);
  return { heapMb: megabytes(heapUsed), residentMb: megabytes(rss) };
}

describe('Made-up requests', () => {
  it(`S-21 are answered, ${requests} of them, without a failure and without a word about the inside`, async () => {
    const { ready, app } = service;
    const conversation = (await ana.page()).conversation._id;
    const basic = (name: string, word: string) =>
      `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
    const credentials = [
      basic(ready.appKey.id, ready.appKey.secret),
      basic(ana.appUserId, ana.credential.kind === 'session' ? ana.credential.token : ''),
    ];
    // Neither the demo's passwords, which cost time on purpose, nor what would end Ana or the last key.
    const routes = app.routes().filter(({ method, url }) => {
      return (
        !url.startsWith('/demo') &&
        // A page of documentation, the same for everybody; it may well speak of what an answer must not.
        url !== '/openapi.json' &&
        !url.endsWith('/logout') &&
        !(method === 'DELETE' && /:user|:key/.test(url))
      );
    });
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        ready.appId,
        ana.appUserId,
        conversation,
        '',
        '..',
        '%00',
        "' OR 1=1 --",
        '\u0000',
        '__proto__',
      ),
      fc.constantFrom(
        'text',
        'carousel',
        'business',
        'user',
        'personal',
        'sdkGroup',
        'form',
        'typing:start',
        'custom',
      ),
    );
    const sound: object[] = [
      { message: { text: 'x' } },
      { client: ana.client },
      { role: 'appMaker', text: 'x', target: 'https://example.com' },
      { userId: 'someone', client: ana.client },
      { activity: { type: 'typing:start' } },
      { postback: { actionId: 'x' } },
      { author: { type: 'business' }, content: { type: 'text', text: 'x' }, type: 'typing:start' },
      { type: 'sdkGroup', participants: [{ userId: ana.appUserId }] },
      { externalId: 'someone', displayName: 'x', givenName: 'x', metadata: { a: 1 } },
      { type: 'custom', target: 'https://example.com', triggers: ['*'] },
    ];
    const names = fc.constantFrom(
      ...[
        'message',
        'text',
        'type',
        'sender',
        'client',
        'id',
        'platform',
        'info',
        'author',
        'content',
        'items',
      ],
      ...[
        'actions',
        'fields',
        'participants',
        'userId',
        'metadata',
        'webhooks',
        'target',
        'triggers',
        '_clientId',
      ],
      ...[
        'postback',
        'actionId',
        'activity',
        'coordinates',
        'lat',
        'long',
        'properties',
        'signedUpAt',
        'profile',
      ],
    );
    const { value: body } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        word,
        fc.double(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(names, word), tie('value'), { maxKeys: 6 }),
      ),
    }));
    const object = fc.dictionary(names, body, { minKeys: 1, maxKeys: 6 });
    const made = fc.record({
      route: fc.constantFrom(...routes),
      ids: fc.array(word, { minLength: 4, maxLength: 4 }),
      keepsApp: fc.constantFrom(true, true, true, true, false),
      query: fc.dictionary(
        fc.constantFrom('before', 'after', 'filter', 'page[after]', 'filter[userId]', 'offset'),
        word,
      ),
      credential: fc.constantFrom('right', 'right', 'right', ...credentials, 'Bearer x.y.z', ''),
      body: fc.oneof(
        { weight: 3, arbitrary: object.map((value) => JSON.stringify(value)) },
        {
          weight: 3,
          arbitrary: fc
            .record({
              sound: fc.constantFrom(...sound),
              odd: object,
              mixed: fc.constantFrom(false, false, false, true),
            })
            .map(({ sound: base, odd, mixed }) => JSON.stringify(mixed ? { ...base, ...odd } : base)),
        },
        { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
      ),
      type: fc.constantFrom(
        ...Array<string>(8).fill('application/json'),
        'multipart/form-data; boundary=x',
        'text/plain',
      ),
    });
    const answered = new Map<number, number>();
    const failures: string[] = [];
    const send = async (one: typeof made extends fc.Arbitrary<infer One> ? One : never): Promise<void> => {
      const { route, ids, keepsApp, query, credential, type } = one;
      let next = 0;
      const right = credentials[route.access === 'business' ? 0 : 1] ?? '';
      const authorization = credential === 'right' ? right : credential;
      const path = route.url.replace(/:(\w+)/g, (_, name: string) => {
        if (keepsApp && name === 'appId') return ready.appId;
        if (keepsApp && (name === 'appUserId' || name === 'user')) return ana.appUserId;
        if (keepsApp && name.startsWith('conversation')) return conversation;
        return encodeURIComponent(normalizeText(ids[next++ % ids.length] ?? ''));
      });
      const search = new URLSearchParams(query).toString();
      // By the router's own entrance: a socket's end under load is not what is asked here.
      const { statusCode: status, body: text } = await app.http.inject({
        method: methodOf(route.method),
        url: `${path}?${search}`,
        headers: { 'content-type': type, ...(authorization !== '' && { authorization }) },
        ...(route.method !== 'GET' && { payload: one.body }),
      });
      answered.set(status, (answered.get(status) ?? 0) + 1);
      if (status >= 500 || leaks.test(text)) {
        failures.push(`${route.method} ${path}?${search} ${type} ${one.body} → ${status} ${text}`);
      }
    };
    const sendPortion = async (from: number): Promise<void> => {
      const queue = fc.sample(made, {
        seed: seed + from / portion,
        numRuns: Math.min(portion, requests - from),
      });
      const worker = async (): Promise<void> => {
        for (let one = queue.shift(); one; one = queue.shift()) await send(one);
      };
      await Promise.all(Array.from({ length: 8 }, worker));
    };
    const began = performance.now();
    const before = settledMemory();
    const handles = process.getActiveResourcesInfo().length;
    await sendPortion(0);
    const warm = settledMemory();
    for (let from = portion; from < requests; from += portion) await sendPortion(from);
    const after = settledMemory();
    const seconds = Math.round((performance.now() - began) / 1000);
    const byStatus = [...answered].toSorted(([a], [b]) => a - b);
    tellLongRun({
      name: 'requests',
      shows:
        'Made-up requests over all routes are answered without a 5xx and without a word about the inside; memory is flat.',
      command: `ONETHREAD_REQUESTS=${requests} ONETHREAD_EVIDENCE=1 npx vitest run tests/server/onslaught`,
      ...{ seed, runs: requests, invalid: failures.length, seconds },
      counts: {
        ...Object.fromEntries(byStatus.map(([status, count]) => [`status ${status}`, count])),
        ...{ 'heap MB before': before.heapMb, 'resident MB before': before.residentMb },
        ...{ 'heap MB after the first 5,000': warm.heapMb, 'heap MB after': after.heapMb },
        ...{ 'resident MB after the first 5,000': warm.residentMb, 'resident MB after': after.residentMb },
      },
    });
    expect(failures).toEqual([]);
    expect([...answered.values()].reduce((sum, count) => sum + count, 0)).toBe(requests);
    for (const status of [200, 201, 400, 401, 404]) expect(answered.get(status) ?? 0).toBeGreaterThan(20);
    expect(after.heapMb - before.heapMb).toBeLessThan(25);
    expect(process.getActiveResourcesInfo().length - handles).toBeLessThan(20);
    expect((await ana.page()).conversation._id).toBe(conversation);
    for (const line of service.log) expect(JSON.parse(line)).not.toMatchObject({ level: 'error' });
  }, 3_600_000);
});

describe('A line of the log', () => {
  it('S-24 holds no control character and nothing of what was asked, for a thousand hostile strings', async () => {
    const { ready, log } = service;
    const hostile = fc.string({
      unit: fc.constantFrom('\r', '\n', '\u001b[31m', '\u2028', '\u0085', '\t', 'x', '"', '}'),
      minLength: 4,
      maxLength: 12,
    });
    const from = log.length;
    for (const [index, text] of fc.sample(hostile, { seed, numRuns: 1_000 }).entries()) {
      const marked = `canary-${index}-${text}`;
      const path = ['/sdk/apps/', '/v2/apps/', '/attachments/', '/'][index % 4] ?? '/';
      await fetch(`${ready.baseUrl}${path}${encodeURIComponent(marked)}/x?q=${encodeURIComponent(marked)}`, {
        headers: {
          authorization: `Basic ${Buffer.from(marked).toString('base64')}`,
          'user-agent': `canary-${index}`,
        },
      });
    }
    const lines = log.slice(from);
    expect(lines.length).toBeGreaterThanOrEqual(1_000);
    for (const line of lines) {
      expect(line).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*\n$/);
      expect(line).not.toContain('canary');
    }
  }, 60_000);
});

describe('A bucket of tokens', () => {
  it('S-15 lets through what it holds, then exactly its rate, whatever is asked of it', () => {
    const buckets = new TokenBuckets({ burst: 10, perSecond: 20 });
    let accepted = 0;
    // Ten times too much for a minute.
    for (let ms = 0; ms <= 60_000; ms += 5) if (buckets.take('loud', ms) === 0) accepted += 1;
    expect(Math.abs(accepted - (10 + 60 * 20))).toBeLessThanOrEqual(12);
    expect(buckets.take('quiet', 60_000)).toBe(0);
  });

  it('says how long to wait, and keeps its word', () => {
    const buckets = new TokenBuckets({ burst: 1, perSecond: 0.5 });
    expect(buckets.take('a', 0)).toBe(0);
    const wait = buckets.take('a', 500);
    expect(wait).toBe(1_500);
    expect(buckets.take('a', 500 + wait - 1)).toBeGreaterThan(0);
    expect(buckets.take('a', 500 + wait)).toBe(0);
  });

  it('never goes back in time', () => {
    const buckets = new TokenBuckets({ burst: 2, perSecond: 1 });
    for (const at of [10_000, 9_000, 8_000]) buckets.take('a', at);
    expect(buckets.take('a', 8_000)).toBeGreaterThan(0);
  });
});

describe('Whoever asks too much', () => {
  it('S-15 is told when to come back, while others are served', async () => {
    const strict = await startInProcess({ rateScale: 0.02 });
    const [loud, quiet] = [new Device(strict.ready), new Device(strict.ready)];
    await loud.create();
    await quiet.create();
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, index) => loud.post({ text: `${index}` })),
    );
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(20);
    expect(replies.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(20);
    for (const { headers, body } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body).toMatchObject({ error: { code: 'too_many_requests' } });
    }
    expect((await quiet.post({ text: 'mine' })).status).toBe(201);
    const strangers = await Promise.all(
      Array.from({ length: 30 }, () => new Device(strict.ready).request('POST', '/appusers', {})),
    );
    expect(strangers.some(({ status }) => status === 429)).toBe(true);
    await strict.stop();
  });
});

describe('A socket that dawdles', () => {
  it('S-09 is closed, and nobody waits for it', async () => {
    const own = await startService();
    const { port } = new URL(own.ready.baseUrl);
    const closed: Promise<void>[] = [];
    const open = (first: string): void => {
      const socket: Socket = createConnection({ port: Number(port), host: '127.0.0.1' });
      socket.on('error', () => undefined).write(first);
      closed.push(new Promise((resolve) => socket.resume().on('close', () => resolve())));
    };
    for (let index = 0; index < 200; index += 1) open('GET /sdk HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
    const honest = new Device(own.ready);
    await honest.create();
    for (let index = 0; index < 20; index += 1) await honest.send(`${index}`);
    expect((await honest.page()).messages).toHaveLength(20);
    // Headers have ten seconds, looked at every two.
    await Promise.all(closed);
    await own.stop();
  }, 30_000);
});
