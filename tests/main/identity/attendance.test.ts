import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../../contract/failure.ts';
import type { MachineRules } from '../../../contract/machine.ts';
import type { Notice, StillThere } from '../../../contract/view.ts';
import { Attendance } from '../../../main/identity/attendance.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { FakePresence } from '../../fakes/presence.ts';

const rulesOfADesk: MachineRules = {
  mode: 'shared',
  remember: false,
  idle: { afterSeconds: 600, graceSeconds: 30, then: 'signOut' },
  onSystemLock: 'lock',
  onQuit: 'signOut',
  requireVerified: false,
  retention: { days: null, megabytes: null },
  allowExport: true,
  notifications: 'full',
  managed: [],
  policyUnreadable: false,
};

/** A desk at which somebody has just sat down. */
function desk(rules: Partial<MachineRules> = {}) {
  const clock = new ManualClock();
  const presence = new FakePresence(clock);
  const state = {
    clock,
    presence,
    rules: { ...rulesOfADesk, ...rules },
    somebody: true,
    question: null as StillThere | null,
    /** How often it was asked. */
    asked: 0,
    done: [] as string[],
    notices: [] as Notice[],
    canLock: true,
    signOutFails: false,
    /** A sign-out ends when this does. */
    erasing: Promise.resolve(),
  };
  const attendance: Attendance = new Attendance({
    presence,
    clock,
    log: new RecordingLog(),
    rules: () => state.rules,
    isSomebodyHere: () => state.somebody,
    ask(question) {
      state.question = question;
      if (question !== null) state.asked++;
    },
    async lock(): Promise<Result<unknown>> {
      state.done.push('lock');
      if (!state.canLock) return fail({ kind: 'passcodeNeeded' });
      state.somebody = false;
      return ok();
    },
    async signOut(): Promise<Result<unknown>> {
      state.done.push('signOut');
      // The next person has come in when the last one has gone.
      attendance.begin();
      await state.erasing;
      return state.signOutFails ? fail({ kind: 'storage', reason: 'failed' }) : ok();
    },
    notify: (notice) => state.notices.push(notice),
  });
  attendance.begin();
  return Object.assign(state, { attendance });
}

const minutes = (n: number): number => n * 60_000;

describe('When nobody is there', () => {
  it('A-10 it is asked “Still there?” after the idle time, and not a second before', async () => {
    const at = desk();
    await at.clock.advance(minutes(10) - 1);
    expect(at.question).toBeNull();
    await at.clock.advance(1);
    expect(at.question).toEqual({ then: 'signOut', at: at.clock.now() + 30_000 });
    expect(at.done).toEqual([]);
  });

  it('A-10 the session is signed out at the end of the grace, and the next one is told why', async () => {
    const at = desk();
    await at.clock.advance(minutes(10) + 29_999);
    expect([at.done, at.question === null]).toEqual([[], false]);
    await at.clock.advance(1);
    expect(at.done).toEqual(['signOut']);
    expect(at.notices).toEqual(['signedOutIdle']);
    expect(at.question).toBeNull();
  });

  it('A-10 the session is locked where the rules say so, and nobody is told that they were signed out', async () => {
    const at = desk({ idle: { afterSeconds: 60, graceSeconds: 5, then: 'lock' } });
    await at.clock.advance(65_000);
    expect([at.done, at.notices]).toEqual([['lock'], []]);
  });

  it('what has no passcode is signed out instead of locked', async () => {
    const at = desk({ idle: { afterSeconds: 60, graceSeconds: 5, then: 'lock' } });
    at.canLock = false;
    await at.clock.advance(65_000);
    expect([at.done, at.notices]).toEqual([['lock', 'signOut'], ['signedOutIdle']]);
  });

  it('nothing is done where no idle time is set, and no timer runs', async () => {
    const at = desk({ idle: null });
    await at.clock.advance(minutes(24 * 60));
    expect([at.question, at.done, at.clock.scheduled]).toEqual([null, [], 0]);
  });

  it('nothing is done where there is nobody to sign out', async () => {
    const at = desk();
    at.somebody = false;
    await at.clock.advance(minutes(60));
    expect([at.asked, at.done]).toEqual([0, []]);
  });

  it('nothing is asked while a sign-out takes its time', async () => {
    const at = desk();
    let erased = (): void => undefined;
    at.erasing = new Promise((resolve) => (erased = resolve));
    await at.clock.advance(minutes(60));
    expect([at.asked, at.done, at.notices]).toEqual([1, ['signOut'], []]);
    erased();
    await at.clock.advance(minutes(60));
    expect([at.asked, at.done, at.notices]).toEqual([1, ['signOut'], ['signedOutIdle']]);
  });

  it('a machine is signed out once, however long it is left alone', async () => {
    const at = desk();
    await at.clock.advance(minutes(24 * 60));
    expect(at.done).toEqual(['signOut']);
  });

  it('it is asked again once somebody has been there and left', async () => {
    const at = desk();
    await at.clock.advance(minutes(60));
    at.presence.touch();
    await at.clock.advance(minutes(20));
    expect(at.done).toEqual(['signOut', 'signOut']);
  });

  it('a sign-out that fails is tried again', async () => {
    const at = desk();
    at.signOutFails = true;
    await at.clock.advance(minutes(10) + 30_000);
    expect([at.done, at.notices]).toEqual([['signOut'], []]);
    at.signOutFails = false;
    await at.clock.advance(minutes(10) + 30_000);
    expect([at.done, at.notices]).toEqual([['signOut', 'signOut'], ['signedOutIdle']]);
  });
});

