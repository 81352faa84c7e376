/** A shop's page with a web client in it, in a real browser on another origin, next to our own app. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CoreDevice } from '../journeys/core-device.ts';
import { business, Device, newUserId, say, userJwt } from './device.ts';
import { startService, type RunningService } from './running-service.ts';
import { webClientPage, webClientScript } from './web-client-page.ts';

const faye = readFileSync(
  fileURLToPath(import.meta.resolve('faye-of-the-web-client/client/faye-browser-min.js')),
  'utf8',
);
const served: Readonly<Record<string, readonly [type: string, text: string]>> = {
  '/': ['text/html', webClientPage],
  '/faye.js': ['text/javascript', faye],
  '/client.js': ['text/javascript', webClientScript],
};

let shop: Server;
let origin: string;
let dataDir: string;
let service: RunningService;
let browser: Browser;
const begin = (): Promise<RunningService> =>
  startService({ dataDir, args: ['--browser-origin', origin, '--rate-percent', '10000'] });
beforeAll(async () => {
  shop = createServer((request, response) => {
    const [type, text] = served[request.url ?? ''] ?? ['text/plain', ''];
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(text);
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const address = shop.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  dataDir = await mkdtemp(join(tmpdir(), 'web-client-'));
  service = await begin();
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'],
  });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  await rm(dataDir, { recursive: true });
  shop.close();
});

interface Visitor {
  readonly page: Page;
  /** What it did on the wire to listen. */
  readonly listening: { jsonp: number; sockets: number };
  run(script: string): Promise<unknown>;
  problems(): Promise<unknown>;
  texts(): Promise<string[]>;
}

async function visit(): Promise<Visitor> {
  const page = await (await browser.newContext()).newPage();
  const listening = { jsonp: 0, sockets: 0 };
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().includes('/faye?message=')) listening.jsonp += 1;
  });
  page.on('websocket', () => (listening.sockets += 1));
  await page.goto(origin);
  const { configBaseUrl, appId } = service.ready;
  await page.evaluate(`init(${JSON.stringify({ configBaseUrl, appId })})`);
  return {
    page,
    listening,
    run: (script) => page.evaluate(script),
    problems: () => page.evaluate('state.problems'),
    texts: () => page.getByRole('listitem').allTextContents(),
  };
}

async function typed({ page }: Visitor, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text);
  await page.keyboard.press('Enter');
}

/** Somebody with more of a past than a page holds. */
async function withPast(userId: string, jwt: string, count: number): Promise<Device> {
  const device = new Device(service.ready);
  await device.login(userId, jwt);
  await device.create({ userId });
  for (let index = 0; index < count; index += 1) await device.send(`past ${index}`);
  return device;
}

