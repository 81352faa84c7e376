/** Two nodes of the real service on one real PostgreSQL, behind a balancer: one conversation, also while one is killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { DeskChanges } from '../../contract/desk-api.ts';
import { WirePosted, type WireMessage } from '../../contract/sdk-api.ts';
import { Balancer } from './balancer.ts';
import { business, Device, expectStatus, newUserId, say, type FeedEvent } from './device.ts';
import { PostgresCluster } from './postgres-cluster.ts';
import { startService, type Ready, type RunningService } from './running-service.ts';

// Several processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
/** Waits for it, on a busy machine too. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 20 });

let folder: string;
let cluster: PostgresCluster;
let database: string;
let nodes: [RunningService, RunningService];
let balancer: Balancer;
let sites: [Ready, Ready];

async function startNode(name: string): Promise<RunningService> {
  const shared = ['--database', database, '--attachments', join(folder, 'attachments')];
  const hooks = ['--webhook-reach', 'private', '--webhook-wait', '50'];
  return startService({ dataDir: join(folder, name), args: [...shared, ...hooks] });
}

async function balance(): Promise<void> {
  balancer = new Balancer(nodes.map(({ ready }) => ready));
  const [first, second] = await balancer.open();
  if (!first || !second) throw new Error('There are two nodes.');
  sites = [first, second];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodes-'));
  cluster = await PostgresCluster.start();
  database = await cluster.create();
  nodes = await Promise.all([startNode('one'), startNode('two')]);
  await balance();
}, 60_000);
afterAll(async () => {
  balancer.close();
  for (const node of nodes) await node.stop();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

/** Somebody with one device at each site. */
async function somebody(): Promise<[Device, Device]> {
  const userId = newUserId();
  const devices: [Device, Device] = [new Device(sites[0]), new Device(sites[1])];
  await devices[0].create();
  for (const device of devices) await device.login(userId);
  return devices;
}

