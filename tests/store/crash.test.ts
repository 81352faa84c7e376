import { fork } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { chooseLauncher } from '../../main/adapters/child-process.ts';
import type { HelperProcess } from '../../main/adapters/child-process.ts';
import { HistoriesProcess } from '../../main/adapters/histories-process.ts';
import type { AccountHistory } from '../../main/ports/history.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import { compareMessages } from '../../contract/thread-order.ts';
import { StoreAnswer } from '../../contract/store-protocol.ts';
import { RecordingLog } from '../fakes/log.ts';
import { seededRandom } from '../fakes/random.ts';
import { valueOf } from '../ports/histories-suite.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from './messages.ts';
import { storeEntry, storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const seed = 7_4_1;

/** Until `happened` says so; the test's own deadline ends the wait. */
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('A store process that dies', () => {
  let rig: StoreRig;
  const account = newAccount();
  const key = newKey();
  const open = async (): Promise<AccountHistory> =>
    valueOf(await rig.histories.open(account, key, 500)).history;
  const kill = (): void => rig.processes.at(-1)?.kill();

  beforeEach(async () => {
    rig = await storeRig();
  });
  afterEach(() => rig.dispose());

  it(`D-10 loses nothing it has answered for, killed at any moment (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const history = await open();
    const acknowledged: string[] = [];
    let kills = 0;
    for (let n = 1; n <= 200; n += 1) {
      if (n % 8 === 0) {
        kills += 1;
        setTimeout(kill, random.fraction() * 6);
      }
      const answer = await history.commit({
        enqueue: [outgoing(clientId(n))],
        facts: { draft: `draft ${n}` },
      });
      if (answer.ok) acknowledged.push(clientId(n));
    }
    await history.close();
    const { page, facts } = valueOf(await rig.histories.open(account, key, 500));
    const found = page.messages.map((message) => message.key);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((name) => acknowledged.includes(name))).toEqual(acknowledged);
    expect(facts.draft).toBe('draft 200');
    expect(acknowledged.length).toBeGreaterThan(190);
    expect(kills).toBe(25);
    expect(rig.log.about('store.restarted').length).toBeGreaterThan(10);
  });

  it(`D-10 keeps messages, search and retention in step, killed at any moment (seed ${seed + 1})`, async () => {
    const random = seededRandom(seed + 1);
    const upTo = (limit: number): number => Math.floor(random.fraction() * limit);
    const history = await open();
    const expected = new Map<string, Message>();
    const say = (n: number, words: string): Message =>
      confirmed(`m${String(n).padStart(4, '0')}`, n, {
        content: { kind: 'text', text: `${words} of message ${n}` },
      });
    let number = 0;
    for (let round = 0; round < 20; round += 1) {
      setTimeout(kill, random.fraction() * 40);
      for (let n = 0; n < 6; n += 1) {
        const fresh = Array.from({ length: 1 + upTo(30) }, () => say((number += 1), 'first words'));
        const edited = [...expected.values()]
          .filter(() => upTo(20) === 0)
          .map(({ id, received }) => ({
            ...say(0, 'other words'),
            key: String(id),
            id,
            received,
          }));
        const remove = [...expected.keys()].filter(() => upTo(40) === 0);
        const kept = edited.filter(({ key }) => !remove.includes(key));
        valueOf(await history.commit({ remove, confirm: [...fresh, ...kept] }));
        for (const key of remove) expected.delete(key);
        for (const message of [...fresh, ...kept]) expected.set(message.key, message);
      }
      if (round % 5 === 4) {
        const inOrder = [...expected.values()].sort(compareMessages);
        const since = EpochMs.parse(inOrder[Math.floor(inOrder.length / 3)]?.received);
        valueOf(await history.keep({ since, bytes: null }));
        for (const { key, received } of inOrder) if ((received ?? 0) < since) expected.delete(key);
      }
    }
    const inOrder = [...expected.values()].sort(compareMessages);
    const { messages } = valueOf(await history.range({ since: null, until: null }, null, 1000));
    expect(messages).toEqual(inOrder.slice(0, 1000));
    for (const text of ['first words', 'other words', 'message 1', 'wo']) {
      const terms = { text, author: null, kinds: [], since: null, until: null };
      const total = valueOf(await history.countMatches(terms));
      const words = text.split(' ');
      const count = inOrder.filter(({ content }) =>
        words.every((word) => content.text.includes(word)),
      ).length;
      expect(total, text).toEqual({ count: Math.min(count, 1000), more: count > 1000 });
    }
    expect(rig.log.about('store.restarted').length).toBeGreaterThanOrEqual(15);
    await history.close();
  });

  it('D-10 is replaced before anybody asks', async () => {
    const history = await open();
    valueOf(await history.commit({ facts: { draft: 'kept' } }));
    kill();
    await until(() => rig.log.about('store.restarted').length > 0);
    expect(rig.processes).toHaveLength(2);
    expect(valueOf(await history.commit({})).facts.draft).toBe('kept');
  });

  it('with a history in memory has lost it, and says so', async () => {
    const { history } = valueOf(await rig.histories.openInMemory(50));
    valueOf(await history.commit({ confirm: [confirmed('a', 1)] }));
    kill();
    expect(await history.page(null, 50)).toEqual({
      ok: false,
      failure: { kind: 'storage', reason: 'failed' },
    });
    expect(rig.processes).toHaveLength(1);
  });

  it('while nothing is open is simply started anew', async () => {
    rig.histories.prewarm();
    const [idle] = rig.processes;
    const gone = new Promise<void>((resolve) => idle?.onExit(resolve));
    kill();
    await gone;
    expect(valueOf(await (await open()).commit({})).waiting).toBe(0);
    expect(rig.processes).toHaveLength(2);
  });

  it('is taken from the shelf if one was started ahead', async () => {
    rig.histories.prewarm();
    rig.histories.prewarm();
    await open();
    expect(rig.processes).toHaveLength(1);
  });
});

describe('A commit whose answer is lost', () => {
  /** Histories whose store is killed when its answer to the next commit arrives, before main hears it. */
  async function listening(folder: string) {
    const log = new RecordingLog();
    const launchNode = await chooseLauncher(log);
    const state = { loseAnswers: 0, dieOpening: 0, started: 0, helpers: [] as HelperProcess[] };
    const histories = new HistoriesProcess({
      folder,
      entryPath: storeEntry,
      log,
      launch: (program) => {
        const helper = launchNode(program);
        state.started += 1;
        state.helpers.push(helper);
        if (state.started > 1 && state.dieOpening > 0) {
          state.dieOpening -= 1;
          helper.kill();
        }
        return {
          ...helper,
          onMessage: (listener) =>
            helper.onMessage((message) => {
              if (state.loseAnswers > 0 && isCommitted(message)) {
                state.loseAnswers -= 1;
                helper.kill();
              } else listener(message);
            }),
        };
      },
    });
    return { histories, state };
  }
  const isCommitted = (message: unknown): boolean => {
    const { result } = StoreAnswer.parse(message);
    return result.ok && z.object({ upserted: z.array(z.unknown()) }).safeParse(result.value).success;
  };

  it('is asked again and answered as the first time', async () => {
    const rig = await storeRig();
    try {
      const { histories, state } = await listening(rig.folder);
      const { history } = valueOf(await histories.open(newAccount(), newKey(), 50));
      valueOf(await history.commit({ confirm: [confirmed('a', 1)] }));
      state.loseAnswers = 1;
      const change = { enqueue: [outgoing(clientId(1))], remove: ['a'], facts: { draft: 'x' } };
      const answer = valueOf(await history.commit(change));
      expect(answer).toMatchObject({
        removed: ['a'],
        upserted: [{ key: clientId(1), outboxPosition: 1 }],
        waiting: 1,
      });
      expect(state.started).toBe(2);
      await history.close();
    } finally {
      await rig.dispose();
    }
  });

  it('is not said to have failed because the next processes die while they open', async () => {
    const rig = await storeRig();
    try {
      const { histories, state } = await listening(rig.folder);
      const { history } = valueOf(await histories.open(newAccount(), newKey(), 50));
      Object.assign(state, { loseAnswers: 1, dieOpening: 7 });
      const answer = valueOf(await history.commit({ enqueue: [outgoing(clientId(1))] }));
      expect(answer).toMatchObject({ upserted: [{ key: clientId(1) }], waiting: 1 });
      expect(state).toMatchObject({ loseAnswers: 0, dieOpening: 0 });
      await history.close();
    } finally {
      await rig.dispose();
    }
  });

  it('fails if it kills its process each time, and the history goes on without it', async () => {
    const rig = await storeRig();
    try {
      const { histories, state } = await listening(rig.folder);
      const { history } = valueOf(await histories.open(newAccount(), newKey(), 50));
      state.loseAnswers = 4;
      const poisoned = await history.commit({ facts: { draft: 'x' } });
      expect(poisoned).toEqual({ ok: false, failure: { kind: 'storage', reason: 'failed' } });
      // What became of the one in doubt nobody was told: who holds a page reads again.
      const next = await history.commit({ facts: { unreadCount: 2 } });
      expect(next).toMatchObject({ ok: true, value: { rewritten: true } });
      await history.close();
    } finally {
      await rig.dispose();
    }
  });
});

describe('A store process that cannot start', () => {
  it('fails to open, and is not started over and over', async () => {
    const log = new RecordingLog();
    const launch = await chooseLauncher(log);
    let started = 0;
    const histories = new HistoriesProcess({
      folder: '/nowhere',
      entryPath: '/nowhere/store.cjs',
      log,
      launch: (program) => {
        started += 1;
        return launch(program);
      },
    });
    expect((await histories.openInMemory(50)).ok).toBe(false);
    expect(started).toBe(2);
  });
});

describe('Main', () => {
  it('takes its store with it, however it ends', async () => {
    const main = fork(join(import.meta.dirname, 'main-that-dies.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const pid = await new Promise<number>((resolve) =>
      main.once('message', (message) => resolve(z.int().parse(message))),
    );
    expect(isAlive(pid)).toBe(true);
    main.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });
});
