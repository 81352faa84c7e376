import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Device } from '../tests/server/device.ts';
import { startService } from '../tests/server/running-service.ts';
import { startChildServer } from './child-server.ts';
import { GroupCommit } from './group-commit.ts';
import { HttpLane } from './http-lane.ts';
import { median, type BenchTable } from './table.ts';

/** How many wait for the disk at once. */
const lanes = 64;
const rounds = 5;
const roundMs = 3_000;

/**
 * Messages a second that are on the disk when they are answered for, with 64 devices each sending one after the other. The
 * baseline inserts the same 64 at a time into a bare table on the same file system and waits for the disk; in between
 * stands a bare HTTP server that does no more than that. They take turns, a few seconds each.
 */
export async function serviceDurableBench(): Promise<BenchTable> {
  const rates = { loop: [] as number[], http: [] as number[], ours: [] as number[] };
  const [loop, http, ours] = [bareLoop(), await bareHttp(), await onethread()];
  for (let round = 0; round <= rounds; round += 1) {
    const now = { loop: await loop.rate(), http: await http.rate(), ours: await ours.rate() };
    // The first is to warm up.
    if (round > 0) for (const name of ['loop', 'http', 'ours'] as const) rates[name].push(now[name]);
  }
  for (const one of [loop, http, ours]) await one.stop();
  const baseline = median(rates.loop);
  const row = (what: string, values: readonly number[]) => ({
    what,
    medianMs: median(values),
    ratio: median(values) / baseline,
  });
  return {
    title: 'Durable messages a second',
    target: '≥ 50 % of a bare group-commit insert loop on the same file system',
    statistic: 'messages/s, median',
    rows: [
      row('bare insert loop, 64 to a commit', rates.loop),
      row('the same behind a bare HTTP server, 64 connections', rates.http),
      row('Onethread, 64 devices', rates.ours),
    ],
  };
}

interface Side {
  /** Messages a second. */
  rate(): Promise<number>;
  stop(): Promise<void>;
}

const bodyOf = (key: number): string =>
  JSON.stringify({
    message: {
      text: `A message of ordinary length, as people send them, number ${key}`,
      _clientId: `key-${key}`,
    },
  });

function bareLoop(): Side {
  const folder = mkdtempSync(join(tmpdir(), 'onethread-bare-'));
  const inserts = new GroupCommit(folder);
  let key = 0;
  return {
    rate: async () => {
      const end = performance.now() + roundMs;
      const before = key;
      while (performance.now() < end) {
        inserts.commit(Array.from({ length: lanes }, () => bodyOf((key += 1))));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return ((key - before) / roundMs) * 1000;
    },
    stop: async () => rmSync(folder, { recursive: true }),
  };
}

/** Each lane sends the next message when the last is answered for. Connections do not outlive a round: idle ones are closed. */
async function rateOf(baseUrl: string, post: (lane: HttpLane, at: number) => Promise<void>): Promise<number> {
  const open = await Promise.all(Array.from({ length: lanes }, () => HttpLane.open(baseUrl)));
  const end = performance.now() + roundMs;
  let count = 0;
  await Promise.all(
    open.map(async (lane, at) => {
      while (performance.now() < end) {
        await post(lane, at);
        count += 1;
      }
    }),
  );
  for (const lane of open) lane.close();
  return (count / roundMs) * 1000;
}

async function bareHttp(): Promise<Side> {
  const server = await startChildServer('bare-insert-server.ts');
  let key = 0;
  return {
    rate: () => rateOf(server.baseUrl, (lane) => lane.post('/messages', 'none', bodyOf((key += 1)))),
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
    rate: () =>
      rateOf(ready.baseUrl, (lane, at) =>
        lane.post(paths[at] ?? '', credentials[at] ?? '', bodyOf((key += 1))),
      ),
    stop: async () => void (await service.stop()),
  };
}

export function basicOf({ credential }: Device): string {
  const { id, token } = credential.kind === 'session' ? credential : { id: '', token: '' };
  return `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`;
}
