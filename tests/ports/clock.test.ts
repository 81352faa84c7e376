import { describe, expect, it } from 'vitest';
import { systemClock } from '../../main/adapters/clock-system.ts';
import type { Clock } from '../../main/ports/clock.ts';
import { ManualClock, settle } from '../fakes/clock.ts';

/** What every clock promises; `pass` lets milliseconds go by on it. */
function describeClock(name: string, clock: Clock, pass: (ms: number) => Promise<void>): void {
  describe(name, () => {
    it('runs a task once, not before its time, and after those due earlier', async () => {
      const ran: string[] = [];
      const start = clock.now();
      clock.after(40, () => ran.push('late'));
      clock.after(10, () => ran.push('early'));
      expect(ran).toEqual([]);
      await pass(80);
      expect(ran).toEqual(['early', 'late']);
      expect(clock.now() - start).toBeGreaterThanOrEqual(80);
    });

    it('does not run what was undone', async () => {
      const ran: string[] = [];
      const undo = clock.after(10, () => ran.push('undone'));
      undo();
      undo();
      await pass(40);
      expect(ran).toEqual([]);
    });

    it('does not run at once what is due in fifty days', async () => {
      const ran: string[] = [];
      const undo = clock.after(50 * 86_400_000, () => ran.push('too soon'));
      await pass(40);
      undo();
      expect(ran).toEqual([]);
    });
  });
}

const manual = new ManualClock();
describeClock('ManualClock', manual, (ms) => manual.advance(ms));
describeClock(
  'The system clock',
  systemClock,
  (ms) => new Promise((done) => systemClock.after(ms + 5, done)),
);

describe('ManualClock, moved', () => {
  it('runs what is scheduled on the way, at its own moment, after promises have settled', async () => {
    const clock = new ManualClock();
    const start = clock.now();
    const seen: number[] = [];
    const tick = async (): Promise<void> => {
      await Promise.resolve();
      seen.push(clock.now() - start);
      if (seen.length < 3) clock.after(100, () => void tick());
    };
    clock.after(100, () => void tick());
    await clock.advance(1_000);
    expect([seen, clock.now() - start, clock.scheduled, clock.nextInMs]).toEqual([
      [100, 200, 300],
      1_000,
      0,
      null,
    ]);
  });

  it('jumps without hurrying anybody', async () => {
    const clock = new ManualClock();
    let ran = false;
    clock.after(100, () => (ran = true));
    clock.jump(-400 * 86_400_000);
    await clock.advance(99);
    expect([ran, clock.nextInMs]).toEqual([false, 1]);
    await clock.advance(1);
    expect(ran).toBe(true);
  });

  it('says so when something never comes to rest', async () => {
    const clock = new ManualClock();
    const again = (): void => void clock.after(0, again);
    again();
    await expect(clock.advance(1)).rejects.toThrow(/does not come to rest/);
    await settle();
  });
});
