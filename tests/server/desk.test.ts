/** The desk's part of the service: who may use it, from where, and what it is told. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DeskApp, DeskChanges, DeskConversations, OneDeskConversation } from '../../contract/desk-api.ts';
import { DeskLive } from '../../server/desk-live.ts';
import { parseConfig } from '../../server/config.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';
import { business, Device, mint, say } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let folder: string;
let here: InProcess;
let anywhere: InProcess;
let off: InProcess;
const publicUrl = 'https://chat.example.com';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'desk-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Desk</title>');
  await writeFile(join(folder, 'assets', 'main-1.js'), 'void 0;');
  await writeFile(join(folder, 'assets', 'secret.txt'), 'no page file');
  const deskFolder = folder;
  [here, anywhere, off] = await Promise.all([
    startInProcess({ deskFolder, publicUrl }),
    startInProcess({ deskFolder, publicUrl, desk: 'anywhere' }),
    startInProcess({ deskFolder, desk: null }),
  ]);
});
afterAll(async () => {
  await Promise.all([here.stop(), anywhere.stop(), off.stop()]);
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** `fetch` lets a test send neither Host nor Origin. */
function ask(
  at: InProcess,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, at.ready.baseUrl), { method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.on('error', reject).end();
  });
}

const keyOf = ({ ready: { appKey } }: InProcess): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${appKey.id}:${appKey.secret}`).toString('base64')}`,
});
const read = async <T>(shape: z.ZodType<T>, path: string, at = here): Promise<T> => {
  const { status, body } = await ask(at, 'GET', path, keyOf(at));
  expect([path, status]).toEqual([path, 200]);
  return shape.parse(JSON.parse(body));
};

describe('The desk’s page', () => {
  it('S-23 may load nothing but its own files and speak to nobody but its service', async () => {
    for (const path of ['/desk', '/desk/assets/main-1.js']) {
      const { status, headers } = await ask(here, 'GET', path);
      expect([path, status]).toEqual([path, 200]);
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';/,
      );
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['set-cookie']).toBeUndefined();
    }
    const { headers } = await ask(here, 'GET', '/desk/assets/main-1.js');
    expect(headers['content-type']).toMatch(/^text\/javascript/);
  });

  it('has no other file of this machine', async () => {
    for (const name of [
      'secret.txt',
      '..%2findex.html',
      '%2e%2e%2f%2e%2e%2fpackage.json',
      '..',
      'x'.repeat(3_000),
    ]) {
      const { status } = await ask(here, 'GET', `/desk/assets/${name}`);
      expect([name.slice(0, 30), [404, 414].includes(status)]).toEqual([name.slice(0, 30), true]);
    }
  });

  it('says how it is built where it has not been', async () => {
    const bare = await startInProcess({ deskFolder: join(folder, 'nowhere') });
    expect((await ask(bare, 'GET', '/desk')).body).toContain('npm run build');
    await bare.stop();
  });
});

describe('The desk can be used', () => {
  const paths = ['/desk', '/desk/assets/main-1.js', '/desk/app', '/desk/conversations', '/desk/changes'];

  it('from this machine only, unless it was opened further', async () => {
    const viaProxy = { host: 'chat.example.com', 'x-forwarded-for': '203.0.113.9' };
    for (const path of paths) {
      const tries = [
        [here, {}, 200],
        [here, viaProxy, 403],
        [here, { host: 'chat.example.com' }, 403],
        [here, { 'x-forwarded-for': '203.0.113.9' }, 403],
        [here, { host: 'evil.example' }, 403],
        [anywhere, viaProxy, 200],
        [off, {}, 404],
      ] as const;
      for (const [at, headers, status] of tries) {
        const got = await ask(at, 'GET', path, { ...keyOf(at), ...headers });
        expect([path, headers, got.status]).toEqual([path, headers, status]);
      }
    }
  });

  it('from where the configuration says, and from nowhere it cannot say', () => {
    const desk = (...words: string[]) => parseConfig(['--data', folder, ...words]).desk;
    expect([desk(), desk('--desk', 'anywhere'), desk('--desk', 'off')]).toEqual(['here', 'anywhere', null]);
    expect(parseConfig(['--data', folder], { ONETHREAD_SERVICE_DESK: 'off' }).desk).toBeNull();
    expect(() => desk('--desk', 'everywhere')).toThrow('--desk must be here, anywhere or off');
  });

  it('S-17 by its own page, and no other page in its name', async () => {
    const users = `/v2/apps/${here.ready.appId}/users`;
    const own = here.ready.baseUrl;
    const answers = async (origin: string) =>
      Promise.all(
        [users, '/desk/app'].map(
          async (path) => (await ask(here, 'GET', path, { ...keyOf(here), origin })).status,
        ),
      );
    expect(await answers(own)).toEqual([200, 200]);
    for (const origin of ['https://evil.example', 'null', own.replace('127.0.0.1', 'localhost'), `${own}0`]) {
      expect([origin, await answers(origin)]).toEqual([origin, [403, 403]]);
    }
  });

  it('with a key in a header; nothing else a browser would send by itself opens it', async () => {
    const { appKey } = here.ready;
    for (const headers of [
      {},
      { cookie: `key=${appKey.secret}` },
      { authorization: `Bearer ${appKey.secret}` },
    ]) {
      expect((await ask(here, 'GET', '/desk/conversations', headers)).status).toBe(401);
    }
    const { status } = await ask(here, 'GET', `/desk/conversations?key=${appKey.id}&secret=${appKey.secret}`);
    expect(status).toBe(401);
    expect(here.log.join('')).not.toContain(appKey.secret);
  });
});

