import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { CompactEncrypt, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Device, business, expectStatus, mint, newUserId, userJwt } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** A request with exactly these headers; `fetch` would not let us lie about Host. */
function bare(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const { hostname, port } = new URL(service.ready.baseUrl);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers, setHost: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}

const configPath = (): string => `/sdk/apps/${service.ready.appId}/config`;

describe('The door of the service', () => {
  it.each(['127.0.0.1', '127.0.0.1:1', 'localhost', 'localhost:8080', '[::1]:9'])(
    'answers to %s',
    async (host) => {
      expect(await bare(configPath(), { Host: host })).toBe(200);
    },
  );

  it.each([
    ...[
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '127.0.0.1@evil.example',
      '0.0.0.0',
    ],
    ...[
      'localhost:80:80',
      'LOCALHOST.',
      '127.1',
      '2130706433',
      '[::ffff:127.0.0.1]',
      'evil.example:80#localhost',
    ],
  ])('does not answer to %s', async (host) => {
    expect(await bare(configPath(), { Host: host })).toBe(403);
    expect(await bare('/faye', { Host: host }, 'POST')).toBe(403);
  });

  it.each(['http://127.0.0.1', 'null', 'https://evil.example', ''])(
    'is shut to the page at "%s"',
    async (origin) => {
      const headers = { Host: '127.0.0.1', Origin: origin };
      expect(await bare(configPath(), headers)).toBe(403);
      expect(await bare('/faye', headers, 'POST')).toBe(403);
      expect(
        await bare(configPath(), { ...headers, 'Access-Control-Request-Method': 'GET' }, 'OPTIONS'),
      ).toBe(403);
    },
  );

  it('S-23 says nothing is to be kept, guessed or run', async () => {
    for (const path of [configPath(), '/nowhere', `/v2/apps/${service.ready.appId}/users/x`]) {
      const { headers } = await fetch(`${service.ready.baseUrl}${path}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('S-17 listens on loopback only', async () => {
    expect(service.ready.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});

describe('A body', () => {
  const device = async (): Promise<Device> => {
    const created = new Device(service.ready);
    await created.create();
    return created;
  };

  it('S-16 over 100 kB is refused as too large', async () => {
    const reply = await (await device()).post({ text: 'x'.repeat(110 * 1024) });
    expect(reply).toMatchObject({ status: 413, body: { error: { code: 'payload_too_large' } } });
  });

  it.each([
    ['broken', '{"message":'],
    ['no object', '5'],
    ['a prototype', '{"__proto__":{"message":{"text":"x"}}}'],
    ['a constructor', '{"constructor":{"prototype":{"text":"x"}},"message":{"text":"x"}}'],
    ['nothing', ''],
  ])('that is %s is refused as malformed', async (_what, body) => {
    const own = await device();
    const reply = await own.request('POST', `${own.own}/messages`, body);
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  it('S-16 nested or wide beyond reason is refused', async () => {
    const own = await device();
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    const reply = await own.request(
      'POST',
      `${own.own}/messages`,
      `{"message":{"text":"x","metadata":${deep}}}`,
    );
    expect(reply.status).toBe(400);
    const info = `{"message":{"text":"x"},"sender":{"client":{"id":"a","platform":"web","info":{"deep":${deep}}}}}`;
    expect((await own.request('POST', `${own.own}/messages`, info)).status).toBe(400);
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, 1])));
    expect(
      (await own.request('POST', `${own.own}/messages`, `{"message":{"text":"x"},"x":${wide}}`)).status,
    ).toBe(400);
  });

  it('S-16 that is not JSON is refused', async () => {
    const own = await device();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const reply = await own.request('POST', `${own.own}/messages`, '{"message":{"text":"x"}}', {
        'content-type': type,
      });
      expect(reply).toMatchObject({ status: 415, body: { error: { code: 'unsupported_media_type' } } });
    }
  });

  it('S-12 with SQL in every field is stored as it stands or refused', async () => {
    const nasty = `'); DROP TABLE message;-- " OR 1=1 \\ % _ ?1`;
    const own = new Device(service.ready, nasty);
    await own.create({ givenName: nasty, properties: { [nasty]: nasty } });
    await own.login(`${nasty}${newUserId()}`);
    const sent = await own.send(nasty, nasty);
    expect(sent).toMatchObject({ text: nasty, _clientId: nasty, name: nasty, source: { id: nasty } });
    for (const query of [`?before=${encodeURIComponent(nasty)}`, `?after=1${encodeURIComponent(nasty)}`]) {
      expect((await own.request('GET', `${own.own}/messages${query}`)).status).toBe(400);
    }
    const found = await business(
      service.ready,
      'GET',
      `/users?filter[identities.email]=${encodeURIComponent(nasty)}`,
    );
    expect(found).toMatchObject({ status: 200, body: { users: [] } });
    expect((await own.page()).messages).toHaveLength(1);
  });
});

describe('A refusal', () => {
  it('has the v1 form at the SDK’s door and the v2 form at the business’s', async () => {
    const nowhere = async (path: string): Promise<unknown> =>
      (await fetch(`${service.ready.baseUrl}${path}`)).json();
    expect(await nowhere('/sdk/nothing')).toEqual({
      error: { code: 'not_found', description: expect.any(String) },
    });
    expect(await nowhere('/v2/nothing')).toEqual({
      errors: [{ code: 'not_found', title: expect.any(String) }],
    });
    expect(await nowhere(`/v2/apps/${service.ready.appId}/users/x`)).toMatchObject({
      errors: [{ code: 'unauthorized' }],
    });
  });

  it('S-24 leaves neither content nor credentials nor names in the log', async () => {
    const device = new Device(service.ready);
    const userId = newUserId('canary-user');
    await device.login(userId);
    await device.post({ text: 'canary-text', type: 'canary-type' });
    await device.request('GET', `${device.own}/messages?before=canary-query`);
    const token = device.credential.kind === 'session' ? device.credential.token : '';
    device.credential = { kind: 'session', id: device.appUserId, token: `${token}canary-token` };
    await device.request('GET', device.own);
    await expect.poll(() => service.log()).toContain('"route":"/sdk/apps/:appId/appusers/:appUserId"');
    expect(service.log()).not.toMatch(/canary/);
    expect(service.log()).not.toContain(token);
    for (const line of service.log().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
  });
});

describe('A JWT', () => {
  const header = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
  /** Signs by hand what no library would. */
  const forge = (head: object, claims: object, secret = service.ready.appKey.secret): string => {
    const signed = `${header(head)}.${header(claims)}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };

  it('is honoured with either pair of claims, with and without an end', async () => {
    const userId = newUserId();
    const later = Math.floor(Date.now() / 1000) + 60;
    for (const claims of [
      { scope: 'appUser', userId },
      { scope: 'user', external_id: userId },
      { scope: 'user', external_id: userId, userId, exp: later, nbf: later - 120, iat: later - 120 },
    ]) {
      const device = new Device(service.ready);
      device.credential = { kind: 'jwt', jwt: await mint(service.ready.appKey, claims) };
      expect((await device.create()).appUser.userId).toBe(userId);
    }
  });

  it('S-10 is refused in every other form', async () => {
    const { id: kid, secret } = service.ready.appKey;
    const userId = newUserId();
    const owner = new Device(service.ready);
    owner.credential = { kind: 'jwt', jwt: await userJwt(service.ready, userId) };
    await owner.create({ userId });
    const good = { scope: 'appUser', userId };
    const fine = { alg: 'HS256', typ: 'JWT', kid };
    const now = Math.floor(Date.now() / 1000);
    const honest = forge(fine, good);
    const [head = '', body = '', signature = ''] = honest.split('.');
    const rsa = await generateKeyPair('RS256');
    const forgeries = [
      forge({ ...fine, alg: 'none' }, good),
      `${header({ ...fine, alg: 'none' })}.${body}.`,
      `${header({ ...fine, alg: 'nOnE' })}.${body}.${signature}`,
      forge({ ...fine, alg: 'HS512' }, good),
      await new SignJWT(good).setProtectedHeader({ alg: 'HS384', kid }).sign(Buffer.from(secret)),
      await new SignJWT(good).setProtectedHeader({ alg: 'RS256', kid }).sign(rsa.privateKey),
      await new CompactEncrypt(Buffer.from('{}'))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(Buffer.alloc(32)),
      ...['../../dev/null', "' OR 1=1 --", 'app_x', '', '\u0000', 'x'.repeat(65_000), '__proto__'].map(
        (odd) => forge({ ...fine, kid: odd }, good),
      ),
      ...[5, null, [kid], { kid }].map((odd) => forge({ ...fine, kid: odd }, good)),
      forge({ alg: 'HS256' }, good),
      forge(fine, good, ''),
      forge(fine, good, 'another secret'),
      forge({ ...fine, crit: ['x'], x: 1 }, good),
      forge({ ...fine, b64: false, crit: ['b64'] }, good),
      ...[
        { scope: 'app' },
        { scope: 'account' },
        { scope: ['appUser'] },
        { scope: 'appuser' },
        { scope: undefined },
      ].map((odd) => forge(fine, { ...good, ...odd })),
      ...[
        { userId: undefined },
        { userId: '' },
        { userId: 5 },
        { userId: [userId] },
        { external_id: 'other' },
      ].map((odd) => forge(fine, { ...good, ...odd })),
      ...[now, now - 1, 0, -5, '9999999999', null, {}].map((exp) => forge(fine, { ...good, exp })),
      forge(fine, { ...good, nbf: now + 600 }),
      `${honest} x`,
      `${honest}=`,
      `${honest}.`,
      `.${honest}`,
      `${head}.${body}`,
      `${head}.${body}.`,
      `${head}.${body}.${signature.slice(0, -1)}`,
      `${head}.${body}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : String.fromCharCode(signature.charCodeAt(42) + 1)}`,
      `${head}\t.${body}.${signature}`,
      `${honest}${'A'.repeat(9_000)}`,
    ];
    const accepted: string[] = [];
    for (const jwt of forgeries) {
      const thief = new Device(service.ready);
      thief.appUserId = owner.appUserId;
      thief.credential = { kind: 'jwt', jwt: /[\0\r\n]/.test(jwt) ? 'x' : jwt };
      const reply = await thief.request('GET', thief.own);
      if (![401, 431].includes(reply.status)) accepted.push(jwt.slice(0, 200));
    }
    expect(accepted).toEqual([]);
    expect((await owner.request('GET', owner.own)).status).toBe(200);
  });

  it('of the business does not open the SDK, and one of a user does not open REST v2', async () => {
    const userId = newUserId();
    const app = new Device(service.ready);
    app.credential = { kind: 'jwt', jwt: await mint(service.ready.appKey, { scope: 'app', userId }) };
    const login = await app.request('POST', '/login', { userId, client: app.client });
    expect(login).toMatchObject({ status: 401, body: { error: { code: 'invalid_auth' } } });
    const response = await fetch(
      `${service.ready.baseUrl}/v2/apps/${service.ready.appId}/users/${encodeURIComponent(userId)}`,
      {
        headers: { authorization: `Bearer ${await userJwt(service.ready, userId)}` },
      },
    );
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { errors: [{ code: 'forbidden' }] },
    ]);
  });
});

describe('The demo sign-in', () => {
  const signIn = async (
    userId: unknown,
    password: unknown,
  ): Promise<{ status: number; body: unknown; wait: string | null }> => {
    const response = await fetch(service.ready.signInUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId, password }),
    });
    return {
      status: response.status,
      body: await response.json(),
      wait: response.headers.get('retry-after'),
    };
  };

  it.each(['ana', 'bo', 'chris', 'dana', 'eli'])('gives %s a JWT that logs in', async (name) => {
    const userId = `${name}@example.com`;
    const { status, body } = await signIn(userId, `onethread-${name}`);
    expect([status, body]).toMatchObject([200, { userId, expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) }]);
    const device = new Device(service.ready);
    await device.login(userId, (body as { jwt: string }).jwt);
    expect((await device.create({ userId })).appUser.userId).toBe(userId);
  });

  it('refuses a wrong password and an unknown name alike', async () => {
    const wrong = await signIn('ana@example.com', 'onethread-bo');
    expect(wrong).toMatchObject({ status: 401, body: { error: { code: 'wrong_password' } } });
    for (const name of ['nobody@example.com', '__proto__', 'constructor', 'ANA@example.com']) {
      expect(await signIn(name, 'onethread-ana')).toEqual(wrong);
    }
    expect((await signIn(5, {})).status).toBe(400);
  });

  it('makes someone who guesses wait, and nobody else', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 8; guess += 1)
      statuses.push((await signIn('eli@example.com', `guess ${guess}`)).status);
    expect(new Set(statuses)).toEqual(new Set([401]));
    const blocked = await signIn('eli@example.com', 'onethread-eli');
    expect(blocked).toMatchObject({ status: 429, body: { error: { code: 'too_many_requests' } } });
    expect(Number(blocked.wait)).toBeGreaterThan(0);
    expect((await signIn('dana@example.com', 'onethread-dana')).status).toBe(200);
  });
});

describe('The config of an unknown app', () => {
  it('is not told by any other route either', async () => {
    for (const path of ['/login', '/appusers', '/appusers/x/messages']) {
      const response = await fetch(`${service.ready.configBaseUrl}/apps/unknown${path}`, { method: 'POST' });
      expect(await response.json()).toMatchObject({ error: { code: 'app_not_found' } });
    }
    expect(expectStatus(await new Device(service.ready).request('GET', '/config'), 200)).toBeTruthy();
  });
});
