import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseLauncher, type HelperProcess } from '../../../main/adapters/child-process.ts';
import { HistoriesProcess } from '../../../main/adapters/histories-process.ts';
import type { AccountHistory } from '../../../main/ports/history.ts';
import { openEncrypted } from '../../../store/encrypted-file.ts';
import { historySteps } from '../../../store/schema.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { seededRandom } from '../../fakes/random.ts';
import { valueOf } from '../../ports/histories-suite.ts';
import { Device, newUserId } from '../../server/device.ts';
import { startService } from '../../server/running-service.ts';
import { clientId, confirmed, cursorOf, newAccount, newKey, outgoing } from '../../store/messages.ts';
import { storeEntry } from '../../store/store-rig.ts';
import { type Cut, PowerRig } from '../power/power-rig.ts';
import { tellLongRun } from './long-run.ts';

/** `ONETHREAD_CUTS=200 ONETHREAD_EVIDENCE=1 npx vitest run tests/faults/test/power` for a long run. */
const cuts = Number(process.env['ONETHREAD_CUTS'] ?? 10);
const seed = Number(process.env['ONETHREAD_SEED'] ?? 6_06);
/** Cuts of one life, so that no history grows too long to be read again. */
const cutsOfOneLife = 10;
const patience = 120_000 + cuts * 10_000;

const refusal = PowerRig.refusal();
if (refusal !== null) console.info(`power cuts: skipped: ${refusal}`);

const log = new RecordingLog();
const launchNode = await chooseLauncher(log);
const random = seededRandom(seed);
const upTo = (limit: number): number => Math.floor(random.fraction() * limit);

/** What was answered for when the power went, and the disk of that moment. */
interface Moment {
  readonly acknowledged: readonly string[];
  readonly cut: Cut;
}

interface Verdict {
  acknowledged: number;
  lost: number;
  cutsWithLoss: number;
  readonly wrong: string[];
}
const nothingLost = (): Verdict => ({ acknowledged: 0, lost: 0, cutsWithLoss: 0, wrong: [] });

let rig: PowerRig;

/** @param read all that is on a disk */
async function judge(
  moments: readonly Moment[],
  read: (folder: string) => Promise<readonly string[]>,
  verdict: Verdict,
): Promise<void> {
  for (const { acknowledged, cut } of moments) {
    const there = await read(cut.mount()).catch((cause: unknown): readonly string[] => {
      verdict.wrong.push(`cannot be read: ${String(cause)}`);
      return [];
    });
    cut.discard();
    const lost = acknowledged.filter((key) => !there.includes(key));
    verdict.acknowledged += acknowledged.length;
    verdict.lost += lost.length;
    if (lost.length > 0) verdict.cutsWithLoss += 1;
    if (new Set(there).size !== there.length) verdict.wrong.push('something is there twice');
  }
}

/** Works, and cuts in the midst of it. */
async function live(howMany: number, work: (n: number) => Promise<string | null>): Promise<Moment[]> {
  const moments: Moment[] = [];
  const acknowledged: string[] = [];
  for (let n = 1; moments.length < howMany; n += 1) {
    // The cut falls while this one is under way, somewhere.
    const isLast = upTo(12) === 0;
    const working = work(n);
    if (isLast) {
      await new Promise((resolve) => setTimeout(resolve, upTo(4)));
      moments.push({ acknowledged: [...acknowledged], cut: rig.cut() });
    }
    const key = await working;
    if (key !== null) acknowledged.push(key);
  }
  return moments;
}

function tell(name: string, shows: string, verdict: Verdict, begin: number): void {
  const { wrong, ...counts } = verdict;
  tellLongRun({
    ...{ name: `power-${name}`, shows, seed, runs: cuts, counts },
    command: `ONETHREAD_CUTS=${cuts} ONETHREAD_SEED=${seed} ONETHREAD_EVIDENCE=1 npx vitest run tests/faults/test/power`,
    invalid: verdict.cutsWithLoss + wrong.length,
    seconds: Math.round((performance.now() - begin) / 1000),
  });
}

const account = newAccount();
const key = newKey();

function historiesAt(folder: string): { histories: HistoriesProcess; end: () => Promise<void> } {
  const helpers: HelperProcess[] = [];
  const histories = new HistoriesProcess({
    ...{ folder, entryPath: storeEntry, log },
    launch: (program) => {
      const helper = launchNode(program);
      helpers.push(helper);
      return helper;
    },
  });
  const end = async (): Promise<void> => {
    for (const helper of helpers) {
      const gone = new Promise<void>((resolve) => helper.onExit(resolve));
      helper.kill();
      await gone;
    }
  };
  return { histories, end };
}

async function keysIn(history: AccountHistory): Promise<string[]> {
  const keys: string[] = [];
  let read = valueOf(await history.page(null, 500));
  for (;;) {
    keys.unshift(...read.messages.map((message) => message.key));
    const first = read.messages.find(({ id }) => id !== null);
    if (!read.hasOlder || first === undefined) return keys;
    read = valueOf(await history.page(cursorOf(first), 500));
  }
}