describe('A page that speaks as the web client 4.x does, in a browser', () => {
  it('logs in with a JWT, syncs, uploads and pages, in one conversation with our app', async () => {
    const userId = newUserId();
    const jwt = await userJwt(service.ready, userId);
    const past = await withPast(userId, jwt, 230);
    const conversationId = (await past.page()).conversation._id;
    const ours = await CoreDevice.started(service.ready);
    await ours.login(userId, jwt);
    await ours.until(({ link }) => link.kind === 'live');
    const visitor = await visit();
    await visitor.run(`login(${JSON.stringify(userId)}, ${JSON.stringify(jwt)})`);
    expect(await visitor.texts()).toEqual(Array.from({ length: 100 }, (_, index) => `past ${130 + index}`));

    await typed(visitor, 'from the page');
    await ours.untilText('from the page');
    await ours.write('from the app');
    await visitor.page.getByText('from the app', { exact: true }).waitFor();
    await say(service.ready, conversationId, 'from the business');
    await visitor.page.getByText('from the business').waitFor();
    await ours.untilText('from the business');
    await business(service.ready, 'POST', `/conversations/${conversationId}/activity`, {
      author: { type: 'business', displayName: 'Ann' },
      type: 'typing:start',
    });
    await visitor.page.locator('body[data-activity="typing:start"]').waitFor();

    await visitor.run('sendImage()');
    const picture = visitor.page.getByRole('img');
    await expect
      .poll(() => picture.evaluate((image) => ('naturalWidth' in image ? image.naturalWidth : 0)), {
        timeout: 10_000,
      })
      .toBe(64);
    await ours.until((view) => JSON.stringify(view).includes('/attachments/'));

    await visitor.run('fetchOlder()');
    await visitor.run('fetchOlder()');
    expect(await visitor.run('state.hasPrevious')).toBe(false);
    const all = await visitor.texts();
    expect(all).toEqual([
      ...Array.from({ length: 230 }, (_, index) => `past ${index}`),
      ...['from the page', 'from the app', 'from the business', ''],
    ]);
    expect((await past.history()).map(({ text = '' }) => text)).toEqual(all);
    await visitor.run('read()');
    expect((await past.page()).conversation.unreadCount ?? 0).toBe(0);
    // It began as a page on another origin must, and went on with a socket.
    expect(visitor.listening.jsonp).toBeGreaterThan(0);
    expect(visitor.listening.sockets).toBeGreaterThan(0);
    expect(await visitor.problems()).toEqual([]);
    await ours.dispose();
    await visitor.page.context().close();
  }, 90_000);

  it('starts as nobody in particular and takes what it said along to its userId', async () => {
    const visitor = await visit();
    await typed(visitor, 'before I said who I am');
    await visitor.page.getByText('before I said who I am').waitFor();
    const userId = newUserId();
    await visitor.run(`login(${JSON.stringify(userId)})`);
    await typed(visitor, 'and after');
    await visitor.page.getByText('and after').waitFor();
    expect(await visitor.texts()).toEqual(['before I said who I am', 'and after']);
    const ours = await CoreDevice.started(service.ready);
    await ours.login(userId);
    await ours.untilText('and after');
    expect(ours.texts).toEqual(['before I said who I am', 'and after']);
    expect(await visitor.problems()).toEqual([]);
    await ours.dispose();
    await visitor.page.context().close();
  }, 60_000);

  it('says who it is with its first message, and is nobody again once it has logged out', async () => {
    const visitor = await visit();
    const userId = newUserId();
    await visitor.run(`updateUser({ givenName: 'Ann', properties: { plan: 'gold' } })`);
    await visitor.run(`login(${JSON.stringify(userId)})`);
    await typed(visitor, 'as Ann');
    await visitor.page.getByText('as Ann').waitFor();
    const answer = await business(service.ready, 'GET', `/users/${userId}`);
    expect(answer.body).toMatchObject({
      user: { profile: { givenName: 'Ann' }, metadata: { plan: 'gold' } },
    });
    await visitor.run('logout()');
    await typed(visitor, 'as nobody');
    await visitor.page.getByText('as nobody').waitFor();
    expect(await visitor.texts()).toEqual(['as nobody']);
    expect(await visitor.problems()).toEqual([]);
    await visitor.page.context().close();
  }, 60_000);

  it('reads what was said while the service was away, as soon as it is back', async () => {
    const visitor = await visit();
    const userId = newUserId();
    await visitor.run(`login(${JSON.stringify(userId)})`);
    await typed(visitor, 'hello');
    await visitor.page.getByText('hello').waitFor();
    await expect.poll(() => visitor.listening.sockets).toBeGreaterThan(0);
    await service.kill();
    service = await begin();
    const ours = new Device(service.ready);
    await ours.login(userId);
    await ours.send('said meanwhile');
    await visitor.page.getByText('said meanwhile').waitFor();
    await ours.send('and live');
    await visitor.page.getByText('and live').waitFor();
    expect(await visitor.texts()).toEqual(['hello', 'said meanwhile', 'and live']);
    expect(await visitor.problems()).toEqual([]);
    await visitor.page.context().close();
  }, 60_000);

  it('is told no where its proof is not good, in words it can read', async () => {
    const visitor = await visit();
    const userId = newUserId();
    const jwt = await userJwt(service.ready, userId);
    await withPast(userId, jwt, 1);
    const refused = visitor.run(`login(${JSON.stringify(userId)})`);
    await expect(refused).rejects.toThrow('401 invalid_auth');
    await visitor.page.context().close();
  }, 30_000);
});
