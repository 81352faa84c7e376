import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Device } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

it('A request whose line ends in the middle is not answered: its sender tries again', async () => {
  const { hostname, port } = new URL(service.ready.baseUrl);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += String(bytes)));
  const path = `/sdk/apps/${service.ready.appId}/appusers`;
  const head = `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{`;
  socket.end(head);
  await once(socket, 'close');
  expect(answer).toBe('');
  await new Device(service.ready).create();
});
