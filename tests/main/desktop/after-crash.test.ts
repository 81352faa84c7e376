import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { surviveCrashes } from '../../../main/desktop/after-crash.ts';
import { ManualClock, settle } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';

/** A window whose page dies when the test says so. */
class CrashingWindow extends EventEmitter {
  reloads = 0;
  crashes = 0;
  destroyed = false;
  readonly webContents = Object.assign(new EventEmitter(), {
    reload: () => this.reloads++,
    forcefullyCrashRenderer: () => this.crashes++,
  });

  isDestroyed(): boolean {
    return this.destroyed;
  }

  die(reason = 'crashed'): void {
    this.webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });
  }
}

function watch(again = false) {
  const window = new CrashingWindow();
  const clock = new ManualClock();
  const log = new RecordingLog();
  const asked: number[] = [];
  const ask = async (): Promise<boolean> => asked.push(window.reloads) > 0 && again;
  surviveCrashes(window, { clock, log, ask });
  return { window, clock, log, asked };
}

describe('A page whose process dies', () => {
  it('comes back', () => {
    const { window, log } = watch();
    window.die();
    expect(window.reloads).toBe(1);
    expect(log.about('page.gone')).toEqual([
      { level: 'error', event: 'page.gone', fields: { reason: 'crashed', exitCode: 5 } },
    ]);
  });

  it('E-28 comes back three times a minute, then the person is asked', async () => {
    const { window, asked } = watch();
    for (let death = 0; death < 4; death++) window.die();
    await settle();
    expect([window.reloads, asked]).toEqual([3, [3]]);
  });

  it('comes back once more if the person says so, with three new tries', async () => {
    const { window, asked } = watch(true);
    for (let death = 0; death < 4; death++) window.die();
    await settle();
    for (let death = 0; death < 3; death++) window.die();
    expect([window.reloads, asked.length]).toEqual([7, 1]);
  });

  it('comes back for ever if it dies now and then', async () => {
    const { window, clock, asked } = watch();
    for (let death = 0; death < 10; death++) {
      window.die();
      await clock.advance(20_001);
    }
    expect([window.reloads, asked]).toEqual([10, []]);
  });

  it('stays away when it ended by itself or with its window', () => {
    const { window } = watch();
    window.die('clean-exit');
    window.destroyed = true;
    window.die();
    expect(window.reloads).toBe(0);
  });
});

describe('A page that is stuck', () => {
  it('is ended after twenty seconds, so that it comes back', async () => {
    const { window, clock } = watch();
    window.emit('unresponsive');
    await clock.advance(19_999);
    expect(window.crashes).toBe(0);
    await clock.advance(1);
    expect(window.crashes).toBe(1);
  });

  it('is left alone when it wakes up before', async () => {
    const { window, clock } = watch();
    window.emit('unresponsive');
    await clock.advance(10_000);
    window.emit('responsive');
    await clock.advance(60_000);
    expect([window.crashes, clock.scheduled]).toEqual([0, 0]);
  });
});
