import { describe, expect, it } from 'vitest';
import { ok } from '../../../contract/failure.ts';
import { AccountId, AppUserId, ClientId, Epoch, EpochMs } from '../../../contract/ids.ts';
import type { AccountHistory } from '../../../main/ports/history.ts';
import type { KnownSpeaker } from '../../../main/ports/service.ts';
import type { AccountRecord } from '../../../main/identity/accounts.ts';
import { LiveScope } from '../../../main/identity/scope.ts';
import { MemoryHistories } from '../../fakes/histories.ts';
import { settle } from '../../fakes/clock.ts';

const record: AccountRecord = {
  databaseKey: '0'.repeat(64),
  clientId: ClientId.parse('1'.repeat(32)),
  userId: null,
  name: null,
  verified: false,
  unread: 0,
  lastUsedAt: EpochMs.parse(0),
  remember: true,
  appUserId: null,
  credential: null,
  refreshToken: null,
  expiresAt: null,
  refused: null,
};

async function opened(): Promise<{ histories: MemoryHistories; history: AccountHistory }> {
  const histories = new MemoryHistories();
  const answer = await histories.openInMemory(10);
  if (!answer.ok) throw new Error('the fake refuses to open');
  return { histories, history: answer.value.history };
}

function scopeOf(history: AccountHistory, createUser = async () => ok(known)): LiveScope {
  return new LiveScope({
    epoch: Epoch.parse(1),
    account: AccountId.parse('2'.repeat(32)),
    history,
    record: () => record,
    createUser,
  });
}

const known: KnownSpeaker = {
  clientId: record.clientId,
  userId: null,
  appUserId: AppUserId.parse('3'.repeat(24)),
  credential: { kind: 'session', sessionToken: 'token' },
};

describe('A session scope', () => {
  it('announces a commit after it is durable', async () => {
    const { history } = await opened();
    const scope = scopeOf(history);
    const drafts: string[] = [];
    scope.history.onCommitted(({ facts }) => drafts.push(facts.draft));
    await scope.history.commit({ facts: { draft: 'hello' } });

    expect(drafts).toEqual(['hello']);
  });

  it('A-01 refuses everything once it has ended, and writes nothing', async () => {
    const { histories, history } = await opened();
    const scope = scopeOf(history);
    scope.end();

    const over = { ok: false, failure: { kind: 'sessionOver' } };
    expect(await scope.history.commit({ facts: { draft: 'late' } })).toEqual(over);
    expect(await scope.history.page(null, 10)).toEqual(over);
    expect(await scope.history.outbox()).toEqual(over);
    expect(histories.commits).toEqual([]);
    expect(scope.signal.aborted).toBe(true);
  });

  it('A-01 A-04 drops what was read before its end, and tells the truth about a commit but announces nothing', async () => {
    const { histories, history } = await opened();
    const scope = scopeOf(history);
    let announced = 0;
    scope.history.onCommitted(() => (announced += 1));
    histories.hold();
    const page = scope.history.page(null, 10);
    const commit = scope.history.commit({ facts: { draft: 'late' } });
    scope.end();
    histories.release();

    const over = { ok: false, failure: { kind: 'sessionOver' } };
    expect(await page).toEqual(over);
    expect(await commit).toMatchObject({ ok: true });
    expect(announced).toBe(0);
  });

  it('creates one user however many calls race, and tries again after a failure', async () => {
    const { history } = await opened();
    let calls = 0;
    const scope = scopeOf(history, async () => {
      calls += 1;
      await settle();
      return ok(known);
    });
    const answers = await Promise.all([scope.ensureUser(), scope.ensureUser(), scope.ensureUser()]);
    expect(calls).toBe(1);
    expect(new Set(answers).size).toBe(1);

    await scope.ensureUser();
    expect(calls).toBe(2);
  });
});
