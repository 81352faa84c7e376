import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../contract/failure.ts';
import { backOff, nextStep } from '../../../main/sync/retry.ts';

describe('nextStep', () => {
  const rows: readonly [Failure, ReturnType<typeof nextStep>][] = [
    [{ kind: 'offline' }, { kind: 'wait', delayMs: 750 }],
    [{ kind: 'unavailable' }, { kind: 'wait', delayMs: 750 }],
    [{ kind: 'unknownApp' }, { kind: 'wait', delayMs: 750 }],
    [{ kind: 'unconfigured' }, { kind: 'wait', delayMs: 750 }],
    [
      { kind: 'storage', reason: 'full' },
      { kind: 'wait', delayMs: 750 },
    ],
    [
      { kind: 'keychain', trouble: 'locked' },
      { kind: 'wait', delayMs: 750 },
    ],
    [
      { kind: 'throttled', retryAfterMs: 12_345 },
      { kind: 'wait', delayMs: 12_345 },
    ],
    [
      { kind: 'signedOut', reason: 'expired' },
      { kind: 'signIn', reason: 'expired' },
    ],
    [{ kind: 'wrongPassword' }, { kind: 'signIn', reason: 'invalid' }],
    [
      { kind: 'rejected', code: 'bad_request', description: 'no' },
      { kind: 'park', refusal: { code: 'bad_request', description: 'no' } },
    ],
    [
      { kind: 'malformed', where: 'send' },
      { kind: 'park', refusal: { code: 'malformed', description: 'send' } },
    ],
    [
      { kind: 'tooLong', limit: 4096 },
      { kind: 'park', refusal: { code: 'too_long', description: '4096' } },
    ],
    [{ kind: 'superseded' }, { kind: 'stop' }],
    [{ kind: 'sessionOver' }, { kind: 'stop' }],
    [{ kind: 'wrongPasscode', retryAfterMs: 0 }, { kind: 'stop' }],
    [{ kind: 'passcodeNeeded' }, { kind: 'stop' }],
    [{ kind: 'passcodeTooShort', atLeast: 4 }, { kind: 'stop' }],
    [{ kind: 'forbidden' }, { kind: 'stop' }],
    [{ kind: 'questionOpen' }, { kind: 'stop' }],
    [{ kind: 'staleLink' }, { kind: 'stop' }],
  ];

  it.each(rows)('answers $kind with the step of its row', (failure, step) => {
    expect(nextStep(failure, 0, 0.5)).toEqual(step);
  });
});

describe('backOff', () => {
  it('doubles from a second to a minute, half of it jitter', () => {
    expect([0, 1, 2, 5, 6, 50].map((attempt) => backOff(attempt, 0))).toEqual([
      500, 1000, 2000, 16000, 30000, 30000,
    ]);
    expect(backOff(50, 0.999_999)).toBeLessThanOrEqual(60_000);
    expect(backOff(0, 0.999_999)).toBeGreaterThan(backOff(0, 0));
  });
});