async function liveWithStore(howMany: number): Promise<Moment[]> {
  const { histories, end } = historiesAt(join(rig.data, 'app'));
  const { history } = valueOf(await histories.open(account, key, 50));
  const moments = await live(howMany, async (n) => {
    // What is written, and what the service has answered for: the outbox and the cache.
    const isNew = n % 3 !== 0;
    const id = clientId(isNew ? n : n - 1);
    const accepted = confirmed(`m${String(n).padStart(6, '0')}`, n, { clientMessageId: id, key: id });
    const answer = await history.commit(isNew ? { enqueue: [outgoing(id)] } : { confirm: [accepted] });
    if (!answer.ok) throw new Error(`not kept: ${answer.failure.kind}`);
    return isNew ? id : null;
  });
  await history.close();
  await end();
  return moments;
}

async function readStore(folder: string): Promise<string[]> {
  const { histories, end } = historiesAt(join(folder, 'app'));
  const { history } = valueOf(await histories.open(account, key, 500));
  const keys = await keysIn(history);
  await history.close();
  await end();
  return keys;
}

describe.skipIf(refusal !== null)(`A power cut${refusal === null ? '' : ` (skipped: ${refusal})`}`, () => {
  beforeEach(() => {
    rig = PowerRig.build();
  });
  afterEach(() => rig.dispose());

  it('D-06 takes nothing that the store has answered for', { timeout: patience }, async () => {
    const begin = performance.now();
    const verdict = nothingLost();
    for (let done = 0; done < cuts; done += cutsOfOneLife) {
      if (done > 0) {
        rig.dispose();
        rig = PowerRig.build();
      }
      await judge(await liveWithStore(Math.min(cutsOfOneLife, cuts - done)), readStore, verdict);
    }
    tell('store', 'A power cut takes nothing that the store has answered for.', verdict, begin);
    expect(verdict).toMatchObject({ lost: 0, wrong: [] });
    expect(verdict.acknowledged).toBeGreaterThan(cuts * 10);
  });

  it('D-06 S-19 takes nothing that the service has accepted', { timeout: patience }, async () => {
    const begin = performance.now();
    const verdict = nothingLost();
    for (let done = 0; done < cuts; done += cutsOfOneLife) {
      if (done > 0) {
        rig.dispose();
        rig = PowerRig.build();
      }
      const dataDir = (folder: string): string => join(folder, 'service');
      const args = ['--rate-percent', '100000'];
      const service = await startService({ dataDir: dataDir(rig.data), args });
      const device = new Device(service.ready);
      await device.create({ userId: newUserId() });
      const { credential, appUserId } = device;
      const moments = await live(Math.min(cutsOfOneLife, cuts - done), async (n) => {
        await device.send(`message ${n}`, clientId(n));
        return clientId(n);
      });
      await service.kill();
      const read = async (folder: string): Promise<string[]> => {
        const again = await startService({ dataDir: dataDir(folder), args });
        const reader = Object.assign(new Device(again.ready), { credential, appUserId });
        const thread = await reader.history().finally(() => again.kill());
        return thread.map(({ _clientId }) => String(_clientId));
      };
      await judge(moments, read, verdict);
    }
    tell('service', 'A power cut takes nothing that the service has accepted.', verdict, begin);
    expect(verdict).toMatchObject({ lost: 0, wrong: [] });
    expect(verdict.acknowledged).toBeGreaterThan(cuts * 10);
  });

  it(
    'takes much where a commit is not waited for: else the rig shows nothing',
    { timeout: patience },
    async () => {
      const begin = performance.now();
      const lost = { FULL: 0, NORMAL: 0 };
      for (const level of ['FULL', 'NORMAL'] as const) {
        const path = (folder: string): string => join(folder, `${level}.db`);
        const database = openEncrypted(path(rig.data), key, historySteps);
        database.pragma(`synchronous = ${level}`);
        database.exec('CREATE TABLE written (n INTEGER PRIMARY KEY)');
        // So that the table itself is on the disk.
        database.pragma('wal_checkpoint(TRUNCATE)');
        const write = database.prepare('INSERT INTO written (n) VALUES (?)');
        for (let n = 1; n <= 300; n += 1) write.run(n);
        const cut = rig.cut();
        database.close();
        const left = openEncrypted(path(cut.mount()), key, historySteps);
        lost[level] = 300 - Number(left.prepare('SELECT count(*) FROM written').pluck().get());
        left.close();
        cut.discard();
      }
      tellLongRun({
        name: 'power-control',
        shows: 'The rig loses what is not waited for: of 300 rows, so many are lost by `synchronous`.',
        command: 'ONETHREAD_EVIDENCE=1 npx vitest run tests/faults/test/power -t "takes much"',
        ...{ seed, runs: 1, invalid: 0, counts: lost },
        seconds: Math.round((performance.now() - begin) / 1000),
      });
      expect(lost.FULL).toBe(0);
      expect(lost.NORMAL).toBeGreaterThan(0);
    },
  );
});
