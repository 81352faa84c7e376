import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WireMessage, WirePosted } from '../../contract/sdk-api.ts';
import { Device, expectStatus, newClientId, type Reply } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

const quotaMb = 2;
let service: RunningService;
beforeAll(async () => {
  service = await startService({ args: ['--upload-quota-mb', String(quotaMb)] });
});
afterAll(() => service.stop());

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('the rest of a picture')]);

async function visitor(): Promise<Device> {
  const device = new Device(service.ready);
  await device.create();
  return device;
}

interface Parts {
  content?: Buffer;
  name?: string;
  type?: string;
  message?: object;
  field?: string;
}

/** As the 4.x web client does it: `sender` and `message` as JSON text, the file in `source`. */
async function upload(
  device: Device,
  path: string,
  { content = png, name = 'blob', type = 'image/jpeg', message, field = 'source' }: Parts = {},
): Promise<Reply> {
  const form = new FormData();
  form.set('sender', JSON.stringify({ type: 'appUser', client: device.client }));
  if (message) form.set('message', JSON.stringify(message));
  form.set(field, new Blob([Uint8Array.from(content)], { type }), name);
  const response = await fetch(
    `${device.ready.configBaseUrl}/apps/${device.ready.appId}${device.own}${path}`,
    {
      method: 'POST',
      headers: { authorization: authorizationOf(device) },
      body: form,
    },
  );
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function authorizationOf({ credential }: Device): string {
  if (credential.kind !== 'session') throw new Error('no session');
  return `Basic ${Buffer.from(`${credential.id}:${credential.token}`).toString('base64')}`;
}

const posted = (reply: Reply): WireMessage => WirePosted.parse(expectStatus(reply, 201)).message;
const stored = (): Promise<string[]> => readdir(join(service.dataDir, 'attachments'));

describe('An uploaded picture', () => {
  it('is a message for all devices, and can be loaded without headers', async () => {
    const device = await visitor();
    const feed = await device.listen();
    const said = { metadata: { a: 1 }, altText: 'A red square' };
    const message = posted(await upload(device, '/images', { message: said }));
    expect(message).toMatchObject({
      ...{ type: 'image', role: 'appUser', mediaType: 'image/png', mediaSize: png.length },
      ...{ ...said, source: { type: 'web', id: device.clientId } },
    });
    const event = await feed.find(({ type }) => type === 'message');
    expect(WireMessage.parse(event['message'])).toEqual(message);
    expect((await device.page()).messages).toEqual([message]);
    const loaded = await fetch(String(message.mediaUrl));
    expect(Buffer.from(await loaded.arrayBuffer())).toEqual(png);
    feed.close();
  });

  it('S-13 is served so that a browser shows it but never runs it', async () => {
    const device = await visitor();
    const cases = [
      { content: png, type: 'text/html', served: 'image/png' },
      {
        content: Buffer.from('<script>alert(1)</script>'),
        type: 'text/html',
        served: 'application/octet-stream',
      },
      {
        content: Buffer.from('<svg onload="alert(1)"/>'),
        type: 'image/svg+xml',
        served: 'application/octet-stream',
      },
      { content: Buffer.from('%PDF-1.7'), type: 'application/pdf', served: 'application/octet-stream' },
      { content: Buffer.from('GIF'), type: 'image/gif', served: 'application/octet-stream' },
    ];
    for (const { content, type, served } of cases) {
      const message = posted(await upload(device, '/files', { content, type, name: 'a.html' }));
      const { headers } = await fetch(String(message.mediaUrl));
      expect(headers.get('content-type')).toBe(served);
      expect(headers.get('content-disposition')).toMatch(/^attachment/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain('sandbox');
      expect(headers.get('cache-control')).toBe('private, no-store');
    }
  });

  it('is one however often it is sent, and takes up its room once', async () => {
    const device = await visitor();
    const before = (await stored()).length;
    const message = { _clientId: newClientId() };
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => upload(device, '/images', { message })),
    );
    expect(new Set(replies.map((reply) => posted(reply)._id)).size).toBe(1);
    expect(await stored()).toHaveLength(before + 1);
  });

  it('that is none is refused, as a file it is welcome', async () => {
    const device = await visitor();
    const content = Buffer.from('hello');
    expect((await upload(device, '/images', { content })).status).toBe(415);
    const file = posted(
      await upload(device, '/files', { content, name: 'a letter.txt', type: 'text/plain' }),
    );
    expect(file).toMatchObject({ type: 'file', text: '', mediaType: 'text/plain', mediaSize: 5 });
    expect(file.mediaUrl).toMatch(/\/a%20letter\.txt$/);
  });

  it('is found again after a restart on another port', async () => {
    const own = await startService();
    const device = new Device(own.ready);
    await device.create();
    posted(await upload(device, '/images'));
    await own.kill();
    const again = await startService({ dataDir: own.dataDir, port: 0 });
    const back = new Device(again.ready, device.clientId);
    Object.assign(back, { appUserId: device.appUserId, credential: device.credential });
    const [message] = (await back.page()).messages;
    expect(Buffer.from(await (await fetch(String(message?.mediaUrl))).arrayBuffer())).toEqual(png);
    await again.stop();
  });
});

