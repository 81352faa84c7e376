import { readFileSync } from 'node:fs';
import { userChannel } from '../contract/sdk-api.ts';
import { Device } from '../tests/server/device.ts';
import { startService } from '../tests/server/running-service.ts';
import { BayeuxLane } from './bayeux-lane.ts';
import { startChildServer } from './child-server.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { HttpLane } from './http-lane.ts';
import { basicOf } from './service-durable.ts';
import type { BenchTable } from './table.ts';

const crowds = [1, 100, 1_000];
const messages = 3_000;
const warmUp = 300;
/** Messages under way at once; with one device, one after the other. */
const lanes = 16;
/** Until garbage of the connecting is gone. */
const restMs = 5_000;

/**
 * From sending to arriving at a listening device, with 1, 100 and 1,000 devices connected, each to a channel of its own. The
 * baseline is a bare Faye server to which the same texts are published over WebSockets, once without a disk, once with one
 * durable commit each. Onethread gets them as its devices send them, over HTTP, and has them on the disk.
 */
export async function serviceDeliveryBench(): Promise<BenchTable> {
  const rows: { what: string; medianMs: number; ratio: number }[] = [];
  for (const size of crowds) {
    const bare = await measured(await bareFaye(size, '--no-disk'), size);
    const durable = await measured(await bareFaye(size, '--disk'), size);
    const ours = await measured(await onethread(size), size);
    for (const [name, one] of [
      ['bare Faye', bare],
      ['bare Faye, one durable commit each', durable],
      ['Onethread', ours],
    ] as const) {
      const spread = `p50 ${one.p50.toFixed(1)} ms, p99 ${one.p99.toFixed(1)} ms, ${one.cpuUs.toFixed(0)} µs of its CPU each`;
      rows.push({
        what: `${name}, ${size} connected: ${spread}`,
        medianMs: one.rate,
        ratio: one.rate / bare.rate,
      });
    }
  }
  return {
    title: 'From one device to another through the service',
    target: '≥ 70 % of the rate of a bare Faye server with as many connected',
    statistic: 'messages/s',
    rows,
  };
}

/** Memory of the server for each device that is connected and silent, beside a bare Faye server's. */
export async function serviceIdleBench(): Promise<BenchTable> {
  const size = 1_000;
  const [bare, ours] = [await grown(() => bareFaye(size, '--no-disk')), await grown(() => onethread(size))];
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

interface Crowd {
  readonly size: number;
  /** Of the server's process. */
  readonly pid: number;
  connect(onArrival: (text: string) => void): Promise<void>;
  /** Sends to the device `to`, on one of the lanes. */
  send(text: string, to: number, lane: number): Promise<void>;
  stop(): Promise<void>;
}

interface Measured {
  /** Messages that arrived, a second. */
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** What a message cost the server's process. */
  readonly cpuUs: number;
}

async function measured(crowd: Crowd, size: number): Promise<Measured> {
  const arrivals = new Map<string, () => void>();
  await crowd.connect((text) => arrivals.get(text)?.());
  const took: number[] = [];
  let next = 0;
  let [began, spent] = [0, 0];
  const lane = async (at: number): Promise<void> => {
    while (next < warmUp + messages) {
      const index = next;
      next += 1;
      if (index === warmUp) [began, spent] = [performance.now(), cpuTimeUs(crowd.pid)];
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
  const cpuUs = (cpuTimeUs(crowd.pid) - spent) / messages;
  await crowd.stop();
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { rate: messages / seconds, p50: at(0.5), p99: at(0.99), cpuUs };
}

async function grown(make: () => Promise<Crowd>): Promise<number> {
  const crowd = await make();
  const before = residentKib(crowd.pid);
  await crowd.connect(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const after = residentKib(crowd.pid);
  await crowd.stop();
  return (after - before) / crowd.size;
}

function residentKib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN);
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
    pid: server.pid,
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

async function onethread(size: number): Promise<Crowd> {
  const service = await startService({ args: ['--rate-percent', '1000000'] });
  const { ready } = service;
  const devices = Array.from({ length: size }, () => new Device(ready));
  await inGroups(devices, async (device) => void (await device.create()));
  const listeners: BayeuxLane[] = [];
  const senders: HttpLane[] = [];
  const paths = devices.map(({ own }) => `/sdk/apps/${ready.appId}${own}/messages`);
  const credentials = devices.map(basicOf);
  return {
    size,
    pid: service.process.pid ?? 0,
    connect: async (onArrival) => {
      await inGroups(devices, async (device) => {
        const channel = userChannel(ready.appId, device.appUserId);
        listeners.push(await BayeuxLane.open(ready.baseUrl, { channel, ext: device.ext(), onArrival }));
      });
    },
    send: async (text, to, lane) => {
      const body = JSON.stringify({ message: { text, _clientId: text } });
      await (senders[lane] ??= new HttpLane(ready.baseUrl)).post(
        paths[to] ?? '',
        credentials[to] ?? '',
        body,
      );
    },
    stop: async () => {
      for (const lane of [...listeners, ...senders]) lane.close();
      await service.stop();
    },
  };
}
