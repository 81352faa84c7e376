import { expect, it } from 'vitest';
import type { HelperProcess } from '../../main/adapters/child-process.ts';
import { KeytarVault } from '../../main/adapters/vault-keytar.ts';
import { ManualClock, settle } from '../fakes/clock.ts';
import { RecordingLog } from '../fakes/log.ts';
import { account } from './vault-suite.ts';

/** A vault process whose every word, the last one included, the test speaks. */
class ScriptedHelper implements HelperProcess {
  readonly pid = 1;
  readonly posted: object[] = [];
  killed = false;
  say: (message: unknown) => void = () => undefined;
  exit: () => void = () => undefined;

  post(message: object): void {
    this.posted.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.say = listener;
  }

  onExit(listener: () => void): void {
    this.exit = listener;
  }

  kill(): void {
    this.killed = true;
  }
}

function open() {
  const helpers: ScriptedHelper[] = [];
  const clock = new ManualClock();
  const log = new RecordingLog();
  const launch = (): HelperProcess => {
    const helper = new ScriptedHelper();
    helpers.push(helper);
    return helper;
  };
  const vault = new KeytarVault({ launch, entryPath: '/vault.cjs', clock, log });
  return { vault, helpers, clock, log };
}

const reply = (answer: object, prompting = false): object => ({ answer, prompting });

it('K-06 starts a process for each call, one at a time, and ends it with the answer', async () => {
  const { vault, helpers, clock } = open();
  const first = vault.write(account('1'), 'secret');
  const second = vault.read(account('1'));
  await settle();
  expect(helpers).toHaveLength(1);
  expect(helpers[0]?.posted).toEqual([
    { call: 'write', account: account('1'), secret: 'secret', mayPrompt: true },
  ]);
  helpers[0]?.say(reply({ kind: 'written' }));
  expect(await first).toEqual({ kind: 'written' });
  expect(helpers[0]?.killed).toBe(true);
  await settle();
  helpers[1]?.say(reply({ kind: 'found', secret: 'secret' }));
  expect(await second).toEqual({ kind: 'found', secret: 'secret' });
  expect(clock.scheduled).toBe(0);
});

it('K-03 K-06 answers unavailable for a process that crashes, and goes on with the next call', async () => {
  const { vault, helpers } = open();
  const crashed = vault.read(account('1'));
  const next = vault.read(account('1'));
  await settle();
  helpers[0]?.exit();
  expect(await crashed).toEqual({ kind: 'unavailable' });
  await settle();
  helpers[1]?.say(reply({ kind: 'absent' }));
  expect(await next).toEqual({ kind: 'absent' });
});

it('K-03 K-06 kills a silent process after five seconds and answers timeout', async () => {
  const { vault, helpers, clock, log } = open();
  const silent = vault.read(account('1'));
  await clock.advance(4_999);
  expect(helpers[0]?.killed).toBe(false);
  await clock.advance(1);
  expect(await silent).toEqual({ kind: 'timeout' });
  expect(helpers[0]?.killed).toBe(true);
  expect(log.about('vault.timeout')).toHaveLength(1);
});

it('K-06 counts the deadline from the call, and never begins one that missed it while waiting', async () => {
  const { vault, helpers, clock } = open();
  void vault.read(account('1'));
  const waiting = vault.write(account('2'), 'secret');
  await clock.advance(5_000);
  expect(await waiting).toEqual({ kind: 'timeout' });
  helpers[0]?.exit();
  await settle();
  expect(helpers).toHaveLength(1);
});

it('K-03 believes only the answers its question has', async () => {
  for (const nonsense of ['found', null, {}, reply({ kind: 'written' }), reply({ kind: 'found' })]) {
    const { vault, helpers } = open();
    const answer = vault.read(account('1'));
    await settle();
    helpers[0]?.say(nonsense);
    expect(await answer).toEqual({ kind: 'unavailable' });
    expect(helpers[0]?.killed).toBe(true);
  }
});

it('leaves the keyring’s own window to the person, and opens no second one', async () => {
  const { vault, helpers } = open();
  const locked = vault.read(account('1'));
  await settle();
  helpers[0]?.say(reply({ kind: 'locked' }, true));
  expect(await locked).toEqual({ kind: 'locked' });
  expect(helpers[0]?.killed).toBe(false);

  const again = vault.read(account('1'));
  await settle();
  expect(helpers[1]?.posted).toMatchObject([{ mayPrompt: false }]);
  helpers[1]?.say(reply({ kind: 'locked' }));
  await again;

  helpers[0]?.exit();
  void vault.read(account('1'));
  await settle();
  expect(helpers[2]?.posted).toMatchObject([{ mayPrompt: true }]);
});

it('ends every process when it is disposed of, and starts none after', async () => {
  const { vault, helpers } = open();
  const locked = vault.read(account('1'));
  await settle();
  helpers[0]?.say(reply({ kind: 'locked' }, true));
  await locked;
  const running = vault.read(account('1'));
  const waiting = vault.read(account('1'));
  await settle();
  vault.dispose();
  for (const helper of helpers) helper.exit();
  expect(await Promise.all([running, waiting])).toEqual([{ kind: 'unavailable' }, { kind: 'unavailable' }]);
  expect(helpers.map(({ killed }) => killed)).toEqual([true, true]);
});

it('K-14 says nothing about accounts or secrets to the log', async () => {
  const { vault, clock, log } = open();
  void vault.write(account('1'), 'secret');
  await clock.advance(5_000);
  expect(JSON.stringify(log.lines)).not.toMatch(/secret|1111/);
});
