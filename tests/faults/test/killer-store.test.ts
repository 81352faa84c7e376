import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseLauncher } from '../../../main/adapters/child-process.ts';
import { HistoriesProcess } from '../../../main/adapters/histories-process.ts';
import type { AccountHistory } from '../../../main/ports/history.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from '../../store/messages.ts';
import { storeEntry } from '../../store/store-rig.ts';
import { durable, hasFailed, type Injection, pointsIn, straceRefusal } from '../killer/strace.ts';
import { type Attempt, sweep, type Swept } from '../killer/sweep.ts';
import { launchTraced, type TracedHelper } from '../killer/traced-helper.ts';
import { tellLongRun } from './long-run.ts';

const refusal = straceRefusal();
if (refusal !== null) console.info(`syscall sweep of the store: skipped: ${refusal}`);
const patience = process.env['ONETHREAD_SWEEP'] === 'all' ? 3_600_000 : 900_000;

const root = mkdtempSync(join(tmpdir(), 'onethread-sweep-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let runs = 0;

const sent = 6;
const log = new RecordingLog();
const launchNode = await chooseLauncher(log);

interface Life {
  /** What the store said is kept. */
  readonly kept: readonly string[];
  readonly draft: string | null;
  readonly report: string;
  readonly first: TracedHelper | null;
  /** What was there when the account was opened again, or why it could not be. */
  readonly after: { readonly keys: readonly string[]; readonly draft: string } | string;
}

/**
 * One account: opened, six messages written, three of them accepted, some arrived, some removed, closed, and opened once
 * more by a store that nobody disturbs. Only the first store process is traced.
 */
async function live(injection?: Injection): Promise<Life> {
  const folder = join(root, `run-${(runs += 1)}`);
  const report = `${folder}.strace`;
  let first: TracedHelper | null = null;
  const trace = { calls: durable, report, ...(injection && { injection }) };
  const histories = new HistoriesProcess({
    ...{ folder, entryPath: storeEntry, log },
    launch: (program) => (first === null ? (first = launchTraced(trace, program)) : launchNode(program)),
  });
  const account = newAccount();
  const key = newKey();
  const kept: string[] = [];
  let draft: string | null = null;
  const opened = await histories.open(account, key, 50);
  if (opened.ok) {
    const { history } = opened.value;
    for (let n = 1; n <= sent; n += 1) {
      const enqueued = await history.commit({ enqueue: [outgoing(clientId(n))] });
      if (enqueued.ok) kept.push(clientId(n));
    }
    const answered = [1, 2, 3].map((n) =>
      confirmed(`m${n}`, n, { clientMessageId: clientId(n), key: clientId(n) }),
    );
    await history.commit({ confirm: [...answered, confirmed('b1', 5)] });
    const last = await history.commit({ facts: { draft: 'half a word' } });
    if (last.ok) draft = 'half a word';
    await history.close();
  }
  const again = await histories.open(account, key, 50);
  const after = again.ok ? await look(again.value.history) : again.failure.kind;
  rmSync(folder, { recursive: true, force: true });
  return { kept, draft, report, first, after };
}

async function look(history: AccountHistory): Promise<Life['after']> {
  // What can be read can also be written on.
  const written = await history.commit({ enqueue: [outgoing(clientId(99))] });
  const page = await history.page(null, 50);
  await history.close();
  if (!written.ok || !page.ok) return 'cannot be written on';
  return {
    keys: page.value.messages.map(({ key }) => key).filter((key) => key !== clientId(99)),
    draft: written.value.facts.draft,
  };
}

function wrongOf({ kept, draft, after }: Life): string[] {
  if (typeof after === 'string') return [`the history does not open: ${after}`];
  const { keys } = after;
  return [
    ...kept.filter((key) => !keys.includes(key)).map((key) => `lost ${key}`),
    ...keys.filter((key, n) => keys.indexOf(key) !== n).map((key) => `twice ${key}`),
    ...(draft !== null && after.draft !== draft ? [`the draft is "${after.draft}"`] : []),
  ];
}

async function sweepOf(does: Injection['does']): Promise<Swept> {
  const uncut = await live();
  expect(wrongOf(uncut)).toEqual([]);
  expect(uncut.kept).toHaveLength(sent);
  return sweep(pointsIn(uncut.report), async (point): Promise<Attempt> => {
    const life = await live({ point, does });
    const isHit = does === 'SIGKILL' ? life.first?.wasKilled() === true : hasFailed(life.report);
    const wrong = wrongOf(life);
    // A store that dies is replaced, and what it was asked is asked again: nobody notices.
    if (does === 'SIGKILL' && life.kept.length < sent && typeof life.after !== 'string')
      wrong.push(`only ${life.kept.length} were kept`);
    rmSync(life.report, { force: true });
    return { isHit, wrong };
  });
}

describe.skipIf(refusal !== null)(
  `The store process${refusal === null ? '' : ` (skipped: ${refusal})`}`,
  () => {
    it(
      'D-10 loses nothing it has answered for, killed at every call that makes something durable',
      { timeout: patience },
      async () => {
        const swept = await sweepOf('SIGKILL');
        tell('SIGKILL', swept);
        expect(swept.wrong).toEqual([]);
        expect(swept.points).toBeGreaterThan(100);
        expect(swept.hits).toBeGreaterThan(swept.tried * 0.9);
      },
    );

    it.each(['ENOSPC', 'EIO'] as const)(
      'D-10 loses nothing it has answered for when a call fails with %s, at every call',
      { timeout: patience },
      async (does) => {
        const swept = await sweepOf(does);
        tell(does, swept);
        expect(swept.wrong).toEqual([]);
        expect(swept.hits).toBeGreaterThan(swept.tried * 0.9);
      },
    );
  },
);

function tell(does: Injection['does'], { points, tried, hits, wrong, seconds }: Swept): void {
  const shows = `The store loses nothing it has answered for, with ${does} at every call that makes something durable.`;
  tellLongRun({
    ...{ name: `syscalls-store-${does.toLowerCase()}`, shows, seed: 0, runs: tried, seconds },
    command: 'ONETHREAD_SWEEP=all ONETHREAD_EVIDENCE=1 npx vitest run tests/faults/test/killer-store',
    ...{ invalid: wrong.length, counts: { points, hits } },
  });
}
