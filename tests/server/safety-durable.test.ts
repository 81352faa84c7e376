/** What a device may rely on: an answer means it is kept, a repeat changes nothing, a stop breaks nothing off in the middle. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WireMessage, WirePosted } from '../../contract/sdk-api.ts';
import { MessageContent } from '../../server/store.ts';
import { Device, expectStatus } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

/** The long run has 1,000. */
const keys = Number(process.env['ONETHREAD_REPEATS'] ?? 250);
const stops = Number(process.env['ONETHREAD_STOPS'] ?? 10);
const freely = ['--rate-percent', '100000'];

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'durable-'));
  folders.push(folder);
  return folder;
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** The same device, asking a service that was started anew. */
function again(device: Device, { ready }: RunningService): Device {
  const next = new Device(ready, device.clientId);
  [next.credential, next.appUserId] = [device.credential, device.appUserId];
  return next;
}

async function postEight(device: Device, key: string, note = ''): Promise<WireMessage[]> {
  const replies = Array.from({ length: 8 }, (_, copy) =>
    device.post({ text: `${key} ${note}${copy}`, _clientId: key }),
  );
  return (await Promise.all(replies)).map((reply) => WirePosted.parse(expectStatus(reply, 201)).message);
}

describe('A message that is said again', () => {
  it(`S-18 is the one that was said first, ${keys} × 8 at once, whatever comes with it, over a restart`, async () => {
    const dataDir = await newFolder();
    let service = await startService({ dataDir, args: freely });
    let device = new Device(service.ready);
    await device.create();
    const first = new Map<string, WireMessage>();
    const names = Array.from({ length: keys }, (_, index) => `key-${index}`);
    for (let from = 0; from < keys; from += 8) {
      await Promise.all(
        names.slice(from, from + 8).map(async (key) => {
          const [one, ...others] = await postEight(device, key);
          for (const other of others) expect(other).toEqual(one);
          if (one) first.set(key, one);
        }),
      );
    }
    await service.stop();
    service = await startService({ dataDir, args: freely });
    device = again(device, service);
    for (const key of names.slice(0, 40)) {
      for (const repeated of await postEight(device, key, 'later ')) {
        expect({ ...repeated, received: 0 }).toMatchObject({
          _id: first.get(key)?._id,
          text: first.get(key)?.text,
        });
      }
    }
    const history = await device.history();
    expect(history).toHaveLength(keys);
    expect(new Set(history.map(({ _id }) => _id))).toEqual(
      new Set([...first.values()].map(({ _id }) => _id)),
    );
    await service.stop();
  }, 120_000);
});

describe('An answer', () => {
  it('S-19 leaves only when anybody who opens the file finds the message there', async () => {
    const dataDir = await newFolder();
    const service = await startService({ dataDir, args: freely });
    const device = new Device(service.ready);
    await device.create();
    const db = new Database(join(dataDir, 'service.db'), { readonly: true });
    const found = db.prepare('SELECT received FROM message WHERE id = ?').pluck();
    const write = async (lane: number): Promise<void> => {
      for (let index = 0; index < 25; index += 1) {
        const { _id, received } = await device.send(`${lane}-${index}`);
        expect(found.get(_id)).toBe(Math.round(received * 1000));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, lane) => write(lane)));
    db.close();
    await service.stop();
  });
});

const Row = z.object({ id: z.string(), content: z.string() });

describe('A service that is told to stop', () => {
  it(`S-20 ends well each of ${stops} times under load: within seconds, no message by halves, listeners come back`, async () => {
    const dataDir = await newFolder();
    const acknowledged: string[] = [];
    let service = await startService({ dataDir, args: freely });
    let device = new Device(service.ready);
    await device.create();
    const feed = await device.listen();
    for (let round = 0; round < stops; round += 1) {
      device = again(device, service);
      const marked = acknowledged.length;
      const load = Array.from({ length: 6 }, async (_, lane) => {
        for (let index = 0; ; index += 1) {
          try {
            acknowledged.push((await device.send(`${round}-${lane}-${index}`))._id);
          } catch {
            return;
          }
        }
      });
      await expect.poll(() => acknowledged.length - marked).toBeGreaterThan(10);
      const began = performance.now();
      service.process.kill('SIGTERM');
      expect(await service.exited).toBe(0);
      expect(performance.now() - began).toBeLessThan(6_000);
      await Promise.all(load);
      expect(await readdir(dataDir)).not.toContain('service.db-wal');
      service = await startService({ dataDir, args: freely });
    }
    // Whoever listened before the first stop still does after the last.
    device = again(device, service);
    let tries = 0;
    await expect
      .poll(
        async () => {
          await device.send(`still there ${(tries += 1)}`);
          return feed.texts().some((text) => text?.startsWith('still there'));
        },
        { timeout: 15_000, interval: 250 },
      )
      .toBe(true);
    feed.close();
    await service.stop();
    const db = new Database(join(dataDir, 'service.db'), { readonly: true });
    const rows = z.array(Row).parse(db.prepare('SELECT id, content FROM message').all());
    for (const { content } of rows)
      expect(MessageContent.parse(JSON.parse(content)).text).toMatch(/^(\d+-\d-\d+|still there \d+)$/);
    const stored = new Set(rows.map(({ id }) => id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    for (const event of feed.events.filter(({ type }) => type === 'message'))
      expect(stored.has(WireMessage.parse(event['message'])._id)).toBe(true);
  }, 180_000);
});