describe('The desk’s list', () => {
  it('has everybody’s conversations, the latest first, with who, what was last said, and what is unread', async () => {
    const [ana, bo] = [new Device(here.ready), new Device(here.ready)];
    await ana.create({ givenName: 'Ana', surname: 'Diaz' });
    await bo.create({ userId: 'bo@example.com' });
    await bo.send('one');
    await ana.send('first');
    await bo.send('two');
    const { conversations, hasMore } = await read(DeskConversations, '/desk/conversations');
    expect(hasMore).toBe(false);
    expect(conversations.slice(0, 2)).toMatchObject([
      {
        name: 'bo@example.com',
        externalIds: ['bo@example.com'],
        unreadCount: 2,
        lastMessage: { content: { text: 'two' } },
      },
      { name: 'Ana Diaz', externalIds: [], unreadCount: 1, seenUntil: null },
    ]);
    expect(await read(DeskApp, '/desk/app')).toEqual({ id: here.ready.appId, name: 'Onethread Demo' });

    const [first] = conversations;
    const one = `/desk/conversations/${first?.id}`;
    const activity = { author: { type: 'business' }, type: 'conversation:read' };
    await business(here.ready, 'POST', `/conversations/${first?.id}/activity`, activity);
    expect((await read(OneDeskConversation, one)).conversation.unreadCount).toBe(0);
    await say(here.ready, first?.id ?? '', 'Hello');
    await bo.request('POST', `${bo.own}/conversation/read`);
    const { conversation } = await read(OneDeskConversation, one);
    expect(conversation).toMatchObject({ unreadCount: 0, lastMessage: { author: { type: 'business' } } });
    expect(conversation.seenUntil ?? '').toSatisfy(
      (seen: string) => seen >= (conversation.lastMessage?.received ?? 'z'),
    );
  });

  it('comes in pages', async () => {
    const many = await startInProcess({ deskFolder: folder, rateScale: 100 });
    for (let count = 0; count < 31; count += 1) await new Device(many.ready).create();
    const first = await read(DeskConversations, '/desk/conversations', many);
    const second = await read(DeskConversations, '/desk/conversations?offset=30', many);
    expect([first.conversations.length, first.hasMore]).toEqual([30, true]);
    expect([second.conversations.length, second.hasMore]).toEqual([1, false]);
    expect(first.conversations.map(({ id }) => id)).not.toContain(second.conversations[0]?.id);
    for (const offset of ['-1', 'x', '1e9']) {
      expect((await ask(many, 'GET', `/desk/conversations?offset=${offset}`, keyOf(many))).status).toBe(400);
    }
    await many.stop();
  });
});

