/** What a web page with the field's 4.x client needs of the service, and that nobody else gets it. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { userChannel } from '../../contract/sdk-api.ts';
import { Device, say } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

const page = 'https://shop.example';
let service: RunningService;
let shut: RunningService;
beforeAll(async () => {
  [service, shut] = await Promise.all([startService({ args: ['--browser-origin', page] }), startService()]);
});
afterAll(() => Promise.all([service.stop(), shut.stop()]));

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** `fetch` does not let a test send an Origin. */
function ask(
  at: RunningService,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, at.ready.baseUrl), { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    request.on('error', reject).end(body);
  });
}

const sdk = (at: RunningService, path: string): string => `/sdk/apps/${at.ready.appId}${path}`;
const poll = (messages: object[]): string =>
  `/faye?message=${encodeURIComponent(JSON.stringify(messages))}&jsonp=__jsonp1__`;

/** The messages in `/**​/__jsonp1__([...]);`. */
function unwrap({ body }: Answer): Record<string, unknown>[] {
  const json = /^\/\*\*\/__jsonp1__\((.*)\);$/s.exec(body)?.[1] ?? '';
  return z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(json));
}

describe('A page that was configured', () => {
  it('may ask beforehand, for every header its client sends', async () => {
    for (const path of [
      sdk(service, '/appusers'),
      sdk(service, '/appusers/x/images'),
      '/faye',
      '/sdk/nowhere',
    ]) {
      const asked = { Origin: page, 'Access-Control-Request-Method': 'POST' };
      const { status, headers } = await ask(service, 'OPTIONS', path, asked);
      expect([path, status]).toEqual([path, 204]);
      expect(headers['access-control-allow-origin']).toBe(page);
      for (const name of [
        'authorization',
        'content-type',
        'pragma',
        'x-smooch-sdk',
        'x-smooch-clientid',
        'x-smooch-appid',
      ]) {
        expect(headers['access-control-allow-headers']).toContain(name);
      }
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        expect(headers['access-control-allow-methods']).toContain(method);
      }
    }
  });

  it('can read answers, refusals and what is not there alike', async () => {
    for (const [method, path, status] of [
      ['GET', sdk(service, '/config'), 200],
      ['GET', sdk(service, '/appusers/x'), 401],
      ['POST', sdk(service, '/appusers'), 400],
      ['POST', sdk(service, '/appusers/x/clients'), 404],
      ['GET', sdk(service, '/appusers/x/transferrequest'), 404],
      ['GET', '/attachments/x/y', 404],
    ] as const) {
      const answer = await ask(service, method, path, { Origin: page, 'content-type': 'application/json' });
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers['access-control-allow-origin']).toBe(page);
      expect(answer.headers['vary']).toBe('Origin');
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
    }
  });

  it('listens by JSONP, as its client begins, and gets what is said meanwhile', async () => {
    const device = new Device(service.ready);
    const { conversation } = await device.create();
    const shaken = await ask(
      service,
      'GET',
      poll([
        {
          channel: '/meta/handshake',
          version: '1.0',
          supportedConnectionTypes: ['callback-polling'],
          id: '1',
        },
      ]),
    );
    expect(shaken.status).toBe(200);
    expect(shaken.headers['content-type']).toMatch(/^text\/javascript/);
    const [{ clientId, successful } = {}] = unwrap(shaken);
    expect(successful).toBe(true);
    const subscription = userChannel(service.ready.appId, device.appUserId);
    const [subscribed] = unwrap(
      await ask(
        service,
        'GET',
        poll([{ channel: '/meta/subscribe', clientId, subscription, ext: device.ext(), id: '2' }]),
      ),
    );
    expect(subscribed).toMatchObject({ successful: true });
    const held = ask(
      service,
      'GET',
      poll([{ channel: '/meta/connect', clientId, connectionType: 'callback-polling', id: '3' }]),
    );
    await say(service.ready, conversation?._id ?? '', 'over here');
    expect(JSON.stringify(unwrap(await held))).toContain('over here');
  });

  it('may give up a poll, again and again, and the service stands', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [{ clientId } = {}] = unwrap(
        await ask(
          service,
          'GET',
          poll([
            { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['callback-polling'] },
          ]),
        ),
      );
      const url = new URL(
        poll([{ channel: '/meta/connect', clientId, connectionType: 'callback-polling' }]),
        service.ready.baseUrl,
      );
      await new Promise<void>((resolve) => {
        const request = httpRequest(url)
          .on('error', () => resolve())
          .on('close', () => resolve());
        request.end(() => setImmediate(() => request.destroy()));
      });
      const disconnect = [{ channel: '/meta/disconnect', clientId }];
      await ask(service, 'POST', '/faye', { 'content-type': 'application/json' }, JSON.stringify(disconnect));
    }
    expect((await ask(service, 'GET', sdk(service, '/config'))).status).toBe(200);
    expect(service.process.exitCode).toBeNull();
  });

  it('may probe and poll with text, credentials allowed by name', async () => {
    const probe = await ask(service, 'POST', '/faye', { Origin: page, 'content-length': '0' });
    expect([probe.status, probe.body]).toEqual([200, '[]']);
    const messages = [
      { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] },
    ];
    const body = `message=${encodeURIComponent(JSON.stringify(messages))}`;
    const headers = { Origin: page, 'content-type': 'text/plain', 'content-length': String(body.length) };
    const polled = await ask(service, 'POST', '/faye', headers, body);
    expect(polled.body).toContain('"successful":true');
    for (const { headers: got } of [probe, polled]) {
      expect(got['access-control-allow-origin']).toBe(page);
      expect(got['access-control-allow-credentials']).toBe('true');
    }
  });

  it('never makes the service write down what stood in a URL', async () => {
    const secret = 'eyJ-a-credential-in-a-url';
    await ask(
      service,
      'GET',
      poll([{ channel: '/meta/subscribe', clientId: 'x', subscription: '/x', ext: { jwt: secret } }]),
    );
    await ask(service, 'GET', `/faye?message=${secret}&jsonp=x`);
    await ask(service, 'GET', `/faye?message=[]&jsonp=alert(1)//${secret}`);
    await ask(service, 'GET', `${sdk(service, '/nowhere')}?jwt=${secret}`);
    expect(service.log()).not.toContain(secret);
  });

  it('S-17 reaches nothing of the business’s side', async () => {
    for (const path of [`/v2/apps/${service.ready.appId}/users`, '/demo/sign-in']) {
      const answer = await ask(service, 'POST', path, { Origin: page });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('Any other page', () => {
  it.each([
    'https://shop.example.evil',
    'http://shop.example',
    'https://shop.example:444',
    'null',
    '',
    'https://SHOP.example',
  ])('S-17 such as "%s" is turned away, and cannot read why', async (origin) => {
    for (const at of [service, shut]) {
      for (const [method, path] of [
        ['GET', sdk(at, '/config')],
        ['OPTIONS', sdk(at, '/login')],
        ['POST', '/faye'],
        ['OPTIONS', '/faye'],
      ] as const) {
        const { status, headers } = await ask(at, method, path, { Origin: origin });
        expect([path, status]).toEqual([path, 403]);
        expect(headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });

  it('finds no JSONP where no page was configured', async () => {
    expect((await ask(shut, 'GET', poll([]))).status).toBe(405);
    expect((await ask(service, 'GET', '/faye')).status).toBe(400);
    expect((await ask(service, 'GET', '/faye?message=[]&jsonp=alert(1)')).status).toBe(400);
  });
});

describe('A public address', () => {
  it('is answered to beside the loopback names, and handed out', async () => {
    const open = await startService({ args: ['--public-url', 'https://chat.example.com'] });
    const config = await ask(open, 'GET', sdk(open, '/config'), { Host: 'chat.example.com' });
    expect(config.body).toContain('"web":"https://chat.example.com/sdk/"');
    expect((await ask(open, 'GET', sdk(open, '/config'), { Host: 'chat.example.com:444' })).status).toBe(403);
    expect((await ask(open, 'GET', sdk(open, '/config'), { Host: 'evil.example' })).status).toBe(403);
    expect((await ask(open, 'GET', sdk(open, '/config'))).body).toContain(
      `"web":"${open.ready.baseUrl}/sdk/"`,
    );
    await open.stop();
  });
});
