import { readFileSync } from 'node:fs';
import { userChannel } from '../contract/sdk-api.ts';
import { Device } from '../tests/server/device.ts';
import { startService, type RunningService } from '../tests/server/running-service.ts';
import { BayeuxLane } from './bayeux-lane.ts';
import { startChildServer } from './child-server.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { HttpLane } from './http-lane.ts';
import { basicOf } from './service-durable.ts';
import type { BenchTable } from './table.ts';

const crowds = [1, 100, 1_000];
/** Messages under way at once; with one device, one after the other. */
const lanes = 16;
/** Until garbage of the connecting is gone. */
const restMs = 5_000;

/**
 * From sending to arriving at a listening device, with 1, 100 and 1,000 devices connected, each to a channel of its own. The
 * baseline is a bare Faye server to which the same texts are published over WebSockets, once without a disk, once with a
 * durable commit for all that came together. Onethread gets them as its devices send them, over HTTP, and has them on the
 * disk.
 */
export async function serviceDeliveryBench(): Promise<BenchTable> {
  const rows: { what: string; medianMs: number; ratio: number }[] = [];
  for (const size of crowds) {
    const bare = await measured(await bareFaye(size, '--no-disk'));
    const durable = await measured(await bareFaye(size, '--disk'));
    const ours = await measured(await onethread([await freeService()], size));
    for (const [name, one] of [
      ['bare Faye', bare],
      ['bare Faye, with durable commits', durable],
      ['Onethread', ours],
    ] as const) {
      const what = `${name}, ${size} connected: ${wordsFor(one)}`;
      rows.push({ what, medianMs: one.rate, ratio: one.rate / bare.rate });
    }
  }
  return {
    title: 'From one device to another through the service',
    target: '≥ 70 % of the rate of a bare Faye server with as many connected',
    statistic: 'messages/s',
    rows,
  };
}

