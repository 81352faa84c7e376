import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WireConfig, WireSignIn } from '../../contract/sdk-api.ts';
import { SignInCodes } from '../../server/sign-in-codes.ts';
import { Device, expectStatus, newUserId } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

const ana = { userId: 'ana@example.com', password: 'onethread-ana' };
const refusedProof = { status: 401, body: { error: { code: 'invalid_auth' } } };

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

async function signIn({ ready }: RunningService, proof: object): Promise<Reply> {
  const response = await fetch(ready.signInUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(proof),
  });
  return { status: response.status, body: await response.json() };
}

async function granted(
  service: RunningService,
  proof: object,
): Promise<{ refreshToken: string; jwt: string }> {
  const { refreshToken, jwt } = WireSignIn.parse(
    expectStatus({ ...(await signIn(service, proof)), headers: new Headers() }, 200),
  );
  if (refreshToken === undefined) throw new Error('no refresh token');
  return { refreshToken, jwt };
}

const refreshed = (service: RunningService, refreshToken: string) => granted(service, { refreshToken });

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe('A refresh token', () => {
  it('gets the next JWT and the next refresh token, for the same person', async () => {
    const first = await granted(service, ana);
    const second = await refreshed(service, first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const third = await refreshed(service, second.refreshToken);
    const device = new Device(service.ready);
    await device.login(ana.userId, third.jwt);
    expect((await device.create({ userId: ana.userId })).appUser.userId).toBe(ana.userId);
  });

  it('K-10 is good again as long as nobody has used the next one: that answer may have been lost', async () => {
    const first = await granted(service, ana);
    await refreshed(service, first.refreshToken);
    const again = await refreshed(service, first.refreshToken);
    await refreshed(service, again.refreshToken);
  });

  it('ends its whole family if it is shown after the next one was used', async () => {
    const first = await granted(service, ana);
    const second = await refreshed(service, first.refreshToken);
    const third = await refreshed(service, second.refreshToken);
    const other = await granted(service, ana);
    expect(await signIn(service, { refreshToken: first.refreshToken })).toMatchObject(refusedProof);
    expect(await signIn(service, { refreshToken: third.refreshToken })).toMatchObject(refusedProof);
    await refreshed(service, other.refreshToken);
  });

  it('ends its whole family if somebody shows the one that was taken for lost', async () => {
    const first = await granted(service, ana);
    const lost = await refreshed(service, first.refreshToken);
    const again = await refreshed(service, first.refreshToken);
    expect(await signIn(service, { refreshToken: lost.refreshToken })).toMatchObject(refusedProof);
    expect(await signIn(service, { refreshToken: again.refreshToken })).toMatchObject(refusedProof);
  });

  it('that nobody was given is refused, and so is what is none', async () => {
    expect(await signIn(service, { refreshToken: randomBytes(32).toString('base64url') })).toMatchObject(
      refusedProof,
    );
    for (const refreshToken of [
      '',
      'short',
      5,
      null,
      ['x'],
      'x'.repeat(513),
      "' OR 1=1 --                  ",
    ]) {
      expect((await signIn(service, { refreshToken })).status).toBe(400);
    }
  });

  it('survives a kill, and S-11 is nowhere on the disk in clear', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'service-'));
    const before = await startService({ dataDir });
    const first = await granted(before, ana);
    const second = await refreshed(before, first.refreshToken);
    await before.kill();
    const after = await startService({ dataDir });
    const third = await refreshed(after, second.refreshToken);
    const tokens = [first, second, third].map(({ refreshToken }) => refreshToken);
    const files = (await readdir(dataDir)).filter((name) => name.startsWith('demo-business.db'));
    expect(files).toContain('demo-business.db');
    const bytes = Buffer.concat(await Promise.all(files.map((name) => readFile(join(dataDir, name)))));
    expect(tokens.filter((token) => bytes.includes(token))).toEqual([]);
    expect(bytes.includes(createHash('sha256').update(third.refreshToken).digest('hex'))).toBe(true);
    await after.stop();
    await rm(dataDir, { recursive: true });
  });
});

describe('Someone who guesses', () => {
  it('S-15 waits on, though the service is started anew', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'service-'));
    const before = await startService({ dataDir });
    for (let guess = 0; guess < 8; guess += 1) {
      expect((await signIn(before, { ...ana, password: `guess ${guess}` })).status).toBe(401);
    }
    await before.kill();
    const after = await startService({ dataDir });
    expect((await signIn(after, ana)).status).toBe(429);
    expect((await signIn(after, { userId: 'bo@example.com', password: 'onethread-bo' })).status).toBe(200);
    await after.stop();
    await rm(dataDir, { recursive: true });
  });
});

describe('A code of the sign-in page', () => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  it('is good once, for whoever knows what its challenge was made of', () => {
    const codes = new SignInCodes();
    const code = codes.issue('ana', challenge, 1_000);
    expect(codes.redeem(code, verifier, 2_000)).toBe('ana');
    expect(codes.redeem(code, verifier, 2_000)).toBeNull();
  });

  it('is used up by a wrong verifier', () => {
    const codes = new SignInCodes();
    const code = codes.issue('ana', challenge, 1_000);
    expect(codes.redeem(code, challenge, 2_000)).toBeNull();
    expect(codes.redeem(code, verifier, 2_000)).toBeNull();
  });

  it('is good for two minutes', () => {
    const codes = new SignInCodes();
    const [early, late] = [codes.issue('ana', challenge, 0), codes.issue('ana', challenge, 0)];
    expect(codes.redeem(early, verifier, 119_999)).toBe('ana');
    expect(codes.redeem(late, verifier, 120_000)).toBeNull();
  });
});

