/** Running the service: what it is configured with, what it says of itself, and how it is copied. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, parseConfig } from '../../server/config.ts';
import { startInProcess } from './app-in-process.ts';
import { Device } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

const run = promisify(execFile);
const entry = new URL('../../server/backup.ts', import.meta.url).pathname;

let folder: string;
let service: RunningService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operations-'));
  service = await startService();
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest(new URL(path, service.ready.baseUrl), { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('The configuration', () => {
  it('comes from the command line, else the environment, else a file', async () => {
    const file = join(folder, 'service.json');
    await writeFile(
      file,
      JSON.stringify({ data: '/file', port: 1, 'app-name': 'File', 'browser-origin': ['https://a.example'] }),
    );
    const environment = {
      ONETHREAD_SERVICE_PORT: '2',
      ONETHREAD_SERVICE_APP_NAME: 'Environment',
      OTHER: 'x',
    };
    expect(parseConfig(['--config', file, '--app-name', 'Line'], environment)).toMatchObject({
      ...{ dataDir: '/file', port: 2, appName: 'Line', browserOrigins: ['https://a.example'] },
    });
    expect(
      parseConfig([], {
        ONETHREAD_SERVICE_DATA: '/e',
        ONETHREAD_SERVICE_BROWSER_ORIGIN: 'https://a.example http://b.example',
        ONETHREAD_SERVICE_LEASE: 'true',
      }),
    ).toMatchObject({
      ...{ dataDir: '/e', lease: true, browserOrigins: ['https://a.example', 'http://b.example'] },
    });
  });

  it.each([
    ['a misspelt variable', [], { ONETHREAD_SERVICE_DATA: '/x', ONETHREAD_SERVICE_PROT: '1' }],
    ['a malformed variable', [], { ONETHREAD_SERVICE_DATA: '/x', ONETHREAD_SERVICE_LEASE: 'perhaps' }],
    ['a name every object has', [], { ONETHREAD_SERVICE_DATA: '/x', ONETHREAD_SERVICE_CONSTRUCTOR: '1' }],
    ['a file that is not there', ['--data', '/x', '--config', '/nowhere.json'], {}],
    ['an address with a path', ['--data', '/x', '--public-url', 'https://a.example/x'], {}],
    ['a page without a scheme', ['--data', '/x', '--browser-origin', 'a.example'], {}],
    ['a reach of its own', ['--data', '/x', '--webhook-reach', 'all'], {}],
    ['a database and no folder for uploads', ['--data', '/x', '--database', 'postgresql://h/d'], {}],
    ['a folder for uploads and no database', ['--data', '/x', '--attachments', '/y'], {}],
    ['a database of another kind', ['--data', '/x', '--database', 'mysql://h/d', '--attachments', '/y'], {}],
    ['no limit at all', ['--data', '/x', '--rate-percent', '0'], {}],
  ])('with %s is refused in one line', (_what, argv, environment) => {
    expect(() => parseConfig(argv, environment)).toThrow(ConfigError);
    expect(() => parseConfig(argv, environment)).toThrow(/^[^\n]+$/);
  });
});

describe('The service', () => {
  it('says that it lives, and that it can work until it is to stop', async () => {
    expect(await statusOf('/health')).toBe(200);
    expect(await statusOf('/ready')).toBe(200);
    const own = await startInProcess();
    const ask = async () => (await own.app.http.inject('/ready')).statusCode;
    expect(await ask()).toBe(200);
    const stopping = own.stop();
    expect(await ask()).toBe(503);
    await stopping;
  });

  it('counts what it did, by route and never by person, and tells nobody but this machine', async () => {
    const device = new Device(service.ready);
    await device.create();
    await device.send('a word of confidence');
    const feed = await device.listen();
    const answer = await fetch(`${service.ready.baseUrl}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    const route = 'method="POST",route="/sdk/apps/:appId/appusers/:appUserId/messages",status="201"';
    expect(text).toContain(`onethread_request_seconds_count{${route}} 1`);
    expect(text).toContain(`onethread_request_seconds_bucket{${route},le="+Inf"} 1`);
    expect(text).toMatch(/^onethread_events_message_total 1$/m);
    expect(text).toMatch(/^onethread_listeners [1-9]/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(?:# TYPE \w+ \w+|\w+(?:\{.*\})? [\d.e+-]+)$/);
    for (const secret of [device.appUserId, device.clientId, 'confidence'])
      expect(text).not.toContain(secret);
    for (const headers of [
      { 'x-forwarded-for': '192.0.2.1' },
      { forwarded: 'for=192.0.2.1' },
      { host: 'chat.example.com' },
    ]) {
      expect(await statusOf('/metrics', headers)).toBe(403);
    }
    feed.close();
  });
});

describe('A copy', () => {
  it('is taken while people write, and is a service of its own', async () => {
    const device = new Device(service.ready);
    await device.create();
    const form = new FormData();
    form.set('source', new Blob(['minutes']), 'minutes.txt');
    const token = device.credential.kind === 'session' ? device.credential.token : '';
    const path = `${service.ready.configBaseUrl}/apps/${service.ready.appId}${device.own}`;
    const authorization = `Basic ${Buffer.from(`${device.appUserId}:${token}`).toString('base64')}`;
    await fetch(`${path}/files`, { method: 'POST', headers: { authorization }, body: form });
    let writing = true;
    let acknowledged = 0;
    const writer = (async () => {
      for (; writing; acknowledged += 1) await device.send(`${acknowledged}`);
    })();
    await expect.poll(() => acknowledged).toBeGreaterThan(5);
    const before = acknowledged;
    const to = join(folder, 'copy');
    const { stdout } = await run(process.execPath, [entry, '--data', service.dataDir, '--to', to]);
    writing = false;
    await writer;
    expect(stdout).toMatch(/^Copied the conversations and \d+ files/);
    for (const name of await readdir(to)) expect((await stat(join(to, name))).mode & 0o077).toBe(0);
    const restored = await startService({ dataDir: to, port: 0 });
    const back = Object.assign(new Device(restored.ready, device.clientId), {
      ...{ appUserId: device.appUserId, credential: device.credential },
    });
    const [file, ...messages] = await back.history();
    expect(messages.length).toBeGreaterThanOrEqual(before);
    expect(messages.map(({ text }) => text)).toEqual(messages.map((_, index) => `${index}`));
    expect(await (await fetch(file?.mediaUrl ?? '')).text()).toBe('minutes');
    await restored.stop();
  });

  it.each([
    ['nothing', []],
    ['a folder without a service', ['--data', tmpdir(), '--to', '/dev/null/x']],
  ])('of %s is refused in words', async (_what, args) => {
    const failed = z.object({ code: z.number(), stderr: z.string() });
    const outcome: unknown = await run(process.execPath, [entry, ...args]).catch((error: unknown) => error);
    const { code, stderr } = failed.parse(outcome);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });
});
