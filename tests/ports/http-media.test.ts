import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../main/adapters/http-axios.ts';
import type { HttpDownload, HttpForm } from '../../main/ports/http.ts';
import { createSignal } from '../../main/ports/signal.ts';

const servers: Server[] = [];
const http = createHttp({ fetch: (input, init) => fetch(input, init) });

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function formOf(bytes: Uint8Array, more: Partial<HttpForm> = {}): HttpForm {
  return {
    fields: { sender: '{"type":"appUser"}' },
    file: { field: 'source', name: 'a "ü"\r\n.png', mediaType: 'image/png', bytes },
    onSent: () => undefined,
    beforeEnd: async () => true,
    ...more,
  };
}

const post = (url: string, form: HttpForm, more: { timeoutMs?: number } = {}) =>
  http.request({ method: 'POST', url, headers: {}, authorization: null, timeoutMs: 5_000, form, ...more });

describe('A form with a file', () => {
  it('comes as it is written, its fields first, its name in quotes, and tells how much of it has left', async () => {
    let seen: { type: string; form: FormData } | null = null;
    const url = await serve((request, response) => {
      void bodyOf(request).then(async (body) => {
        const type = request.headers['content-type'] ?? '';
        seen = {
          type,
          form: await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData(),
        };
        response.writeHead(201, { 'content-type': 'application/json' }).end('{"ok":true}');
      });
    });
    const bytes = Buffer.alloc(300_000, 7);
    const told: number[] = [];
    const answer = await post(url, formOf(bytes, { onSent: (sent) => told.push(sent) }));
    expect(answer).toMatchObject({ kind: 'answer', status: 201, json: { ok: true } });
    expect(seen).toMatchObject({ type: expect.stringMatching(/^multipart\/form-data; boundary=/) as string });
    const { form } = seen ?? expect.fail('nothing came');
    expect([...(form as FormData).keys()]).toEqual(['sender', 'source']);
    expect((form as FormData).get('sender')).toBe('{"type":"appUser"}');
    const file = (form as FormData).get('source') as File;
    expect([file.type, file.size]).toEqual(['image/png', 300_000]);
    expect(file.name).toBe('a "ü"\r\n.png');
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect([told.length > 3, told.at(-1)]).toEqual([true, 300_000]);
  });

  it('keeps its end back until somebody says so, and without it nobody can take it for a whole one', async () => {
    let whole = 0;
    const url = await serve((request, response) => {
      bodyOf(request).then(
        () => {
          whole += 1;
          response.writeHead(204).end();
        },
        () => undefined,
      );
    });
    let asked = 0;
    const refuse = async () => {
      asked += 1;
      return false;
    };
    expect(await post(url, formOf(Buffer.alloc(200_000), { beforeEnd: refuse }))).toEqual({
      kind: 'aborted',
    });
    expect([asked, whole]).toEqual([1, 0]);
    expect(await post(url, formOf(Buffer.alloc(200_000)))).toMatchObject({ status: 204 });
    expect(whole).toBe(1);
  });

  it('is answered also where the answer comes before its end', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(413, { 'content-type': 'application/json' }).end('{"error":{"code":"x"}}');
    });
    const answer = await post(url, formOf(Buffer.alloc(8_000_000)));
    expect(answer).toMatchObject({ kind: 'answer', status: 413 });
  });

  it('has time as long as something moves, and no longer', async () => {
    const url = await serve((request) => void request.resume());
    expect(await post(url, formOf(Buffer.alloc(100_000)), { timeoutMs: 300 })).toEqual({ kind: 'timeout' });
  });
});

const get = (url: string, more: Partial<HttpDownload> = {}) =>
  http.download({ url, maxBytes: 1_000_000, timeoutMs: 5_000, ...more });

describe('A download', () => {
  it('H-12 is asked for in nobody’s name: no credential, no cookie, no referrer; and follows no redirect', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers);
      if (request.url === '/away') response.writeHead(302, { location: url }).end();
      else response.writeHead(200, { 'set-cookie': 'a=b' }).end('bytes');
    });
    for (let turn = 0; turn < 2; turn += 1) {
      const got = await get(url);
      expect(got.kind === 'bytes' && Buffer.from(got.bytes).toString()).toBe('bytes');
    }
    for (const headers of seen)
      expect(Object.keys(headers)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(authorization|cookie|referer|origin|x-smooch.*)$/)]),
      );
    expect(await get(`${url}away`)).toMatchObject({ kind: 'answer', status: 302 });
    expect(seen).toHaveLength(3);
  });

  it('H-11 ends where more comes out of it than is taken, whatever it was packed into or said about itself', async () => {
    const bomb = Buffer.alloc(64 * 1024 * 1024);
    const packed = { gzip: gzipSync(bomb), br: brotliCompressSync(bomb.subarray(0, 32 * 1024 * 1024)) };
    const url = await serve((request, response) => {
      const kind = request.url?.slice(1) ?? '';
      if (kind === 'gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed.gzip);
      else if (kind === 'br') response.writeHead(200, { 'content-encoding': 'br' }).end(packed.br);
      else if (kind === 'nested')
        response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(packed.gzip));
      else {
        // Says nothing of its length and never ends.
        const pour = (): void => {
          while (!response.destroyed && response.write(bomb.subarray(0, 65_536)));
        };
        response.writeHead(200).on('drain', pour);
        pour();
      }
    });
    for (const kind of ['gzip', 'br', 'nested', 'endless'])
      expect((await get(`${url}${kind}`, { maxBytes: 50 * 1024 * 1024 })).kind, kind).toBe('tooLarge');
  });

  it('that stalls, breaks off or is not wanted any more is none', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('part');
      if (request.url === '/cut') response.destroy();
    });
    expect(await get(url, { timeoutMs: 200 })).toEqual({ kind: 'timeout' });
    expect(await get(`${url}cut`)).toEqual({ kind: 'unreachable' });
    const { signal, abort } = createSignal();
    const wanted = get(url, { signal });
    abort();
    expect(await wanted).toEqual({ kind: 'aborted' });
  });
});
