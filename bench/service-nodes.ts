import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Device, newUserId } from '../tests/server/device.ts';
import { PostgresCluster } from '../tests/server/postgres-cluster.ts';
import { startService, type RunningService } from '../tests/server/running-service.ts';
import { HttpLane } from './http-lane.ts';
import { measured, onethread, wordsFor } from './service-delivery.ts';
import { basicOf } from './service-durable.ts';
import { median, type BenchTable } from './table.ts';

/** How many wait for an answer at once, on all nodes together. */
const lanes = 64;
const rounds = 5;
const roundMs = 2_500;
const warmUp = 50;
const messages = 500;
const crowds = [100, 1_000];

/** A service in one of its forms. */
interface Form {
  readonly name: string;
  readonly nodes: readonly RunningService[];
}

/** Messages a second that are durable when they are answered for, by what keeps them; in turn, a few seconds each. */
export async function serviceNodesBench(): Promise<BenchTable> {
  return withForms(async (forms) => {
    const sides = await Promise.all(forms.map(async (form) => ({ form, rate: await sender(form) })));
    const rates = new Map<Form, number[]>();
    for (let round = 0; round <= rounds; round += 1) {
      for (const { form, rate } of sides) {
        const now = await rate();
        // The first is to warm up.
        if (round > 0) rates.set(form, [...(rates.get(form) ?? []), now]);
      }
    }
    return {
      title: 'Durable messages a second with PostgreSQL and two nodes',
      target: 'none was set; said beside the embedded database',
      statistic: 'messages/s, median',
      rows: rowsOf(forms, (form) => median(rates.get(form) ?? [])),
    };
  });
}

/** From one device to another of the same person, connected to the last node; one message after the other. */
export async function serviceNodesDelayBench(): Promise<BenchTable> {
  return withForms(async (forms) => {
    const delays = new Map<Form, number[]>();
    for (const form of forms) delays.set(form, await delaysOf(form));
    const ranked = (form: Form): number[] => (delays.get(form) ?? []).toSorted((a, b) => a - b);
    const p99 = (form: Form): number => ranked(form)[Math.floor(messages * 0.99)] ?? 0;
    const named = forms.map((form) => ({ ...form, name: `${form.name}, p99 ${p99(form).toFixed(1)} ms` }));
    return {
      title: 'From a device at one node to a device at another',
      target: 'none was set; said beside the embedded database',
      rows: rowsOf(named, ({ nodes }) => {
        const form = forms.find((one) => one.nodes === nodes);
        return form ? median(ranked(form)) : 0;
      }),
    };
  });
}

/** From one device to another with many connected, half of them at each node and each message sent to the other one. */
export async function serviceNodesDeliveryBench(): Promise<BenchTable> {
  const rows: { what: string; medianMs: number; ratio: number }[] = [];
  for (const size of crowds) {
    await withForms(async (forms) => {
      let first = 0;
      for (const { name, nodes } of forms) {
        const one = await measured(await onethread(nodes, size), 1_000);
        first ||= one.rate;
        const what = `${name}, ${size} connected: ${wordsFor(one)}`;
        rows.push({ what, medianMs: one.rate, ratio: one.rate / first });
      }
    });
  }
  return {
    title: 'From one device to another through two nodes',
    target: 'none was set; said beside the embedded database',
    statistic: 'messages/s',
    rows,
  };
}

function rowsOf(forms: readonly Form[], valueOf: (form: Form) => number): BenchTable['rows'] {
  const [first] = forms;
  const baseline = first ? valueOf(first) : 1;
  return forms.map((form) => ({
    what: form.name,
    medianMs: valueOf(form),
    ratio: valueOf(form) / baseline,
  }));
}

async function withForms<T>(measure: (forms: readonly Form[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'onethread-nodes-'));
  const cluster = await PostgresCluster.start('on');
  const free = ['--rate-percent', '1000000'];
  const node = (name: string, database: string): Promise<RunningService> => {
    const shared = ['--database', database, '--attachments', join(folder, 'attachments')];
    return startService({ dataDir: join(folder, name), args: [...free, ...shared] });
  };
  const [one, two] = [await cluster.create(), await cluster.create()];
  const forms: Form[] = [
    { name: 'SQLite, in one process', nodes: [await startService({ args: free })] },
    { name: 'PostgreSQL, one node', nodes: [await node('only', one)] },
    { name: 'PostgreSQL, two nodes', nodes: [await node('first', two), await node('second', two)] },
  ];
  try {
    return await measure(forms);
  } finally {
    for (const { nodes } of forms) for (const running of nodes) await running.stop();
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
}

const bodyOf = (key: string): string =>
  JSON.stringify({
    message: { text: `A message of ordinary length, as people send them: ${key}`, _clientId: key },
  });

const pathOf = ({ ready, own }: Device): string => `/sdk/apps/${ready.appId}${own}/messages`;

/** @returns what sends for a while, each lane one message after the other to its own node, and says how many a second. */
async function sender({ nodes }: Form): Promise<() => Promise<number>> {
  const devices: Device[] = [];
  for (let at = 0; at < lanes; at += 1) {
    const node = nodes[at % nodes.length];
    if (node) devices.push(new Device(node.ready));
  }
  for (const device of devices) await device.create();
  let key = 0;
  return async () => {
    const end = performance.now() + roundMs;
    const before = key;
    await Promise.all(
      devices.map(async (device) => {
        const lane = await HttpLane.open(device.ready.baseUrl);
        while (performance.now() < end)
          await lane.post(pathOf(device), basicOf(device), bodyOf(`key ${(key += 1)}`));
        lane.close();
      }),
    );
    return ((key - before) / roundMs) * 1000;
  };
}

async function delaysOf({ nodes }: Form): Promise<number[]> {
  const [from, to] = [nodes[0], nodes.at(-1)];
  if (!from || !to) throw new Error('A service has a node.');
  const [sending, listening] = [new Device(from.ready), new Device(to.ready)];
  const userId = newUserId();
  await sending.create();
  for (const device of [sending, listening]) await device.login(userId);
  const feed = await listening.listen();
  const lane = await HttpLane.open(from.ready.baseUrl);
  const took: number[] = [];
  for (let at = 0; at < warmUp + messages; at += 1) {
    const began = performance.now();
    const arrived = feed.find(() => feed.events.length > at);
    await lane.post(pathOf(sending), basicOf(sending), bodyOf(`key ${at}`));
    await arrived;
    if (at >= warmUp) took.push(performance.now() - began);
  }
  lane.close();
  feed.close();
  return took;
}
