import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIsoTime } from '../../../main/service/calendar.ts';

describe('readIsoTime', () => {
  it('reads what a date writes', () => {
    const dates = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => void expect(readIsoTime(date.toISOString())).toBe(date.getTime())),
    );
  });

  it.each([
    ['2026-03-01T12:00:00Z', Date.UTC(2026, 2, 1, 12)],
    ['2026-03-01T12:00:00.1239Z', Date.UTC(2026, 2, 1, 12, 0, 0, 123)],
    ['2026-03-01T12:00:00+05:30', Date.UTC(2026, 2, 1, 6, 30)],
    ['2026-03-01T12:00:00-01:00', Date.UTC(2026, 2, 1, 13)],
  ])('reads %s', (text, time) => {
    expect(readIsoTime(text)).toBe(time);
  });

  it.each(['', 'whenever', '2026-13-01T12:00:00Z', '2026-03-01', '2026-03-01T12:00:00', '20260301T120000Z'])(
    'takes %j for no time',
    (text) => {
      expect(readIsoTime(text)).toBeNull();
    },
  );
});