describe('When somebody is there', () => {
  it('nothing is asked as long as they touch anything in time', async () => {
    const at = desk();
    for (let i = 0; i < 20; i++) {
      await at.clock.advance(minutes(9));
      at.presence.touch();
    }
    expect([at.question, at.done]).toEqual([null, []]);
    await at.clock.advance(minutes(10));
    expect(at.question).not.toBeNull();
  });

  it('the question goes with the first touch, without an answer', async () => {
    const at = desk();
    await at.clock.advance(minutes(10) + 20_000);
    at.presence.touch();
    await at.clock.advance(1_000);
    expect(at.question).toBeNull();
    await at.clock.advance(minutes(9));
    expect([at.question, at.done]).toEqual([null, []]);
  });

  it('“Stay” takes the question away, also where the desktop saw no touch', async () => {
    const at = desk();
    await at.clock.advance(minutes(10) + 29_000);
    at.attendance.stay();
    expect(at.question).toBeNull();
    await at.clock.advance(minutes(10) - 1);
    expect([at.question, at.done]).toEqual([null, []]);
    await at.clock.advance(1);
    expect(at.question).not.toBeNull();
  });

  it('who has just come in gets the whole idle time, on a machine that was never touched', async () => {
    const at = desk();
    at.presence.leaveAlone(100_000);
    await at.clock.advance(minutes(9));
    at.attendance.begin();
    await at.clock.advance(minutes(10) - 1);
    expect(at.question).toBeNull();
    await at.clock.advance(1);
    expect(at.question).not.toBeNull();
  });

  it('a question about one person is not left to the next', async () => {
    const at = desk();
    await at.clock.advance(minutes(10));
    at.attendance.begin();
    expect(at.question).toBeNull();
    await at.clock.advance(60_000);
    expect(at.done).toEqual([]);
  });

  it('a question is taken away where there is nobody any more', async () => {
    const at = desk();
    await at.clock.advance(minutes(10));
    at.somebody = false;
    await at.clock.advance(60_000);
    expect([at.question, at.done]).toEqual([null, []]);
  });

  it('new rules count from now on, for a question that is open as well', async () => {
    const at = desk();
    await at.clock.advance(minutes(10));
    at.rules = { ...at.rules, idle: null };
    at.attendance.begin();
    expect([at.question, at.clock.scheduled]).toEqual([null, 0]);
    at.rules = { ...at.rules, idle: { afterSeconds: 5, graceSeconds: 3, then: 'signOut' } };
    at.attendance.begin();
    await at.clock.advance(8_000);
    expect(at.done).toEqual(['signOut']);
  });
});

describe('When the desktop is locked', () => {
  it.each([
    ['nothing' as const, []],
    ['lock' as const, ['lock']],
    ['signOut' as const, ['signOut']],
  ])('A-10 the rule “%s” is kept at once', async (onSystemLock, done) => {
    const at = desk({ onSystemLock });
    at.presence.lockDesktop();
    expect(at.done).toEqual(done);
    await at.clock.advance(minutes(60));
    expect(at.done).toEqual(done.length > 0 ? done : ['signOut']);
  });

  it('an open question is overtaken: it is done at once, and once', async () => {
    const at = desk({ onSystemLock: 'signOut' });
    await at.clock.advance(minutes(10));
    at.presence.lockDesktop();
    at.presence.lockDesktop();
    await at.clock.advance(minutes(60));
    expect([at.done, at.question]).toEqual([['signOut'], null]);
  });

  it('a locked session stays as it is', async () => {
    const at = desk({ onSystemLock: 'signOut' });
    at.somebody = false;
    at.presence.lockDesktop();
    expect(at.done).toEqual([]);
  });
});

it('An attendance that is over watches no more', async () => {
  const at = desk();
  at.attendance.dispose();
  expect(at.clock.scheduled).toBe(0);
  expect(at.presence.listening).toBe(0);
});

it('A-10 nobody who is there is signed out, and nobody who is gone stays: 300 days at a desk', async () => {
  const touches = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 });
  let stayed = 0;
  let left = 0;
  await fc.assert(
    fc.asyncProperty(touches, async (pauses) => {
      const at = desk();
      for (const seconds of pauses) {
        const before = at.done.length;
        await at.clock.advance(seconds * 1000);
        // Gone is who touched nothing for the idle time and the grace.
        const gone = seconds >= 630;
        expect(at.done.length - before).toBe(gone ? 1 : 0);
        if (gone) left++;
        else stayed++;
        at.presence.touch();
        await at.clock.advance(1_000);
        at.presence.touch();
        expect(at.question).toBeNull();
      }
    }),
    { numRuns: 300 },
  );
  expect(Math.min(stayed, left)).toBeGreaterThan(100);
});
