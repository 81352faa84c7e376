import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Device, newUserId } from '../../server/device.ts';
import { startService } from '../../server/running-service.ts';
import { durable, hasFailed, type Injection, pointsIn, straceRefusal } from '../killer/strace.ts';
import { type Attempt, sweep, type Swept } from '../killer/sweep.ts';
import { startTracedService } from '../killer/traced-service.ts';
import { tellLongRun } from './long-run.ts';

const refusal = straceRefusal();
if (refusal !== null) console.info(`syscall sweep of the service: skipped: ${refusal}`);
const patience = process.env['ONETHREAD_SWEEP'] === 'all' ? 3_600_000 : 900_000;

const root = mkdtempSync(join(tmpdir(), 'onethread-sweep-service-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A service that somebody has talked to and that stopped: each run begins on a copy of its folder. */
const before = join(root, 'before');
let credential: Device['credential'];
let appUserId: string;
beforeAll(async () => {
  const service = await startService({ dataDir: before });
  const device = new Device(service.ready);
  await device.create({ userId: newUserId() });
  await device.send('before');
  ({ credential, appUserId } = device);
  await service.stop();
  forgetPort(join(before, 'service.db'));
}, 60_000);

/**
 * A service comes back on the port it had. Of two copies at once, one would take the place of the other that was killed, and
 * take the other's next message, for it knows the same people.
 */
function forgetPort(file: string): void {
  const db = new Database(file);
  const { changes } = db.prepare("DELETE FROM setting WHERE name = 'port'").run();
  db.close();
  expect(changes).toBe(1);
}

const keys = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
let runs = 0;

interface Life {
  readonly report: string;
  /** What the service said it has, before anything happened to it. */
  readonly accepted: readonly string[];
  readonly signal: NodeJS.Signals | null;
  /** The client message ids in the thread, in its order, after everything was sent again that had no answer. */
  readonly thread: readonly string[];
}

function deviceAt(ready: Device['ready']): Device {
  const device = new Device(ready);
  return Object.assign(device, { credential, appUserId });
}

async function live(injection?: Injection): Promise<Life> {
  const folder = join(root, `run-${(runs += 1)}`);
  const report = `${folder}.strace`;
  cpSync(before, folder, { recursive: true });
  const first = await startTracedService({ calls: durable, report, ...(injection && { injection }) }, folder);
  const accepted: string[] = [];
  if (first.ready !== null) {
    const device = deviceAt(first.ready);
    for (const key of keys) {
      const sent = await device.send(`text of ${key}`, key).catch(() => null);
      if (sent !== null) accepted.push(key);
    }
  }
  const signal = await first.stop();
  const service = await startService({ dataDir: folder });
  const device = deviceAt(service.ready);
  // As a device does that has lost the answer: again under the same id, in the same order.
  for (const key of keys) if (!accepted.includes(key)) await device.send(`text of ${key}`, key);
  const thread = (await device.history()).flatMap(({ _clientId }) =>
    _clientId === undefined ? [] : [String(_clientId)],
  );
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
  return { report, accepted, signal, thread };
}

function wrongOf({ thread, accepted }: Life): string[] {
  const lost = accepted.filter((key) => !thread.includes(key)).map((key) => `lost ${key}`);
  const twice = thread.filter((key, n) => thread.indexOf(key) !== n).map((key) => `twice ${key}`);
  const never = keys.filter((key) => !thread.includes(key)).map((key) => `never came ${key}`);
  return [...lost, ...twice, ...never];
}

describe.skipIf(refusal !== null)(`The service${refusal === null ? '' : ` (skipped: ${refusal})`}`, () => {
  it.each(['SIGKILL', 'ENOSPC', 'EIO'] as const)(
    'S-19 D-13 keeps every message it has accepted, once, with %s at every call that makes something durable',
    { timeout: patience },
    async (does) => {
      const uncut = await live();
      expect([uncut.thread, uncut.accepted]).toEqual([keys, keys]);
      const swept = await sweep(pointsIn(uncut.report), async (point): Promise<Attempt> => {
        const life = await live({ point, does });
        const isHit = does === 'SIGKILL' ? life.signal === 'SIGKILL' : hasFailed(life.report);
        rmSync(life.report, { force: true });
        return { isHit, wrong: wrongOf(life) };
      });
      tell(does, swept);
      expect(swept.wrong).toEqual([]);
      expect(swept.points).toBeGreaterThan(20);
      expect(swept.hits).toBeGreaterThan(swept.tried * 0.9);
    },
  );
});

function tell(does: Injection['does'], { points, tried, hits, wrong, seconds }: Swept): void {
  const shows = `The service keeps every message it has accepted, once, with ${does} at every call that makes something durable.`;
  tellLongRun({
    ...{ name: `syscalls-service-${does.toLowerCase()}`, shows, seed: 0, runs: tried, seconds },
    command: 'ONETHREAD_SWEEP=all ONETHREAD_EVIDENCE=1 npx vitest run tests/faults/test/killer-service',
    ...{ invalid: wrong.length, counts: { points, hits } },
  });
}