describe('Two nodes', () => {
  it('are one service: the same app, key and people', async () => {
    const [one, two] = nodes;
    expect(two.ready).toMatchObject({ appId: one.ready.appId, appKey: one.ready.appKey });
    expect(two.ready.baseUrl).not.toBe(one.ready.baseUrl);
    const [here, there] = await somebody();
    expect(there.appUserId).toBe(here.appUserId);
  });

  it('share one live conversation: what is said, typed and read at one is heard at the other', async () => {
    const [here, there] = await somebody();
    const [feedHere, feedThere] = [await here.listen(), await there.listen()];
    const hello = await here.send('from here');
    expect(await feedThere.text('from here')).toEqual(hello);
    await there.send('from there');
    await feedHere.text('from there');
    const { conversation } = await here.page();
    await say(sites[1], conversation._id, 'from the business');
    for (const feed of [feedHere, feedThere]) await feed.text('from the business');
    const activity = { author: { type: 'business' }, type: 'typing:start' };
    await business(sites[0], 'POST', `/conversations/${conversation._id}/activity`, activity);
    await feedThere.find((event) => isActivity(event, 'typing:start'));
    await there.request('POST', `${there.own}/conversation/read`);
    await feedHere.find((event) => isActivity(event, 'conversation:read'));
    const said = ['from here', 'from there', 'from the business'];
    expect([feedHere.texts(), feedThere.texts()]).toEqual([said, said]);
    for (const feed of [feedHere, feedThere]) feed.close();
  });

  it('keep each order that one of them gave, however they are spoken to at once', async () => {
    const [here, there] = await somebody();
    const feeds = [await here.listen(), await there.listen()];
    const all = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? here : there).send(`${at}`));
    await Promise.all(all);
    const history = (await there.history()).map(({ text }) => text);
    for (const feed of feeds) await soon(() => feed.texts()).toEqual(history);
    for (const feed of feeds) feed.close();
  });

  it('S-18 keep a message once that is sent to both at the same time, eight times, under one key', async () => {
    const [here, there] = await somebody();
    const feed = await here.listen();
    for (let round = 0; round < 10; round += 1) {
      const repeats = Array.from({ length: 8 }, (_, at) =>
        (at % 2 === 0 ? here : there).send(`round ${round}`, `key ${round}`),
      );
      const ids = (await Promise.all(repeats)).map(({ _id }) => _id);
      expect(new Set(ids).size).toBe(1);
    }
    const rounds = Array.from({ length: 10 }, (_, round) => `round ${round}`);
    expect((await there.history()).map(({ text }) => text)).toEqual(rounds);
    await soon(() => feed.texts()).toEqual(rounds);
    feed.close();
  });

  it('end at once, wherever it listens, what a device held that logs out elsewhere', async () => {
    const [here, there] = await somebody();
    const feed = await here.listen();
    await there.send('before');
    await feed.text('before');
    // The same device, which the balancer now takes to the other node.
    const same = new Device(sites[1], here.clientId);
    [same.credential, same.appUserId] = [here.credential, here.appUserId];
    expectStatus(await same.request('POST', `${same.own}/logout`, { client: same.client }), 200);
    const other = await there.listen();
    await there.send('after');
    await other.text('after');
    await there.send('later');
    await other.text('later');
    expect(feed.texts()).toEqual(['before']);
    for (const one of [feed, other]) one.close();
  });

  it('serve what was uploaded to either', async () => {
    const [here, there] = await somebody();
    const form = new FormData();
    form.set('sender', JSON.stringify({ type: 'appUser', client: here.client }));
    form.set('source', new Blob(['some bytes']), 'a.txt');
    if (here.credential.kind !== 'session') throw new Error('no session');
    const basic = Buffer.from(`${here.appUserId}:${here.credential.token}`).toString('base64');
    const address = `${here.ready.configBaseUrl}/apps/${here.ready.appId}${here.own}/files`;
    const headers = { authorization: `Basic ${basic}` };
    expect((await fetch(address, { method: 'POST', headers, body: form })).status).toBe(201);
    const mediaUrl = (await there.page()).messages.at(-1)?.mediaUrl ?? '';
    expect(mediaUrl.startsWith(sites[1].baseUrl)).toBe(true);
    expect(await (await fetch(mediaUrl)).text()).toBe('some bytes');
  });

  it('tell a desk at one what people do at the other', async () => {
    const [here] = await somebody();
    await here.send('hello');
    const conversationId = (await here.page()).conversation._id;
    let cursor: string | undefined;
    const seen: unknown[] = [];
    await soon(async () => {
      // Without a cursor, and after a login, a desk is told to look at everything anew.
      const next = await changes(sites[1], cursor);
      cursor = next.cursor;
      seen.push(...next.changes);
      const typing = { activity: { type: 'typing:start' } };
      await here.request('POST', `${here.own}/conversation/activity`, typing);
      return seen;
    }).toContainEqual({ kind: 'typing', conversationId, isTyping: true });
  });

  it('lose nothing for anybody when the database drops every connection', async () => {
    const [here, there] = await somebody();
    const feeds = [await here.listen(), await there.listen()];
    for (let round = 0; round < 3; round += 1) {
      await cluster.query(
        database,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'onethread'`,
      );
      await here.send(`here ${round}`);
      await there.send(`there ${round}`);
    }
    const history = (await there.history()).map(({ text }) => text);
    expect(history).toHaveLength(6);
    for (const feed of feeds) await soon(() => feed.texts()).toEqual(history);
    for (const feed of feeds) feed.close();
  });
});

function isActivity(event: FeedEvent, type: string): boolean {
  return z.object({ type: z.literal(type) }).safeParse(event['activity']).success;
}

/** What a desk at this site is told. */
async function changes({ baseUrl, appKey }: Ready, after?: string): Promise<z.infer<typeof DeskChanges>> {
  const basic = Buffer.from(`${appKey.id}:${appKey.secret}`).toString('base64');
  const query = after === undefined ? '' : `?after=${after}`;
  const answer = await fetch(`${baseUrl}/desk/changes${query}`, {
    headers: { authorization: `Basic ${basic}` },
  });
  return DeskChanges.parse(await answer.json());
}

/** A device that says its numbers in order, each again under the same key until somebody answers for it. */
class Writer {
  readonly device: Device;
  readonly acknowledged: WireMessage[] = [];
  doubts = 0;

  constructor(device: Device) {
    this.device = device;
  }

  async write(name: string, count: number, onAcknowledged: () => void): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      this.acknowledged.push(await this.#insist(`${name} ${at}`));
      onAcknowledged();
    }
  }

  async #insist(text: string): Promise<WireMessage> {
    for (;;) {
      try {
        const reply = await this.device.post({ text, _clientId: text });
        return WirePosted.parse(expectStatus(reply, 201)).message;
      } catch (error) {
        // What is refused is a failure of the test; no answer at all is what it is about.
        if (error instanceof Error && error.message.startsWith('Expected')) throw error;
        this.doubts += 1;
      }
    }
  }
}

const Told = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      payload: z.object({ message: z.object({ id: z.string(), content: z.object({ text: z.string() }) }) }),
    }),
  ),
});

/** One of the business's systems, by event: the message each one told of. */
async function receiver(): Promise<{ told: Map<string, string>; close(): Promise<void> }> {
  const told = new Map<string, string>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      for (const { id, payload } of Told.parse(JSON.parse(body)).events) told.set(id, payload.message.id);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const made = await business(sites[0], 'POST', '/integrations', { type: 'custom', displayName: 'ERP' });
  const { integration } = z
    .object({ integration: z.object({ id: z.string() }) })
    .parse(expectStatus(made, 201));
  const hook = { target, triggers: ['conversation:message'] };
  expectStatus(await business(sites[0], 'POST', `/integrations/${integration.id}/webhooks`, hook), 201);
  return {
    told,
    close: async () => {
      await business(sites[0], 'DELETE', `/integrations/${integration.id}`);
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('A node that is killed under load', () => {
  const each = 40;

  it.each([0, 1] as const)(
    'S-19 (number %i) loses nothing acknowledged, doubles nothing, keeps the order, and its devices go on at the other',
    async (victim) => {
      const hook = await receiver();
      const devices = [...(await somebody()), ...(await somebody())];
      const feeds = await Promise.all(devices.map((device) => device.listen()));
      const writers = devices.map((device) => new Writer(device));
      let count = 0;
      let killed: Promise<void> | null = null;
      const onAcknowledged = (): void => {
        count += 1;
        if (count === each) killed = nodes[victim].kill();
      };
      await Promise.all(writers.map((writer, at) => writer.write(`${victim}.${at}`, each, onAcknowledged)));
      await killed;

      const acknowledged = writers.flatMap((writer) => writer.acknowledged);
      for (const [at, device] of devices.entries()) {
        const history = await device.history();
        const pair = at < 2 ? writers.slice(0, 2) : writers.slice(2);
        expect(history).toHaveLength(2 * each);
        for (const writer of pair) {
          const own = new Set(writer.acknowledged.map(({ _id }) => _id));
          expect(history.filter(({ _id }) => own.has(_id))).toEqual(writer.acknowledged);
        }
        const texts = history.map(({ text }) => text);
        const heard = feeds[at]?.texts() ?? [];
        expect(heard).toEqual(texts.filter((text) => heard.includes(text)));
        // At the node that stayed nobody noticed anything.
        if (at % 2 !== victim) await soon(() => feeds[at]?.texts()).toEqual(texts);
      }
      expect(writers.some(({ doubts }) => doubts > 0)).toBe(true);

      // Those who were at the node that is gone hear again what is said.
      for (const [at, device] of devices.entries()) {
        const word = `still here ${victim}.${at}`;
        await soon(async () => {
          await device.send(word);
          return feeds[at]?.texts();
        }).toContain(word);
      }
      const ids = acknowledged.map(({ _id }) => _id);
      await soon(() => ids.filter((id) => ![...hook.told.values()].includes(id))).toEqual([]);
      expect(hook.told.size).toBe(new Set(hook.told.values()).size);
      for (const feed of feeds) feed.close();
      await hook.close();
      const { baseUrl } = nodes[victim].ready;
      nodes[victim] = await startNode(victim === 0 ? 'one' : 'two');
      // Where the balancer looks for it.
      expect(nodes[victim].ready.baseUrl).toBe(baseUrl);
      balancer.close();
      await balance();
    },
    60_000,
  );
});

describe('A copy', () => {
  it('is made by pg_dump while the nodes work, and is a service again', async () => {
    const [here] = await somebody();
    const said = [await here.send('one'), await here.send('two')];
    const copy = await cluster.create();
    const nameOf = (address: string): string => new URL(address).pathname.slice(1);
    await cluster.run('pg_dump', '--format=custom', '--file=copy', nameOf(database));
    await cluster.run('pg_restore', `--dbname=${nameOf(copy)}`, 'copy');
    const shared = ['--database', copy, '--attachments', join(folder, 'attachments')];
    const restored = await startService({ dataDir: join(folder, 'restored'), args: shared });
    const again = new Device(restored.ready);
    [again.credential, again.appUserId] = [here.credential, here.appUserId];
    expect(await again.history()).toEqual(said);
    expect((await again.send('three')).received).toBeGreaterThan(said[1]?.received ?? 0);
    await restored.stop();
  });

  it('is refused by the command that copies folders, with a word on what to do', async () => {
    const backup = new URL('../../server/backup.ts', import.meta.url).pathname;
    const args = [backup, '--data', join(folder, 'one'), '--to', join(folder, 'copy')];
    const { code, stderr } = await new Promise<{ code: number | undefined; stderr: string }>((resolve) =>
      execFile(process.execPath, args, (error, _stdout, text) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : undefined, stderr: text }),
      ),
    );
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Error: The conversations .* pg_dump, .*\n$/)]);
  });
});

describe('A node without its database', () => {
  it('does not start, and says so in one line without the password', async () => {
    const secret = 'postgresql://someone:opensesame@127.0.0.1:1/x';
    const failed = startService({
      args: ['--database', secret, '--attachments', join(folder, 'attachments')],
    });
    await expect(failed).rejects.toThrow(/exited with 64[^]*--database cannot be used \(ECONNREFUSED\)/);
    await expect(failed).rejects.not.toThrow('opensesame');
  });

  it('is not ready, and is again as soon as the database is back', async () => {
    const ready = async (): Promise<number> => (await fetch(`${sites[0].baseUrl}/ready`)).status;
    expect(await ready()).toBe(200);
    const [here, there] = await somebody();
    const feed = await there.listen();
    await here.send('before');
    await cluster.pause(async () => {
      await soon(ready).toBe(503);
    });
    await soon(ready).toBe(200);
    await here.send('after');
    await soon(() => feed.texts()).toEqual(['before', 'after']);
    feed.close();
  });
});
