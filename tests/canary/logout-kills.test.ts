import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoreService } from '../journeys/core-device.ts';
import { type RunningService, startService } from '../server/running-service.ts';
import { accountItems, LivedMachine, settingsOf } from './lived-machine.ts';
import type { VictimOrder, VictimWord } from './victim-order.ts';
import type { Disk } from './victims.ts';

/** How many to cut off: `ONETHREAD_KILLS=500 npx vitest run tests/canary/logout-kills` (README.md). */
const kills = Number(process.env['ONETHREAD_KILLS'] ?? 20);
const patience = 90_000 + kills * 15_000;

let service: RunningService;
beforeAll(async () => {
  service = await startService();
}, 60_000);
afterAll(() => service.stop());

/** Nobody listens on port 9 ("discard") of this machine. */
const offline = (): CoreService => ({
  configBaseUrl: 'http://127.0.0.1:9/sdk/',
  appId: service.ready.appId,
});

interface Scene {
  readonly machine: LivedMachine;
  readonly at: CoreService;
  readonly order: Pick<VictimOrder, 'act'>;
  /** What is wrong with what is there once the app was started again. */
  readonly wrongAfterwards: (disk: Disk, seen: VictimWord | null, whenKilled: Disk) => readonly string[];
}

/** Where the cuts fell: before it was on the disk, before and after the key was gone, after the end. */
interface Cuts {
  readonly moments: number;
  early: number;
  keyThere: number;
  keyGone: number;
  late: number;
}

/** Play the scene once to its end, then cut it off again and again. @returns what was wrong, and where the cuts fell */
async function cutOffs(scene: Scene, howMany: number): Promise<{ wrong: string[]; cuts: Cuts }> {
  const { machine, at, order } = scene;
  const whole = machine.disk.copy();
  const uncut = await whole.run(at, order);
  const wrong = [...scene.wrongAfterwards(whole, uncut, whole)];
  whole.dispose();
  const moments = uncut !== null && 'moments' in uncut ? uncut.moments : 0;
  const cuts: Cuts = { moments, early: 0, keyThere: 0, keyGone: 0, late: 0 };

  const plans: { readonly killAt?: number; readonly afterMs?: number }[] = [];
  const step = Math.max(1, moments / howMany);
  for (let moment = 1; moment <= moments; moment += step) plans.push({ killAt: Math.floor(moment) });
  // The rest of a long run from outside, where no moment has a name.
  while (plans.length < howMany) plans.push({ afterMs: Math.random() * 400 });

  const cut = async ({ killAt, afterMs }: (typeof plans)[number]): Promise<void> => {
    const disk = machine.disk.copy();
    const last = await disk.run(at, { ...order, killAt: killAt ?? null }, afterMs);
    const moment = last !== null && 'killedAt' in last ? last.killedAt : `after ${afterMs} ms`;
    const whenKilled = disk.copy();
    if (last !== null && 'session' in last) cuts.late += 1;
    else if (isWhole(machine, disk)) cuts.early += 1;
    else if (disk.vault.items().has(machine.account)) cuts.keyThere += 1;
    else cuts.keyGone += 1;
    const seen = await disk.run(offline(), { act: 'look' });
    const found = [...machine.wrongAfterKill(whenKilled), ...scene.wrongAfterwards(disk, seen, whenKilled)];
    wrong.push(...found.map((what) => `${moment}: ${what}`));
    for (const used of [disk, whenKilled]) used.dispose();
  };
  const next = plans.values();
  const inTurn = async (): Promise<void> => {
    for (const plan of next) await cut(plan);
  };
  await Promise.all([inTurn(), inTurn()]);
  return { wrong, cuts };
}

/** Whether nothing is on the disk yet of a wish to be erased. */
function isWhole({ account }: LivedMachine, disk: Disk): boolean {
  const { accounts, erasing } = settingsOf(disk);
  return accounts.some(({ id }) => id === account) && !erasing.includes(account);
}

describe('A logout cut off by SIGKILL, with the real store and settings file and a keychain in a folder', () => {
  it(
    'R-09 leaves nothing readable, and the next start finishes it, whatever the moment',
    { timeout: patience },
    async () => {
      const machine = await LivedMachine.of(service, { remember: true });
      const { wrong, cuts } = await cutOffs(
        {
          machine,
          at: offline(),
          order: { act: 'logout' },
          wrongAfterwards: (disk, seen, whenKilled) =>
            isWhole(machine, whenKilled)
              ? isPerson(seen, { session: 'identified', waiting: 1 })
              : [
                  ...machine.leftOf(disk),
                  ...isPerson(seen, { session: 'anonymous', waiting: 0 }),
                  ...oneKey(disk),
                ],
        },
        kills,
      );
      machine.disk.dispose();
      expect(wrong).toEqual([]);
      // Nothing happening is a failure too: both sides of the key's end were seen.
      expect(cuts.moments).toBeGreaterThan(40);
      expect(cuts.keyThere).toBeGreaterThanOrEqual(Math.floor(kills / 10));
      expect(cuts.keyGone).toBeGreaterThanOrEqual(Math.floor(kills / 4));
      console.info(`logouts cut off: ${JSON.stringify({ kills, ...cuts })}`);
    },
  );
});

describe('A start that has somebody to erase who is not to be remembered, cut off by SIGKILL', () => {
  it(
    'R-09 A-08 leaves nothing readable, and the next start finishes it, whatever the moment',
    { timeout: patience },
    async () => {
      const machine = await LivedMachine.of(service, { remember: false });
      const howMany = Math.ceil(kills / 2);
      const { wrong, cuts } = await cutOffs(
        {
          machine,
          at: offline(),
          order: { act: 'start' },
          wrongAfterwards: (disk, seen) => [
            ...machine.leftOf(disk),
            ...isPerson(seen, { session: 'anonymous', waiting: 0 }),
            ...oneKey(disk),
          ],
        },
        howMany,
      );
      machine.disk.dispose();
      expect(wrong).toEqual([]);
      expect(cuts.moments).toBeGreaterThan(40);
      expect(cuts.keyGone).toBeGreaterThanOrEqual(Math.floor(howMany / 4));
      console.info(`starts cut off: ${JSON.stringify({ kills: howMany, ...cuts })}`);
    },
  );
});

/** What is wrong with what a person sees: whose it is, and that nothing of it is another one's. */
function isPerson(
  seen: VictimWord | null,
  expected: { readonly session: string; readonly waiting: number },
): string[] {
  if (seen === null || !('session' in seen)) return [`nothing is seen: ${JSON.stringify(seen)}`];
  const { session, waiting, texts, draft } = seen;
  const isEmpty = texts.length === 0 && draft === '';
  const fits = session === expected.session && waiting === expected.waiting;
  return fits && isEmpty === (session === 'anonymous') ? [] : [`what is seen is ${JSON.stringify(seen)}`];
}

function oneKey(disk: Disk): string[] {
  const { size } = accountItems(disk);
  return size === 1 ? [] : [`${size} keys are there`];
}
