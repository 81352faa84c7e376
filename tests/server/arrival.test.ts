/** How long requests may take to arrive, by a clock of the test and real sockets. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { allowSlowUpload, limitArrival } from '../../server/arrival.ts';

let server: Server;
let client: Socket;
let request: IncomingMessage;
let answer: () => void;

/** Somebody who has announced a body of a hundred megabytes. */
async function begin(head = 'Content-Length: 104857600'): Promise<void> {
  client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  const asked = once(server, 'request');
  client.write(`POST / HTTP/1.1\r\nHost: here\r\n${head}\r\n\r\n`);
  await asked;
}

/** Without a clock, which stands still here. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

async function send(bytes: number): Promise<void> {
  const before = request.socket.bytesRead;
  client.write(Buffer.alloc(bytes));
  await until(() => request.socket.bytesRead >= before + bytes);
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  server = createServer((incoming, response) => {
    request = incoming.resume();
    answer = () => response.end('done');
    limitArrival(incoming);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  vi.useRealTimers();
  client.destroy();
  server.close();
});

it('S-09 A body that is not here after half a minute is cut off, however it goes forward', async () => {
  await begin();
  await send(1_000_000);
  const heard = once(client, 'data');
  vi.advanceTimersByTime(29_000);
  expect(request.destroyed).toBe(false);
  vi.advanceTimersByTime(1_001);
  expect(request.destroyed).toBe(true);
  expect(String(await heard)).toContain('408 Request Timeout');
});

it('What is here is answered, however long that takes', async () => {
  await begin('Content-Length: 3');
  client.write('abc');
  await until(() => request.complete);
  vi.advanceTimersByTime(3_600_000);
  expect(request.socket.destroyed).toBe(false);
  const heard = once(client, 'data');
  answer();
  expect(String(await heard)).toContain('200 OK');
  // What came without a body was here with its first line.
  await begin('Accept: */*');
  vi.advanceTimersByTime(3_600_000);
  expect(request.socket.destroyed).toBe(false);
});

it('S-09 An upload goes on for as long as it goes forward, and is cut off when it does not', async () => {
  await begin();
  allowSlowUpload(request);
  for (let time = 0; time < 10; time += 1) {
    await send(64 * 1024);
    vi.advanceTimersByTime(15_000);
  }
  expect(request.destroyed).toBe(false);
  await send(60 * 1024);
  vi.advanceTimersByTime(15_000);
  expect(request.destroyed).toBe(true);
});

it('No upload takes longer than an hour', async () => {
  await begin();
  allowSlowUpload(request);
  for (let time = 0; time < 240; time += 1) {
    expect(request.destroyed).toBe(false);
    await send(64 * 1024);
    vi.advanceTimersByTime(15_000);
  }
  await send(64 * 1024);
  vi.advanceTimersByTime(15_000);
  expect(request.destroyed).toBe(true);
});