export function wordsFor({ p50, p99, cpuUs }: Measured): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpuUs.toFixed(0)} µs of processor time`;
}

/** Memory of the server for each device that is connected and silent, beside a bare Faye server's. */
export async function serviceIdleBench(): Promise<BenchTable> {
  const size = 1_000;
  const [bare, ours] = [
    await grown(() => bareFaye(size, '--no-disk')),
    await grown(async () => onethread([await freeService()], size)),
  ];
  return {
    title: 'Memory for an idle device',
    target: 'none was set; said beside a bare Faye server',
    statistic: 'KiB of resident memory, 1,000 connected',
    rows: [
      { what: 'bare Faye', medianMs: bare, ratio: 1 },
      { what: 'Onethread', medianMs: ours, ratio: ours / bare },
    ],
  };
}

export interface Crowd {
  readonly size: number;
  /** Of the server's processes. */
  readonly pids: readonly number[];
  connect(onArrival: (text: string) => void): Promise<void>;
  /** Sends to the device `to`, on one of the lanes. */
  send(text: string, to: number, lane: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Measured {
  /** Messages that arrived, a second. */
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** What a message cost the server's processes. */
  readonly cpuUs: number;
}

export async function measured(crowd: Crowd, messages = 3_000): Promise<Measured> {
  const warmUp = messages / 10;
  const { size } = crowd;
  const spentUs = (): number => crowd.pids.reduce((sum, pid) => sum + cpuTimeUs(pid), 0);
  const arrivals = new Map<string, () => void>();
  await crowd.connect((text) => arrivals.get(text)?.());
  const took: number[] = [];
  let next = 0;
  let [began, spent] = [0, 0];
  const lane = async (at: number): Promise<void> => {
    while (next < warmUp + messages) {
      const index = next;
      next += 1;
      if (index === warmUp) [began, spent] = [performance.now(), spentUs()];
      const text = `<<message ${index}>>`;
      const arrived = new Promise<void>((resolve) => arrivals.set(text, resolve));
      const sent = performance.now();
      const answered = crowd.send(text, index % size, at);
      await arrived;
      if (index >= warmUp) took.push(performance.now() - sent);
      arrivals.delete(text);
      await answered;
    }
  };
  await Promise.all(Array.from({ length: size === 1 ? 1 : lanes }, (_, at) => lane(at)));
  const seconds = (performance.now() - began) / 1000;
  const cpuUs = (spentUs() - spent) / messages;
  await crowd.stop();
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { rate: messages / seconds, p50: at(0.5), p99: at(0.99), cpuUs };
}

async function grown(make: () => Promise<Crowd>): Promise<number> {
  const crowd = await make();
  const before = residentKib(crowd.pids);
  await crowd.connect(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const after = residentKib(crowd.pids);
  await crowd.stop();
  return (after - before) / crowd.size;
}

function residentKib(pids: readonly number[]): number {
  const each = pids.map(
    (pid) => /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1],
  );
  return each.reduce((sum, one) => sum + Number(one ?? NaN), 0);
}

/** Few enough at once that nobody's handshake waits for a full queue. */
const atOnce = 16;

async function inGroups<T>(
  things: readonly T[],
  work: (thing: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < things.length; index = next++) await work(things[index] as T, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function bareFaye(size: number, disk: '--disk' | '--no-disk'): Promise<Crowd> {
  const server = await startChildServer('bare-echo-server.ts', disk);
  const open: BayeuxLane[] = [];
  const senders: BayeuxLane[] = [];
  return {
    size,
    pids: [server.pid],
    connect: async (onArrival) => {
      await inGroups(Array.from({ length: size }), async (_, index) => {
        open.push(await BayeuxLane.open(server.baseUrl, { channel: `/devices/${index}`, onArrival }));
      });
    },
    send: async (text, to, lane) => {
      senders[lane] ??= await BayeuxLane.open(server.baseUrl, { onArrival: () => undefined });
      senders[lane].publish(`/devices/${to}`, text);
    },
    stop: async () => {
      for (const lane of [...senders, ...open]) lane.close();
      await server.stop();
    },
  };
}

/** Of which as much may be asked as it can answer. */
export function freeService(): Promise<RunningService> {
  return startService({ args: ['--rate-percent', '1000000'] });
}

/** Devices of a service of one or more nodes: each listens at a node, and what is for it is sent to the next. */
export async function onethread(nodes: readonly RunningService[], size: number): Promise<Crowd> {
  const nodeOf = (at: number): RunningService => nodes[at % nodes.length] ?? fail();
  const devices = Array.from({ length: size }, (_, at) => new Device(nodeOf(at).ready));
  await inGroups(devices, async (device) => void (await device.create()));
  const listeners: BayeuxLane[] = [];
  const senders = new Map<string, HttpLane>();
  const paths = devices.map(({ ready, own }) => `/sdk/apps/${ready.appId}${own}/messages`);
  const credentials = devices.map(basicOf);
  const senderOf = (lane: number, { ready: { baseUrl } }: RunningService): HttpLane => {
    const name = `${lane} to ${baseUrl}`;
    const sender = senders.get(name) ?? new HttpLane(baseUrl);
    senders.set(name, sender);
    return sender;
  };
  return {
    size,
    pids: nodes.map((node) => node.process.pid ?? fail()),
    connect: async (onArrival) => {
      await inGroups(devices, async (device) => {
        const channel = userChannel(device.ready.appId, device.appUserId);
        const asked = { channel, ext: device.ext(), onArrival };
        listeners.push(await BayeuxLane.open(device.ready.baseUrl, asked));
      });
    },
    send: async (text, to, lane) => {
      const body = JSON.stringify({ message: { text, _clientId: text } });
      await senderOf(lane, nodeOf(to + 1)).post(paths[to] ?? '', credentials[to] ?? '', body);
    },
    stop: async () => {
      for (const lane of [...listeners, ...senders.values()]) lane.close();
      for (const node of nodes) await node.stop();
    },
  };
}

function fail(): never {
  throw new Error('A service has a node, and a node a process.');
}
