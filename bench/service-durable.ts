import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Device } from '../tests/server/device.ts';
import { startService } from '../tests/server/running-service.ts';
import { startChildServer } from './child-server.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { GroupCommit } from './group-commit.ts';
import { HttpLane } from './http-lane.ts';
import { median, type BenchTable } from './table.ts';

/** How many wait for the disk at once. */
const lanes = 64;
const rounds = 5;
const roundMs = 2_500;

/**
 * Messages a second that are on the disk when they are answered for, with 64 devices each sending one after the other. The
 * baseline inserts the same 64 at a time into a bare table on the same file system and waits for the disk; in between
 * stands a bare HTTP server that does no more than that. They take turns, a few seconds each.
 */
export async function serviceDurableBench(): Promise<BenchTable> {
  const sides = [bareLoop(lanes), bareLoop(1), await bareHttp(), await onethread()];
  const measured = sides.map(() => [] as Measured[]);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, side] of sides.entries()) {
      const [count, spent] = [side.count(), side.cpuUs()];
      await side.run(roundMs);
      const messages = side.count() - count;
      const one = { rate: (messages / roundMs) * 1000, cpuUs: (side.cpuUs() - spent) / messages };
      // The first is to warm up.
      if (round > 0) measured[at]?.push(one);
    }
  }
  for (const side of sides) await side.stop();
  const rateOf = (at: number): number => median((measured[at] ?? []).map(({ rate }) => rate));
  const costOf = (at: number): number => median((measured[at] ?? []).map(({ cpuUs }) => cpuUs));
  return {
    title: 'Durable messages a second',
    target: '≥ 50 % of a bare group-commit insert loop on the same file system',
    statistic: 'messages/s, median',
    rows: sides.map(({ what }, at) => ({
      what: `${what}: ${costOf(at).toFixed(0)} µs of processor time each`,
      medianMs: rateOf(at),
      ratio: rateOf(at) / rateOf(0),
    })),
  };
}

interface Measured {
  /** Messages a second. */
  readonly rate: number;
  /** What a message cost the process that keeps it. */
  readonly cpuUs: number;
}

interface Side {
  readonly what: string;
  run(forMs: number): Promise<void>;
  /** Messages kept so far. */
  count(): number;
  /** Of the process that keeps them. */
  cpuUs(): number;
  stop(): Promise<void>;
}

const bodyOf = (key: number): string =>
  JSON.stringify({
    message: {
      text: `A message of ordinary length, as people send them, number ${key}`,
      _clientId: `key-${key}`,
    },
  });

function bareLoop(conversations: number): Side {
  const folder = mkdtempSync(join(tmpdir(), 'onethread-bare-'));
  const inserts = new GroupCommit(folder, conversations);
  const where = conversations === 1 ? 'all in one conversation' : `in ${conversations} conversations`;
  let key = 0;
  return {
    what: `bare insert loop, ${lanes} to a commit, ${where}`,
    run: async (forMs) => {
      const end = performance.now() + forMs;
      while (performance.now() < end) {
        inserts.commit(Array.from({ length: lanes }, () => bodyOf((key += 1))));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    count: () => key,
    cpuUs: () => cpuTimeUs(process.pid),
    stop: async () => rmSync(folder, { recursive: true }),
  };
}

/** Each lane sends the next message when the last is answered for. Connections do not outlive a round: idle ones are closed. */
async function keepSending(
  baseUrl: string,
  forMs: number,
  post: (lane: HttpLane, at: number) => Promise<void>,
): Promise<void> {
  const open = await Promise.all(Array.from({ length: lanes }, () => HttpLane.open(baseUrl)));
  const end = performance.now() + forMs;
  await Promise.all(
    open.map(async (lane, at) => {
      while (performance.now() < end) await post(lane, at);
    }),
  );
  for (const lane of open) lane.close();
}

async function bareHttp(): Promise<Side> {
  const server = await startChildServer('bare-insert-server.ts', String(lanes));
  let key = 0;
  return {
    what: `the first behind a bare HTTP server, ${lanes} connections`,
    run: (forMs) =>
      keepSending(server.baseUrl, forMs, (lane) => lane.post('/messages', 'none', bodyOf((key += 1)))),
    count: () => key,
    cpuUs: () => cpuTimeUs(server.pid),
    stop: () => server.stop(),
  };
}

async function onethread(): Promise<Side> {
  const service = await startService({ args: ['--rate-percent', '1000000'] });
  const { ready } = service;
  const devices = Array.from({ length: lanes }, () => new Device(ready));
  for (const device of devices) await device.create();
  const paths = devices.map(({ own }) => `/sdk/apps/${ready.appId}${own}/messages`);
  const credentials = devices.map(basicOf);
  let key = 0;
  return {
    what: `Onethread, ${lanes} devices`,
    run: (forMs) =>
      keepSending(ready.baseUrl, forMs, (lane, at) =>
        lane.post(paths[at] ?? '', credentials[at] ?? '', bodyOf((key += 1))),
      ),
    count: () => key,
    cpuUs: () => cpuTimeUs(service.process.pid ?? 0),
    stop: async () => void (await service.stop()),
  };
}

export function basicOf({ credential }: Device): string {
  const { id, token } = credential.kind === 'session' ? credential : { id: '', token: '' };
  return `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`;
}
