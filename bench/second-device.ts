import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import faye from 'faye';
import { CoreDevice } from '../tests/journeys/core-device.ts';
import { startService } from '../tests/server/running-service.ts';
import { median, type BenchTable } from './table.ts';

const rounds = 200;
const warmUp = 20;

/**
 * From the moment a message is handed to one device (Enter) to the moment it stands in the view of a second one: two whole
 * cores with their encrypted stores, the real service. Beside it a bare Faye echo with one durable commit. The two take
 * turns, one message at a time.
 */
export async function secondDeviceBench(): Promise<BenchTable> {
  const ours = await twoDevices();
  const bare = await bareEcho();
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const [bareMs, oursMs] = [await bare.send(round), await ours.send(round)];
    if (round < warmUp) continue;
    times.bare.push(bareMs);
    times.ours.push(oursMs);
  }
  await ours.stop();
  await bare.stop();
  const baseline = median(times.bare);
  return {
    title: 'Sending to a second device',
    target: '≤ 2 × a bare Faye echo plus one durable commit',
    rows: [
      { what: 'bare Faye echo, one durable commit', medianMs: baseline, ratio: 1 },
      {
        what: 'Onethread, Enter to the second view',
        medianMs: median(times.ours),
        ratio: median(times.ours) / baseline,
      },
    ],
  };
}

interface Pair {
  /** Send one message and wait for it on the other side. @returns milliseconds */
  send(round: number): Promise<number>;
  stop(): Promise<void>;
}

async function twoDevices(): Promise<Pair> {
  const service = await startService({ autoReply: false });
  const [desk, laptop] = [await CoreDevice.started(service.ready), await CoreDevice.started(service.ready)];
  for (const device of [desk, laptop]) {
    await device.login('bench');
    await device.until(({ link }) => link.kind !== 'connecting' && link.kind !== 'catchingUp');
  }
  await desk.write('first');
  await laptop.untilText('first');
  for (const device of [desk, laptop]) await device.until(({ link }) => link.kind === 'live');
  return {
    async send(round) {
      const text = `message ${round}`;
      const arrived = laptop.untilText(text);
      const start = performance.now();
      await desk.write(text);
      await arrived;
      const took = performance.now() - start;
      await desk.until(({ waiting }) => waiting === 0);
      return took;
    },
    async stop() {
      await Promise.all([desk.dispose(), laptop.dispose()]);
      await service.stop();
    },
  };
}

async function bareEcho(): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'onethread-echo-'));
  const server = fork(join(import.meta.dirname, 'bare-echo-server.ts'), [folder], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const url = `http://127.0.0.1:${await portOf(server)}/faye`;
  const [from, to] = [new faye.Client(url), new faye.Client(url)];
  let arrived: (text: string) => void = () => undefined;
  await to.subscribe('/echo', (data: unknown) => arrived(String(data)));
  return {
    send: (round) =>
      new Promise((done) => {
        const text = `message ${round}`;
        const start = performance.now();
        arrived = (got) => {
          if (got === text) done(performance.now() - start);
        };
        void from.publish('/echo', text);
      }),
    async stop() {
      await Promise.all([from.disconnect(), to.disconnect()]);
      server.disconnect();
      await once(server, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function portOf(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error('the echo server has no output');
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  return line;
}
