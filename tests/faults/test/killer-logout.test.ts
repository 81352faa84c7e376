import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LivedMachine, settingsOf } from '../../canary/lived-machine.ts';
import { type VictimOrder, VictimWord } from '../../canary/victim-order.ts';
import type { Disk } from '../../canary/victims.ts';
import { type RunningService, startService } from '../../server/running-service.ts';
import { durable, hasDiedIn, pointsOfAll, straceRefusal, traced, type Traced } from '../killer/strace.ts';
import { type Attempt, sweep } from '../killer/sweep.ts';
import { tellLongRun } from './long-run.ts';

const refusal = straceRefusal();
if (refusal !== null) console.info(`syscall sweep of a logout: skipped: ${refusal}`);
const patience = process.env['ONETHREAD_SWEEP'] === 'all' ? 3_600_000 : 900_000;
const calls = [...durable, 'unlinkat', 'rmdir'] as const;

let service: RunningService;
beforeAll(async () => {
  service = await startService();
}, 60_000);
afterAll(() => service.stop());

const victim = join(import.meta.dirname, '../../canary/victim.ts');

/** Signs out on this disk under strace. @returns the last word */
async function logout(disk: Disk, trace: Omit<Traced, 'calls'>): Promise<VictimWord | null> {
  const order: VictimOrder = {
    ...{ folder: disk.folder, vault: join(disk.root, 'keychain'), act: 'logout', killAt: null },
    service: offline(),
  };
  const [file, ...args] = traced({ ...trace, calls }, [process.execPath, victim, JSON.stringify(order)]);
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    // One thread for all files: a call is then the nth of the same thread each time.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  let word: VictimWord | null = null;
  createInterface(child.stdout).on('line', (line) => (word = VictimWord.parse(JSON.parse(line))));
  await once(child, 'close');
  return word;
}

/** Nobody listens on port 9 ("discard") of this machine. */
const offline = () => ({ configBaseUrl: 'http://127.0.0.1:9/sdk/', appId: service.ready.appId });

/** Whether nothing is on the disk yet of the wish to be erased. */
function isWhole({ account }: LivedMachine, disk: Disk): boolean {
  const { accounts, erasing } = settingsOf(disk);
  return accounts.some(({ id }) => id === account) && !erasing.includes(account);
}

async function wrongAfter(machine: LivedMachine, disk: Disk): Promise<string[]> {
  const whenKilled = disk.copy();
  const seen = await disk.run(offline(), { act: 'look' });
  const wrong = machine.wrongAfterKill(whenKilled);
  const isAnonymous =
    seen !== null && 'session' in seen && seen.session === 'anonymous' && seen.texts.length === 0;
  if (!isWhole(machine, whenKilled)) {
    wrong.push(...machine.leftOf(disk));
    if (!isAnonymous) wrong.push(`somebody is there: ${JSON.stringify(seen)}`);
  } else if (isAnonymous) wrong.push('nobody is there, and nobody had been erased');
  whenKilled.dispose();
  return wrong;
}

describe.skipIf(refusal !== null)(`A logout${refusal === null ? '' : ` (skipped: ${refusal})`}`, () => {
  it(
    'R-09 leaves nothing readable, and the next start finishes it, killed at every call that changes the disk',
    { timeout: patience },
    async () => {
      const machine = await LivedMachine.of(service, { remember: true });
      const uncut = machine.disk.copy();
      const report = `${uncut.root}.strace`;
      const whole = await logout(uncut, { report });
      expect(whole).toMatchObject({ session: 'anonymous' });
      const all = pointsOfAll(report);
      expect(await wrongAfter(machine, uncut)).toEqual([]);
      uncut.dispose();
      rmSync(report);
      const { points, tried, hits, wrong, seconds } = await sweep(all, async (point): Promise<Attempt> => {
        const disk = machine.disk.copy();
        const trace = { report: `${disk.root}.strace`, injection: { point, does: 'SIGKILL' as const } };
        await logout(disk, trace);
        const isHit = hasDiedIn(trace.report, point);
        const found = await wrongAfter(machine, disk);
        disk.dispose();
        rmSync(trace.report);
        return { isHit, wrong: found };
      });
      machine.disk.dispose();
      tellLongRun({
        name: 'syscalls-logout-sigkill',
        shows:
          'A logout killed at any call that changes the disk leaves nothing readable; the next start finishes it.',
        command: 'ONETHREAD_SWEEP=all ONETHREAD_EVIDENCE=1 npx vitest run tests/faults/test/killer-logout',
        ...{ seed: 0, runs: tried, invalid: wrong.length, counts: { points, hits }, seconds },
      });
      expect(wrong).toEqual([]);
      expect(points).toBeGreaterThan(30);
      expect(hits).toBeGreaterThan(tried * 0.7);
    },
  );
});
