import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jwtFor } from '../e2e/harness/jwt.ts';
import { type RunningService, startService } from '../server/running-service.ts';
import { type Canary, canaryText } from './encodings.ts';
import { scanFolder } from './scanner.ts';
import type { VictimOrder, VictimWord } from './victim-order.ts';
import { Disk } from './victims.ts';

/** How many logouts to cut off: `ONETHREAD_KILLS=500 npx vitest run tests/canary/logout-kills` (README.md). */
const kills = Number(process.env['ONETHREAD_KILLS'] ?? 20);
const patience = 60_000 + kills * 10_000;

/** Nobody listens on port 9 ("discard") of this machine. */
const unreachable = 'http://127.0.0.1:9/sdk/';
const Settings = z.object({ erasing: z.unknown(), active: z.unknown() });

let service: RunningService;
/** A machine that lost its power while somebody was signed in who had written this and that. */
let before: Disk;
let account: string;
let clientId: string | null;
let canaries: readonly Canary[];

beforeAll(async () => {
  service = await startService();
  before = new Disk();
  const plants = await plantsFor(service);
  await before.run(service.ready, { act: 'live', plants });
  const [[id, item] = ['', '']] = [...before.vault.items()];
  account = id;
  clientId = held(item, 'clientId');
  const databaseKey = held(item, 'databaseKey');
  if (clientId === null || databaseKey === null || held(item, 'name') !== plants.name)
    throw new Error(`not all is planted: ${item}`);
  canaries = Object.entries({ ...plants, databaseKey, clientId, account }).map(([kind, text]) => ({
    kind,
    text,
  }));
}, patience);

afterAll(async () => {
  before.dispose();
  await service.stop();
});

async function plantsFor(running: RunningService): Promise<NonNullable<VictimOrder['plants']>> {
  const [userId, name, message, draft, unsent] = Array.from({ length: 5 }, canaryText) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { userId, name, message, draft, unsent, jwt: await jwtFor(running, userId) };
}

const offline = (): { configBaseUrl: string; appId: string } => ({
  configBaseUrl: unreachable,
  appId: service.ready.appId,
});

/** Whether the logout is on the disk: the account is marked as being erased, or not known any more. */
function begun(disk: Disk): boolean {
  const settings = Settings.parse(JSON.parse(readFileSync(join(disk.folder, 'settings.json'), 'utf8')));
  const [erasing, active] = [settings.erasing, settings.active].map((part) =>
    JSON.stringify(part).includes(account),
  );
  return erasing === true || active === false;
}

/** What is wrong with a machine on which a logout was cut off, before anybody starts the app again. */
function wrongAfterKill(disk: Disk): string[] {
  const hits = scanFolder(
    disk.folder,
    canaries.filter(({ kind }) => kind !== 'account'),
  ).hits;
  const keyIsThere = disk.vault.items().has(account);
  // A log is taken into its database when the store closes, and only then.
  const gone = before
    .filesOf(account)
    .filter((file) => !file.endsWith('-wal') && !disk.filesOf(account).includes(file));
  return [
    ...hits.map(({ kind, where }) => `${kind} can be read in ${where}`),
    // Key first: files that are gone while the key is there were in danger of being half a history.
    ...(keyIsThere && gone.length > 0 ? [`the key outlived ${gone.join(', ')}`] : []),
  ];
}

/** What is wrong with it once the app was started again. */
function wrongAfterStart(disk: Disk, seen: VictimWord | null): string[] {
  const { hits, unreadable } = scanFolder(disk.folder, canaries);
  const items = disk.vault.items();
  const next = [...items.values()];
  const isFresh =
    seen !== null &&
    'session' in seen &&
    seen.session === 'anonymous' &&
    seen.texts.length + seen.waiting === 0;
  return [
    ...hits.map(({ kind, where }) => `afterwards ${kind} can be read in ${where}`),
    ...unreadable.map((path) => `${path} could not be scanned`),
    ...(items.has(account) ? ['the key is still there'] : []),
    ...(next.length === 1 ? [] : [`${next.length} keys are there`]),
    ...(next.some((item) => held(item, 'clientId') === clientId) ? ['the client id is the same'] : []),
    ...(next.some((item) => held(item, 'userId') !== null) ? ['the next person is somebody'] : []),
    ...(isFresh && 'draft' in seen && seen.draft === '' ? [] : [`what is seen is ${JSON.stringify(seen)}`]),
  ];
}

describe('A logout cut off by SIGKILL, with the real store and settings file and a keychain in a folder', () => {
  const cutOff = { early: 0, keyThere: 0, keyGone: 0, late: 0 };
  const wrong: string[] = [];

  async function cut(order: { readonly killAt: number } | { readonly afterMs: number }): Promise<void> {
    const disk = before.copy();
    try {
      const killAt = 'killAt' in order ? order.killAt : null;
      const last = await disk.run(
        offline(),
        { act: 'logout', killAt },
        'afterMs' in order ? order.afterMs : undefined,
      );
      const moment = last !== null && 'killedAt' in last ? last.killedAt : JSON.stringify(order);
      const isBegun = begun(disk);
      const keyIsThere = disk.vault.items().has(account);
      const problems = wrongAfterKill(disk);
      if (last !== null && 'session' in last) cutOff.late += 1;
      else if (!isBegun) cutOff.early += 1;
      else if (keyIsThere) cutOff.keyThere += 1;
      else cutOff.keyGone += 1;
      const seen = await disk.run(offline(), { act: 'look' });
      if (isBegun) problems.push(...wrongAfterStart(disk, seen));
      else if (seen === null || !('session' in seen) || seen.session !== 'identified' || seen.waiting !== 1) {
        problems.push(`not begun, and not whole: ${JSON.stringify(seen)}`);
      }
      wrong.push(...problems.map((problem) => `${moment}: ${problem}`));
    } finally {
      disk.dispose();
    }
  }

  it(
    'R-09 leaves nothing readable, and the next start finishes it, whatever the moment',
    { timeout: patience },
    async () => {
      const whole = before.copy();
      const uncut = await whole.run(offline(), { act: 'logout' });
      expect(wrongAfterStart(whole, uncut)).toEqual([]);
      whole.dispose();
      const moments = uncut !== null && 'moments' in uncut ? uncut.moments : 0;
      expect(moments).toBeGreaterThan(40);

      const step = Math.max(1, moments / kills);
      const orders: Parameters<typeof cut>[0][] = [];
      for (let at = 1; at <= moments; at += step) orders.push({ killAt: Math.floor(at) });
      // The rest of a long run from outside, where no moment has a name.
      while (orders.length < kills) orders.push({ afterMs: Math.random() * 400 });
      const next = orders.values();
      await Promise.all(
        [0, 1].map(async () => {
          for (const order of next) await cut(order);
        }),
      );

      expect(wrong).toEqual([]);
      // Nothing happening is a failure too: both sides of the key's end were seen.
      expect(cutOff.keyThere).toBeGreaterThanOrEqual(Math.floor(kills / 10));
      expect(cutOff.keyGone).toBeGreaterThanOrEqual(Math.floor(kills / 4));
      console.info(`logouts cut off: ${JSON.stringify({ kills: orders.length, moments, ...cutOff })}`);
    },
  );
});

/** What an item of the keychain holds under this name, however it is built. */
function held(item: string, name: 'databaseKey' | 'clientId' | 'userId' | 'name'): string | null {
  return new RegExp(`"${name}":"([^"]+)"`).exec(item)?.[1] ?? null;
}
