import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestWaitMs, retryAfterMs } from '../../../main/service/retry-after.ts';

const now = Date.UTC(2027, 0, 31, 23, 59, 30);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['899', 899_000],
    ['901', longestWaitMs],
    ['315360000', longestWaitMs],
    ['9'.repeat(400), longestWaitMs],
    ['Mon, 01 Feb 2027 00:00:00 GMT', 30_000],
    ['Sun, 31 Jan 2027 23:59:00 GMT', 0],
    ['Sat, 31 Jan 2037 23:59:30 GMT', longestWaitMs],
    [null, null],
    ['', null],
    ['-5', null],
    ['soon', null],
    ['7 seconds', null],
    ['0x10', null],
    ['1e3', null],
    ['NaN', null],
    ['Mon, 01 Foo 2027 00:00:00 GMT', null],
    ['2027-02-01T00:00:00Z', null],
  ])('%s asks to wait %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  it('D-11 is counted by the service’s own clock where it tells the time', () => {
    const [at, date] = ['Mon, 01 Feb 2027 00:00:00 GMT', 'Sun, 31 Jan 2027 23:59:50 GMT'];
    for (const days of [-400, 0, 400]) expect(retryAfterMs(at, now + days * 86_400_000, date)).toBe(10_000);
    expect(retryAfterMs(at, now, 'noon')).toBe(30_000);
  });

  it('reads every date as the platform does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        const date = new Date(seconds * 1000);
        expect(retryAfterMs(date.toUTCString(), seconds * 1000 - 4_000)).toBe(4_000);
      }),
    );
  });
});
