/** Bodies and strings that mean no good, against the real service on a socket. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { normalizeText } from '../../contract/text.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';
import { business, Device, say } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

const payloads = Number(process.env['ONETHREAD_PAYLOADS'] ?? 80);
const seed = Number(process.env['ONETHREAD_SEED'] ?? 20_264);

describe('A body that is too much', () => {
  let service: RunningService;
  let ana: Device;
  beforeAll(async () => {
    service = await startService({ args: ['--rate-percent', '10000'] });
    ana = new Device(service.ready);
    await ana.create();
  });
  afterAll(() => service.stop());

  /** Sends these bytes, never ends, and reads until the service hangs up or has answered. @returns the status, 0 for none */
  function sendRaw(head: readonly string[], body: Buffer | string = ''): Promise<number> {
    const { port } = new URL(service.ready.baseUrl);
    const path = `/sdk/apps/${service.ready.appId}${ana.own}/messages`;
    return new Promise((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      const done = (): void => {
        socket.destroy();
        resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0));
      };
      socket.setEncoding('latin1').on('data', (chunk) => {
        text += String(chunk);
        if (text.includes('\r\n\r\n') && !text.startsWith('HTTP/1.1 100')) done();
      });
      socket.on('error', done).on('close', done);
      const { credential } = ana;
      const { id, token } = credential.kind === 'session' ? credential : { id: '', token: '' };
      const authorization = `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`;
      const lines = [`POST ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: ${authorization}`, ...head];
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      socket.write(body);
    });
  }

  const json = 'Content-Type: application/json';
  const sized = (body: Buffer | string): string => `Content-Length: ${Buffer.byteLength(body)}`;
  const deep = `{"message":{"text":"x","a":${'['.repeat(45_000)}${']'.repeat(45_000)}}}`;
  const bad = Buffer.concat([
    Buffer.from('{"message":{"text":"'),
    Buffer.from([0xff, 0xfe, 0xc0]),
    Buffer.from('"}}'),
  ]);
  const cases: readonly (readonly [
    name: string,
    head: readonly string[],
    body: Buffer | string,
    wanted: readonly number[],
  ])[] = [
    // Only its length is said: who waits for thirty megabytes before saying no has not said no.
    ['thirty megabytes that are announced', [json, 'Content-Length: 31457280'], 'x', [413]],
    [
      'more than its length allows, in chunks',
      [json, 'Transfer-Encoding: chunked'],
      `1ffff\r\n${'x'.repeat(0x1ffff)}\r\n`,
      [413],
    ],
    ['both lengths at once', [json, 'Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n', [400]],
    ['two lengths', [json, 'Content-Length: 5', 'Content-Length: 50'], 'hello', [400]],
    ['a negative length', [json, 'Content-Length: -1'], '', [400]],
    ['an unknown coding', [json, 'Transfer-Encoding: gzip'], '', [400, 501]],
    [
      'a header of a hundred kilobytes',
      [json, `X-Bomb: ${'x'.repeat(100_000)}`, 'Content-Length: 2'],
      '{}',
      [431],
    ],
    [
      'five thousand headers',
      [json, ...Array.from({ length: 5_000 }, (_, i) => `X-${i}: y`), 'Content-Length: 2'],
      '{}',
      [400, 431],
    ],
    ['an expectation nobody knows', [json, 'Expect: the-impossible', 'Content-Length: 2'], '{}', [400, 417]],
    ['no JSON', [json, sized('{"message":')], '{"message":', [400]],
    ['nesting of forty-five thousand', [json, sized(deep)], deep, [400]],
    ['a prototype', [json, sized('{"__proto__":{"x":1}}')], '{"__proto__":{"x":1}}', [400]],
    [
      'bytes that are no text, with nothing in it to say',
      [json, sized('{"message":{"text":""}}')],
      '{"message":{"text":""}}',
      [400],
    ],
    ['another kind of body', ['Content-Type: text/xml', sized('<x/>')], '<x/>', [415]],
    ['JSON in another alphabet', ['Content-Type: application/json+evil', sized('{}')], '{}', [415]],
  ];

  it.each(cases)('S-16 is answered at once, and with a reason: %s', async (_name, head, body, wanted) => {
    expect(wanted).toContain(await sendRaw(head, body));
  });

  it('S-16 leaves no more memory taken than it found, and the service as it was', async () => {
    const resident = async (): Promise<number> => {
      const text = await (await fetch(`${service.ready.baseUrl}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
    };
    const round = () => Promise.all(cases.map(([, head, body]) => sendRaw(head, body)));
    for (let warm = 0; warm < 5; warm += 1) await round();
    const before = await resident();
    for (let more = 0; more < 15; more += 1) await round();
    expect((await resident()) - before).toBeLessThan(20 * 1024 * 1024);
    expect((await ana.send('still here')).text).toBe('still here');
    expect(service.log()).not.toContain('"level":"error"');
  }, 60_000);

  it('S-16 that is no proper text is kept as text all the same, or refused', async () => {
    const status = await sendRaw([json, sized(bad)], bad);
    expect([201, 400]).toContain(status);
    for (const { text = '' } of (await ana.page()).messages) expect(text).toBe(normalizeText(text));
    const huge = await sendRaw(
      [json, sized('{"message":{"type":"location","coordinates":{"lat":1e999,"long":1}}}')],
      '{"message":{"type":"location","coordinates":{"lat":1e999,"long":1}}}',
    );
    expect(huge).toBe(400);
  });
});

describe('SQL', () => {
  let service: InProcess;
  beforeAll(async () => {
    service = await startInProcess({ rateScale: 1_000_000 });
  });
  afterAll(() => service.stop());

  const parts = fc.constantFrom(
    ...[
      "'",
      '"',
      '`',
      ';',
      '--',
      '/*',
      '*/',
      '\\',
      '%',
      '_',
      '?',
      '?1',
      ':a',
      '@a',
      '$a',
      '||',
      ' OR 1=1 ',
      ' UNION SELECT ',
    ],
    ...[
      'DROP TABLE message',
      'SELECT secret FROM app_key',
      "'||(SELECT hash FROM session_token)||'",
      'CHAR(39)',
      'x',
      '\u02bc',
      '\uff07',
    ],
    ...[
      'NULL',
      'NaN',
      'MATCH ',
      'NEAR(',
      'rowid',
      'ATTACH ',
      "X'27'",
      '*',
      '^',
      '{',
      'LIKE ',
      'GLOB ',
      'RAISE(ABORT)',
      '\u0000',
    ],
  );
  const payload = fc.array(parts, { minLength: 1, maxLength: 6 }).map((some) => some.join(''));
  const Users = z.object({ users: z.array(z.object({ id: z.string() })) });
  const Made = z.object({ user: z.object({ id: z.string(), externalId: z.string() }) });

  it(`S-12 in any string is that string and nothing more: ${payloads} payloads (seed ${seed})`, async () => {
    const { ready } = service;
    const ana = new Device(ready);
    await ana.create();
    await ana.send('first');
    const conversationId = (await ana.page()).conversation._id;
    const names = fc.sample(payload, { seed, numRuns: payloads });
    for (const [index, raw] of names.entries()) {
      const text = normalizeText(raw);
      const email = `${index} ${text}`;
      // A message, its key, its metadata, the device that says it.
      const client = { ...ana.client, info: { [text.slice(0, 64)]: text } };
      const posted = await ana.request('POST', `${ana.own}/messages`, {
        message: { text: `${index} ${raw}`, _clientId: `${index} ${text}`, metadata: { [text]: text } },
        sender: { type: 'appUser', client },
      });
      expect(posted).toMatchObject({
        status: 201,
        body: {
          message: { text: `${index} ${text}`, _clientId: `${index} ${text}`, metadata: { [text]: text } },
        },
      });
      // A person: found by exactly that address and no other; their own id is a name like any.
      const about = { givenName: raw, surname: raw, email, locale: 'en' };
      const made = await business(ready, 'POST', '/users', {
        externalId: email,
        profile: about,
        metadata: { a: text },
      });
      expect(made.status).toBe(201);
      const { user } = Made.parse(made.body);
      expect(user.externalId).toBe(email);
      const found = await business(
        ready,
        'GET',
        `/users?filter[identities.email]=${encodeURIComponent(email)}`,
      );
      expect(Users.parse(found.body).users.map(({ id }) => id)).toEqual([user.id]);
      const asked = await business(ready, 'GET', `/users/${encodeURIComponent(email)}`);
      expect(Made.parse(asked.body).user.id).toBe(user.id);
      // Cursors and ids that are none.
      const odd = encodeURIComponent(text);
      for (const path of [
        `/conversations/${odd}`,
        `/conversations/${conversationId}/messages?page[before]=${odd}`,
        `/webhooks/${odd}`,
      ])
        expect((await business(ready, 'GET', path)).status).toBeGreaterThanOrEqual(400);
      expect((await ana.request('GET', `${ana.own}/messages?before=${odd}`)).status).toBe(400);
    }
    expect((await say(ready, conversationId, 'all there')).status).toBe(201);
    const history = await ana.history();
    expect(history.map(({ text = '' }) => text)).toEqual([
      'first',
      ...names.map((raw, index) => `${index} ${normalizeText(raw)}`),
      'all there',
    ]);
    for (const line of service.log) expect(JSON.parse(line)).not.toMatchObject({ level: 'error' });
  }, 120_000);
});
