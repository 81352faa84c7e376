import type { Session } from 'electron';
import { describe, expect, it } from 'vitest';
import { PageSessions } from '../../../main/desktop/page-sessions.ts';
import { settle } from '../../fakes/clock.ts';

/** A session that is emptied when the test says so. */
function fakeSession(name: string, cached: boolean, canClearData: boolean) {
  const calls: string[] = [];
  let finish: (emptied: boolean) => void = () => undefined;
  const emptied = new Promise<void>((done, failed) => {
    finish = (well) => (well ? done() : failed(new Error('in use')));
  });
  const note =
    (call: string, until: Promise<void> = Promise.resolve()) =>
    async (): Promise<void> => {
      calls.push(call);
      await until;
    };
  const session = {
    closeAllConnections: note('connections'),
    clearStorageData: note('storage', emptied),
    clearCache: note('cache'),
    clearCodeCaches: note('codeCaches'),
    clearAuthCache: note('auth'),
    clearHostResolverCache: note('hosts'),
    ...(canClearData ? { clearData: note('data') } : {}),
  };
  return { name, cached, calls, finish: (well = true) => finish(well), session };
}

function makeSessions(canClearData = true) {
  const made: ReturnType<typeof fakeSession>[] = [];
  const prepared: unknown[] = [];
  const sessions = new PageSessions({
    sessions: {
      fromPartition(name, options) {
        const fake = fakeSession(name, options?.cache !== false, canClearData);
        made.push(fake);
        return fake.session as object as Session;
      },
    },
    prepare: (page) => prepared.push(page),
    run: 'run',
  });
  return { sessions, made, prepared };
}

describe('The session of a page', () => {
  it('R-07 is in memory, without a cache, and of no other page', () => {
    const { sessions, made, prepared } = makeSessions();
    const taken = [sessions.take(), sessions.take()];
    expect(made.map(({ name, cached }) => [name, cached])).toEqual([
      ['page-run-1', false],
      ['page-run-2', false],
    ]);
    // What has no `persist:` in front of its name rests nowhere.
    expect(made.some(({ name }) => name.startsWith('persist:'))).toBe(false);
    expect(prepared).toEqual(taken);
  });

  it('A-02 is used again only when it has been emptied', async () => {
    const { sessions, made, prepared } = makeSessions();
    const first = sessions.take();
    void sessions.giveBack(first);
    expect(sessions.take()).not.toBe(first);
    expect(made[0]?.calls.toSorted()).toEqual(
      ['auth', 'cache', 'codeCaches', 'connections', 'data', 'hosts', 'storage'].toSorted(),
    );
    made[0]?.finish();
    await settle();
    expect(sessions.take()).toBe(first);
    expect(prepared).toHaveLength(2);
    expect(sessions.take()).not.toBe(first);
  });

  it('A-02 is never used again where it could not be emptied', async () => {
    const { sessions, made } = makeSessions();
    const first = sessions.take();
    const given = sessions.giveBack(first);
    made[0]?.finish(false);
    await given;
    expect(sessions.take()).not.toBe(first);
  });

  it('is emptied as well by an Electron that cannot clear all data at once', async () => {
    const { sessions, made } = makeSessions(false);
    const first = sessions.take();
    const given = sessions.giveBack(first);
    made[0]?.finish();
    await given;
    expect(sessions.take()).toBe(first);
    expect(made[0]?.calls).not.toContain('data');
  });
});
