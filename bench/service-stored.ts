import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { Device } from '../tests/server/device.ts';
import { startService, type RunningService } from '../tests/server/running-service.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { HttpLane } from './http-lane.ts';
import { basicOf } from './service-durable.ts';
import { median, type BenchTable } from './table.ts';

const sizes = [1_000, 100_000, 1_000_000];
/** One after the other, for what the clock says. */
const rounds = 150;
const warmUp = 20;
/** At once, for what the processors say: a round of so many messages over so many connections, in turn. */
const bursts = 8;
const burst = 300;
const lanes = 8;

/**
 * What one more message costs when 1 k, 100 k and 1 M are stored, all in the one conversation it is added to: from the
 * request to the answer, durable; and of the service's processor time. The newest page beside it. The three services take
 * turns.
 */
export async function serviceStoredBench(): Promise<BenchTable> {
  const services: Filled[] = [];
  for (const size of sizes) services.push(await filled(size));
  const times = services.map(() => ({ send: [] as number[], page: [] as number[], cpu: [] as number[] }));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const [index, service] of services.entries()) {
      const [send, page] = [await service.send(round), await service.page()];
      if (round < warmUp) continue;
      times[index]?.send.push(send);
      times[index]?.page.push(page);
    }
  }
  for (let round = 0; round <= bursts; round += 1) {
    for (const [index, service] of services.entries()) {
      const cost = await service.cpuUs(round);
      if (round > 0) times[index]?.cpu.push(cost / 1_000);
    }
  }
  for (const service of services) await service.stop();
  const rows = (['send', 'cpu', 'page'] as const).flatMap((kind) => {
    const medians = times.map((one) => median(one[kind]));
    return medians.map((medianMs, index) => ({
      what: `${words[kind]}, ${sizes[index]?.toLocaleString('en')} stored`,
      medianMs,
      ratio: medianMs / (medians[0] ?? NaN),
    }));
  });
  return {
    title: 'Cost of a message as they pile up',
    target: 'flat within 10 % from 1 k to 1 M stored',
    statistic: 'median ms',
    rows,
  };
}

const words = {
  send: 'send and keep a message',
  cpu: 'processor time of a message, eight at once',
  page: 'read the newest page',
};

interface Filled {
  /** @returns milliseconds */
  send(round: number): Promise<number>;
  page(): Promise<number>;
  /** @returns microseconds of the service's processor time for each of a burst of messages. */
  cpuUs(round: number): Promise<number>;
  stop(): Promise<void>;
}

async function filled(size: number): Promise<Filled> {
  const dataDir = mkdtempSync(join(tmpdir(), 'onethread-stored-'));
  const args = ['--rate-percent', '1000000'];
  const first = await startService({ dataDir });
  const device = new Device(first.ready);
  await device.create();
  await device.send('A message of ordinary length, as people send them');
  await first.stop();
  fill(join(dataDir, 'service.db'), size);
  const service = await startService({ dataDir, args });
  return measuredOn(service, device, () => rmSync(dataDir, { recursive: true }));
}

function measuredOn(service: RunningService, device: Device, discard: () => void): Filled {
  const { ready } = service;
  const path = `/sdk/apps/${ready.appId}${device.own}/messages`;
  const lane = HttpLane.open(ready.baseUrl);
  const url = `${ready.baseUrl}${path}`;
  const headers = { authorization: basicOf(device) };
  return {
    send: async (round) => {
      const body = JSON.stringify({ message: { text: `message ${round}`, _clientId: `key ${round}` } });
      const began = performance.now();
      await (await lane).post(path, headers.authorization, body);
      return performance.now() - began;
    },
    page: async () => {
      const began = performance.now();
      await (await fetch(url, { headers })).text();
      return performance.now() - began;
    },
    cpuUs: async (round) => {
      const pid = service.process.pid ?? 0;
      const before = cpuTimeUs(pid);
      const open = await Promise.all(Array.from({ length: lanes }, () => HttpLane.open(ready.baseUrl)));
      await Promise.all(
        open.map(async (one, at) => {
          for (let index = at; index < burst; index += lanes) {
            const text = `message ${round} of a burst: ${index}`;
            const body = JSON.stringify({ message: { text, _clientId: text } });
            await one.post(path, headers.authorization, body);
          }
          one.close();
        }),
      );
      return (cpuTimeUs(pid) - before) / burst;
    },
    stop: async () => {
      (await lane).close();
      await service.stop();
      discard();
    },
  };
}

/** Copies the one message there is into the past, a second apart, each with a key of its own. */
function fill(file: string, size: number): void {
  const database = new Database(file);
  database
    .prepare(
      `WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < ?)
       INSERT INTO message (id, conversation_id, received, role, app_user_id, client_message_id, content)
       SELECT printf('%024x', n), conversation_id, received - n * 1000, role, app_user_id, 'old ' || n, content
       FROM step, (SELECT * FROM message LIMIT 1)`,
    )
    .run(size - 1);
  database.close();
}