describe('The sign-in page', () => {
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = { state, code_challenge: challenge, code_challenge_method: 'S256' };

  let pageUrl: string;
  beforeAll(async () => {
    const { config } = WireConfig.parse(
      expectStatus(await new Device(service.ready).request('GET', '/config'), 200),
    );
    pageUrl = config.signIn?.pageUrl ?? '';
  });

  const open = (query: Record<string, string>) =>
    fetch(`${pageUrl}?${new URLSearchParams(query).toString()}`);
  const submit = (fields: Record<string, string>, origin = new URL(pageUrl).origin) =>
    fetch(pageUrl, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams({ state, code_challenge: challenge, ...fields }),
      redirect: 'manual',
    });
  const linkIn = (html: string): URL =>
    new URL(/href="(onethread:[^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '');

  it('hands back a link with the state and a code, and no secret, that gets a JWT for the verifier', async () => {
    expect((await open(asked)).status).toBe(200);
    const page = await submit(ana);
    expect(page.status).toBe(200);
    const html = await page.text();
    const link = linkIn(html);
    expect(html).toContain(
      `<meta http-equiv="refresh" content="0; url=${link.href.replaceAll('&', '&amp;')}">`,
    );
    expect([link.protocol, link.host, [...link.searchParams.keys()]]).toEqual([
      'onethread:',
      'login',
      ['state', 'code'],
    ]);
    expect(link.searchParams.get('state')).toBe(state);
    const code = link.searchParams.get('code');
    const { jwt } = await granted(service, { code, codeVerifier: verifier });
    const device = new Device(service.ready);
    await device.login(ana.userId, jwt);
    expect(await signIn(service, { code, codeVerifier: verifier })).toMatchObject(refusedProof);
  });

  it('gives nobody a JWT who has only the link', async () => {
    const code = linkIn(await (await submit(ana)).text()).searchParams.get('code');
    const guess = randomBytes(32).toString('base64url');
    expect(await signIn(service, { code, codeVerifier: guess })).toMatchObject(refusedProof);
    expect(await signIn(service, { code, codeVerifier: verifier })).toMatchObject(refusedProof);
  });

  it('runs no script, loads nothing, is framed by nobody and kept by nobody', async () => {
    for (const page of [
      await open(asked),
      await open({}),
      await submit(ana),
      await submit({ ...ana, password: 'x' }),
    ]) {
      const html = await page.text();
      expect(html).not.toMatch(/<script|\son\w+=|src=|https?:/i);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      expect(page.headers.get('set-cookie')).toBeNull();
      const style = /<style>([^<]*)<\/style>/.exec(html)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(page.headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      );
    }
  });

  it('says what is not right, and keeps what was typed but the password', async () => {
    const wrong = await submit({ userId: newUserId(), password: 'secret-guess' });
    const html = await wrong.text();
    expect(wrong.status).toBe(401);
    expect(html).toMatch(/role="alert">The e-mail or the password is not right/);
    expect(html).toContain(`value="${state}"`);
    expect(html).not.toContain('secret-guess');
    const empty = await submit({ userId: 'ana@example.com', password: '' });
    expect([empty.status, await empty.text()]).toEqual([
      400,
      expect.stringMatching(/value="ana@example.com"/),
    ]);
  });

  it('makes someone who guesses wait, and says how long', async () => {
    const userId = newUserId();
    for (let guess = 0; guess < 8; guess += 1) await submit({ userId, password: `guess ${guess}` });
    const page = await submit({ userId, password: 'right or not' });
    expect([page.status, await page.text()]).toEqual([429, expect.stringMatching(/Wait \d+ seconds/)]);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([
    ['nothing', {}],
    ['no challenge', { state }],
    ['no method', { state, code_challenge: challenge }],
    ['a plain challenge', { ...asked, code_challenge_method: 'plain' }],
    ['something more', { ...asked, redirect_uri: 'https://evil.tld/' }],
    ['a state that is markup', { ...asked, state: `"><script>alert(1)</script>${'x'.repeat(43)}` }],
    ['a short state', { ...asked, state: 'x' }],
  ])('opened with %s signs nobody in', async (_what, query) => {
    const page = await open(query);
    const html = await page.text();
    expect(page.status).toBe(400);
    expect(html).not.toContain('<form');
    expect(html).not.toContain('<script');
  });

  it('writes what was typed as text, whatever it is', async () => {
    const userId = `"><img src=x onerror=alert(1)>'&`;
    const html = await (await submit({ userId, password: 'x' })).text();
    expect(html).toContain('value="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;"');
    expect(html).not.toContain('<img');
  });

  it.each(['https://evil.tld', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'takes nothing from a page at %s',
    async (origin) => {
      const page = await submit(ana, origin);
      expect([page.status, await page.json()]).toMatchObject([403, { error: { code: 'forbidden' } }]);
    },
  );

  it('leaves no trace of anyone in the log', async () => {
    await submit({ userId: 'canary-user', password: 'canary-password' });
    await open({ ...asked, state: 'canary-state' });
    expect(service.log()).toContain('"route":"/demo/sign-in/page"');
    expect(service.log()).not.toMatch(/canary|onethread-ana|ana@example|code_challenge/);
  });
});