describe('The desk’s news', () => {
  const news = (cursor: string, at = here) => read(DeskChanges, `/desk/changes?after=${cursor}`, at);
  const now = async (at = here) => (await read(DeskChanges, '/desk/changes', at)).cursor;

  it('arrives when it happens: what was said, who writes, what was pressed, and what is gone', async () => {
    const device = new Device(here.ready);
    const { conversation } = await device.create();
    const conversationId = conversation?._id ?? '';
    const next = async (act: () => Promise<unknown>) => {
      const waiting = news(await now());
      await act();
      return (await waiting).changes[0];
    };
    expect(await next(() => device.send('hello'))).toEqual({ kind: 'changed', conversationId });
    const activity = (type: string) =>
      device.request('POST', `${device.own}/conversation/activity`, { activity: { type } });
    expect(await next(() => activity('typing:start'))).toEqual({
      kind: 'typing',
      conversationId,
      isTyping: true,
    });
    expect(await next(() => activity('typing:stop'))).toEqual({
      kind: 'typing',
      conversationId,
      isTyping: false,
    });
    await say(here.ready, conversationId, {
      type: 'text',
      text: 'Sure?',
      actions: [{ type: 'postback', text: 'Call me', payload: 'x' }],
    });
    const { messages } = await device.page();
    const actionId = messages.at(-1)?.actions?.[0]?._id;
    expect(
      await next(() => device.request('POST', `${device.own}/postback`, { postback: { actionId } })),
    ).toEqual({
      kind: 'pressed',
      conversationId,
      text: 'Call me',
    });
    expect(await next(() => business(here.ready, 'DELETE', `/users/${device.appUserId}`))).toEqual({
      kind: 'removed',
      conversationId,
    });
  });

  it('that happened meanwhile is not lost, and what is too old is said to be missed', async () => {
    const device = new Device(here.ready);
    await device.create();
    const cursor = await now();
    await device.send('one');
    await device.send('two');
    const { changes, missed, cursor: later } = await news(cursor);
    expect([missed, changes.length]).toEqual([false, 2]);
    expect(later).toBe(await now());
    for (const unknown of ['', 'x', `${'0'.repeat(12)}.1`, cursor.replace(/\d+$/, '99999')]) {
      expect(await news(unknown)).toMatchObject({ missed: true, changes: [] });
    }
    // A login that merges two people changes more than one conversation.
    const anonymous = new Device(here.ready);
    await anonymous.create();
    const known = new Device(here.ready);
    await known.create({ userId: 'known@example.com' });
    const before = await now();
    await anonymous.login('known@example.com');
    expect(await news(before)).toMatchObject({ missed: true, changes: [] });
  });

  it('is not told to whose key was taken away while they waited', async () => {
    const own = await startInProcess({ deskFolder: folder });
    const made = await business(own.ready, 'POST', '/keys', { displayName: 'desk' });
    const { key } = z.object({ key: z.object({ id: z.string(), secret: z.string() }) }).parse(made.body);
    const authorization = `Bearer ${await mint(key, { scope: 'app' })}`;
    const device = new Device(own.ready);
    await device.create();
    const waiting = ask(own, 'GET', `/desk/changes?after=${await now(own)}`, { authorization });
    await business(own.ready, 'DELETE', `/keys/${key.id}`);
    await device.send('not for you');
    expect((await waiting).status).toBe(401);
    await own.stop();
  });

  it('is kept for a while, not for ever, and waited for by so many, not by all', async () => {
    const live = new DeskLive(60_000);
    const gone = new AbortController();
    const { cursor } = await live.after(undefined, gone.signal);
    const change = (count: number) => ({ kind: 'changed', conversationId: `c${count}` }) as const;
    for (let count = 0; count < 1_000; count += 1) live.note(change(count));
    const all = await live.after(cursor, gone.signal);
    expect([all.missed, all.changes.length, all.changes[0]]).toEqual([false, 1_000, change(0)]);
    live.note(change(1_000));
    expect(await live.after(cursor, gone.signal)).toMatchObject({ missed: true, changes: [] });
    expect((await live.after(all.cursor, gone.signal)).changes).toEqual([change(1_000)]);

    const latest = (await live.after(undefined, gone.signal)).cursor;
    const waiting = Array.from({ length: 200 }, () => live.after(latest, gone.signal));
    await expect(live.after(latest, gone.signal)).rejects.toMatchObject({ code: 'unavailable' });
    gone.abort();
    expect((await Promise.all(waiting)).every(({ changes }) => changes.length === 0)).toBe(true);
    live.note(change(1_001));
    expect((await live.after(latest, new AbortController().signal)).changes).toHaveLength(1);
  });

  it('lets who waits go when the service stops', async () => {
    const own = await startInProcess({ deskFolder: folder });
    const waiting = ask(own, 'GET', `/desk/changes?after=${await now(own)}`, keyOf(own));
    // It has been heard once the next request is answered: they are read in their order.
    await ask(own, 'GET', '/health');
    await own.stop();
    expect((await waiting).status).toBe(200);
  });
});

describe('npm run desk', () => {
  let service: RunningService;
  beforeAll(async () => void (service = await startService()));
  afterAll(() => service.stop());
  const run = promisify(execFile);
  const script = join(import.meta.dirname, '../../scripts/desk.ts');

  it('tells who may read the data folder where the desk is and its key, which no log or command line has', async () => {
    const { stdout } = await run(process.execPath, [script, '--data', service.dataDir]);
    const { baseUrl, appKey } = service.ready;
    expect(stdout).toContain(`${baseUrl}/desk\n`);
    expect(stdout).toContain(appKey.id);
    expect(stdout).toContain(appKey.secret);
    expect(service.log()).not.toContain(appKey.secret);
    expect(service.process.spawnargs.join(' ')).not.toContain(appKey.secret);
  });

  it('says so where no service is at work', async () => {
    await expect(run(process.execPath, [script, '--data', folder])).rejects.toThrow('No service is at work');
  });
});