describe('An upload', () => {
  it('S-13 keeps its file under a random id, whatever name it came with', async () => {
    const device = await visitor();
    const names = [
      ...[
        '../../../etc/passwd',
        '..\\..\\boot.ini',
        '/etc/passwd',
        'C:\\x',
        'a/../../b',
        '....//....//x',
        '~/.ssh/id',
      ],
      ...[
        'x\0.png',
        'a\r\nSet-Cookie: x=1',
        '\u202Egpj.exe',
        'CON',
        '.',
        '..',
        '',
        'x'.repeat(3_000),
        '%2e%2e%2fx',
      ],
      ...['<script>.png', '"; filename="x', "a'b(c)*!", '🙂.png', '\uD800.png'],
    ];
    for (const name of names) {
      const { mediaUrl = '' } = posted(await upload(device, '/files', { name, content: Buffer.from('x') }));
      const { pathname } = new URL(mediaUrl);
      expect(pathname).toMatch(/^\/attachments\/[\w-]{43}\/[^/]+$/);
      const loaded = await fetch(mediaUrl);
      expect([loaded.status, await loaded.text()]).toEqual([200, 'x']);
      expect(loaded.headers.get('set-cookie')).toBeNull();
    }
    expect((await stored()).every((name) => /^[\w-]{43}$/.test(name))).toBe(true);
  });

  it('S-13 is refused whole where any part of it is wrong, and leaves nothing behind', async () => {
    const device = await visitor();
    const before = await stored();
    const raw = (body: string, type = 'multipart/form-data; boundary=b'): Promise<Reply> =>
      device.request('POST', `${device.own}/files`, body, { 'content-type': type });
    const part = (disposition: string, content = 'x') =>
      `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
    const file = part('name="source"; filename="a"');
    const bodies = [
      ...[
        '',
        'nonsense',
        '--b--\r\n',
        '--b\r\n\r\n',
        file,
        `${file}--`,
        '--c\r\nx\r\n--c--',
        `${part('filename="a"')}--b--`,
      ],
      ...[
        `${file}${file}--b--`,
        `${part('name="other"; filename="a"')}--b--`,
        `${part('name="sender"', '{}')}--b--`,
      ],
      ...[
        `${part('name="sender"', '{')}${file}--b--`,
        `${part('name="sender"', '{"client":5}')}${file}--b--`,
      ],
      ...[
        `${part('name="message"', '{"metadata":[1]}')}${file}--b--`,
        `${part('name="__proto__"')}${file}--b--`,
      ],
      ...[
        `${part('name="message"', 'x'.repeat(40_000))}${file}--b--`,
        `${part('name="x"').repeat(30)}${file}--b--`,
      ],
    ];
    for (const body of bodies)
      expect([body.slice(0, 200), (await raw(body)).status]).toEqual([body.slice(0, 200), 400]);
    expect((await raw('{}', 'application/json')).status).toBe(415);
    expect((await raw(file, 'multipart/form-data')).status).toBe(400);
    const text = await device.request('POST', `${device.own}/messages`, `${file}--b--`, {
      'content-type': 'multipart/form-data; boundary=b',
    });
    expect(text.status).toBe(415);
    expect(await stored()).toEqual(before);
    expect((await device.page()).messages).toEqual([]);
  });

  it('S-13 that breaks off leaves nothing behind', async () => {
    const device = await visitor();
    const before = await stored();
    const url = new URL(`${device.ready.configBaseUrl}/apps/${device.ready.appId}${device.own}/files`);
    const headers = {
      authorization: authorizationOf(device),
      ...{ 'content-type': 'multipart/form-data; boundary=b', 'content-length': '100000' },
    };
    const request = httpRequest(url, { method: 'POST', headers });
    request.on('error', () => undefined);
    request.write('--b\r\nContent-Disposition: form-data; name="source"; filename="a"\r\n\r\nbegin');
    await expect.poll(stored).toHaveLength(before.length + 1);
    request.destroy();
    await expect.poll(stored).toEqual(before);
  });

  it('S-13 over 25 MB is refused, and so is what the quota has no room for, exactly', async () => {
    const device = await visitor();
    const large = Buffer.alloc(25 * 1024 * 1024 + 1);
    expect((await upload(device, '/files', { content: large })).status).toBe(413);
    const sizeOf = async (): Promise<number> =>
      (await device.page()).messages.reduce((sum, { mediaSize = 0 }) => sum + mediaSize, 0);
    const content = Buffer.alloc(200 * 1024);
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => upload(device, '/files', { content })),
    );
    const kept = replies.filter(({ status }) => status === 201).length;
    expect(replies.filter(({ status }) => status === 413)).toHaveLength(20 - kept);
    const room = quotaMb * 1024 * 1024;
    expect(await sizeOf()).toBe(kept * content.length);
    expect(room - kept * content.length).toBeLessThan(content.length + 64 * 1024);
    expect(kept * content.length).toBeLessThanOrEqual(room);
  });

  it('is for the user’s own conversation alone', async () => {
    const [ana, bo] = [await visitor(), await visitor()];
    const before = await stored();
    Object.assign(ana, { appUserId: bo.appUserId });
    expect((await upload(ana, '/images')).status).toBe(404);
    expect(await stored()).toEqual(before);
  });

  it('nobody knows the id of is not found', async () => {
    for (const path of [
      'x/y',
      `${'A'.repeat(43)}/x`,
      '../service.db',
      '..%2fservice.db/x',
      '%00/x',
      '/x',
      'x',
    ]) {
      expect((await fetch(`${service.ready.baseUrl}/attachments/${path}`)).status).toBe(404);
    }
  });
});
