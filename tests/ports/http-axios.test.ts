import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../main/adapters/http-axios.ts';
import type { HttpRequest } from '../../main/ports/http.ts';
import { createSignal } from '../../main/ports/signal.ts';
import { bodyAnswer } from '../fakes/http.ts';

const servers: Server[] = [];
const http = createHttp({ fetch: (input, init) => fetch(input, init) });
const bearer = { scheme: 'bearer', token: 'secret-token' } as const;

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
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serveBody(status: number, headers: Record<string, string>, body = ''): Promise<string> {
  return serve((_request, response) => response.writeHead(status, headers).end(body));
}

function ask(url: string, more: Partial<HttpRequest> = {}) {
  return http.request({ method: 'GET', url, headers: {}, authorization: null, timeoutMs: 5_000, ...more });
}

const json = { 'content-type': 'application/json; charset=utf-8' };

describe('Http over axios', () => {
  it('sends method, path, query, headers and a JSON body as they are', async () => {
    let seen: { request: IncomingMessage; body: string } | null = null;
    const base = await serve((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        seen = { request, body };
        response.writeHead(201, json).end('{"ok":true}');
      });
    });
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-smooch-appid': 'app',
    };
    const answer = await ask(`${base}/sdk/a?before=1.500`, {
      method: 'POST',
      headers,
      json: { text: 'grüße' },
    });
    expect(answer).toMatchObject({ kind: 'answer', status: 201, retryAfter: null, json: { ok: true } });
    expect('date' in answer && answer.date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(seen).toMatchObject({
      request: { method: 'POST', url: '/sdk/a?before=1.500', headers },
      body: '{"text":"grüße"}',
    });
  });

  it('sends an empty body under a JSON content type, and no name of its own', async () => {
    let seen: IncomingMessage['headers'] = {};
    const base = await serve((request, response) => {
      seen = request.headers;
      request.on('data', () => expect.fail('there is a body')).on('end', () => response.writeHead(204).end());
    });
    await ask(base, { method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(seen).toMatchObject({ 'content-type': 'application/json', 'content-length': '0' });
    expect(seen['user-agent'] ?? '').not.toContain('axios');
  });

  it.each([
    [bearer, 'Bearer secret-token'],
    [{ scheme: 'basic', user: 'u', password: 'pä:ss' } as const, 'Basic dTpww6Q6c3M='],
  ])('writes the credential', async (authorization, header) => {
    let seen: string | undefined;
    const base = await serve((request, response) => {
      seen = request.headers.authorization;
      response.writeHead(204).end();
    });
    await ask(base, { authorization });
    expect(seen).toBe(header);
  });

  it('A-04 takes no credential from one request to the next', async () => {
    const seen: (string | undefined)[] = [];
    const base = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(204).end();
    });
    await ask(base, { authorization: bearer });
    await ask(base, { authorization: null });
    expect(seen).toEqual(['Bearer secret-token', undefined]);
  });

  it.each([301, 302, 303, 307, 308])(
    'K-16 takes a %i for an answer and tells the decoy nothing',
    async (status) => {
      const visits: string[] = [];
      const decoy = await serve((request, response) => {
        visits.push(`${request.url} ${request.headers.authorization}`);
        response.writeHead(200, json).end('{}');
      });
      const base = await serveBody(status, { location: `${decoy}/stolen`, refresh: `0; url=${decoy}` });
      for (const method of ['GET', 'POST', 'PUT'] as const) {
        const answer = await ask(base, {
          method,
          authorization: bearer,
          ...(method !== 'GET' && { json: {} }),
        });
        expect(answer).toMatchObject({ kind: 'answer', status, retryAfter: null, json: undefined });
      }
      expect(visits).toEqual([]);
    },
  );

  it('K-16 stays with the origin of the address, whatever its path looks like', async () => {
    const decoy = await serve((_request, response) => {
      expect.unreachable('the decoy was visited');
      response.end();
    });
    const base = await serveBody(200, json, '{}');
    for (const path of [`//${new URL(decoy).host}/x`, `/${decoy}/x`, `/\\\\${new URL(decoy).host}`]) {
      expect((await ask(`${base}${path}`, { authorization: bearer })).kind).toBe('answer');
    }
  });

  it('K-16 takes no proxy from the environment', async () => {
    const visits: string[] = [];
    const decoy = await serve((request, response) => {
      visits.push(request.url ?? '');
      response.writeHead(200, json).end('{}');
    });
    const base = await serveBody(200, json, '{"from":"service"}');
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = decoy;
    try {
      const answer = await ask(base, { authorization: bearer });
      expect(answer).toMatchObject({ json: { from: 'service' } });
    } finally {
      names.forEach((name, index) => {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      });
    }
    expect(visits).toEqual([]);
  });

  it('keeps no cookie', async () => {
    const cookies: (string | undefined)[] = [];
    const base = await serve((request, response) => {
      cookies.push(request.headers.cookie);
      response.writeHead(204, { 'set-cookie': 'who=bob; Path=/' }).end();
    });
    await ask(base);
    await ask(base);
    expect(cookies).toEqual([undefined, undefined]);
  });

  it.each([
    ['204', 204, {}, '', { kind: 'answer', status: 204, json: undefined }],
    ['an empty body declared as JSON', 200, json, '', { kind: 'answer', json: undefined }],
    ['plain text', 200, { 'content-type': 'text/plain' }, 'OK', { kind: 'answer', json: undefined }],
    ['JSON that nobody declared', 200, {}, '{}', { kind: 'answer', json: undefined }],
    [
      "a captive portal's page",
      200,
      { 'content-type': 'text/html' },
      '<html>',
      { kind: 'garbled', status: 200 },
    ],
    ["a proxy's error page", 502, { 'content-type': 'text/html' }, '<h1>', { kind: 'answer', status: 502 }],
    ['half a JSON', 200, json, '{"a":', { kind: 'garbled', status: 200 }],
    ['a page declared as JSON', 200, json, '<html>', { kind: 'garbled', status: 200 }],
    ['a byte order mark', 200, json, '\uFEFF{"a":1}', { kind: 'answer', json: { a: 1 } }],
    ['an error body', 401, json, '{"error":{"code":"x"}}', { status: 401, json: { error: { code: 'x' } } }],
  ] as const)('reads %s', async (_name, status, headers, body, expected) => {
    expect(await ask(await serveBody(status, { ...headers }, body))).toMatchObject(expected);
  });

  it('hands on Retry-After as it came', async () => {
    const base = await serveBody(429, { ...json, 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }, '{}');
    expect(await ask(base)).toMatchObject({ status: 429, retryAfter: 'Sun, 06 Nov 1994 08:49:37 GMT' });
  });

  it('reads an answer cut at any byte as whole or as garbled, never as something else', async () => {
    const body = JSON.stringify({
      messages: [{ text: 'grüße 🎈', received: 1444348338.704 }],
      more: [1, null],
    });
    const bytes = Buffer.from(body);
    const base = await serve((request, response) => {
      response.writeHead(200, json).end(bytes.subarray(0, Number(request.url?.slice(1))));
    });
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const expected =
        cut === bytes.length ? bodyAnswer(200, body) : cut === 0 ? bodyAnswer(200, '') : { kind: 'garbled' };
      expect(await ask(`${base}/${cut}`), `cut at ${cut}`).toMatchObject(expected);
    }
  });

  it.each([
    ['content length', { ...json, 'content-length': '1000' }],
    ['chunks', json],
  ])('calls an answer garbled whose connection breaks half-way (%s)', async (_name, headers) => {
    const base = await serve((_request, response) => {
      response.writeHead(200, headers).write('{"a":1,', () => response.destroy());
    });
    expect(await ask(base)).toEqual({ kind: 'garbled', status: 200 });
  });

  it.each([
    ['declared', { ...json, 'content-length': String(9 * 1024 * 1024 + 2) }],
    ['undeclared', json],
  ])('K-16 takes no more than 8 MiB (%s)', async (_name, headers) => {
    const base = await serve((_request, response) => {
      response.writeHead(200, headers);
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      for (let written = 0; written < 9; written += 1) response.write(chunk);
      // White space before it is still JSON: only its size is wrong.
      response.end('{}');
    });
    expect(await ask(base)).toEqual({ kind: 'garbled', status: 200 });
  });

  it('is unreachable where nobody listens, and where the connection is closed without a word', async () => {
    const base = await serve((request) => request.socket.destroy());
    expect(await ask(base)).toEqual({ kind: 'unreachable' });
    const [server] = servers.splice(0);
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    expect(await ask(base)).toEqual({ kind: 'unreachable' });
  });

  it.each([
    ['never begins', false],
    ['never ends', true],
  ])('gives up at the deadline when the answer %s', async (_name, begins) => {
    const base = await serve((_request, response) => {
      if (begins) response.writeHead(200, json).write('{"a":');
    });
    expect(await ask(base, { timeoutMs: 150 })).toEqual({ kind: 'timeout' });
  });

  it('lets go when the answer is no longer wanted, at once if it never was', async () => {
    let asked = 0;
    const wanted = createSignal();
    const base = await serve(() => {
      asked += 1;
      wanted.abort();
    });
    expect(await ask(base, { signal: wanted.signal })).toEqual({ kind: 'aborted' });
    expect(await ask(base, { signal: wanted.signal })).toEqual({ kind: 'aborted' });
    expect(asked).toBe(1);
  });
});
