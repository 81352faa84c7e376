import type { EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../ports/clock.ts';

/** The longest delay `setTimeout` takes; anything above would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

/** The machine's clock. Delays are monotonic: setting the wall clock neither shortens nor stretches them. */
export const systemClock: Clock = {
  now: () => Date.now() as EpochMs,
  after(delayMs, task): Undo {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, longestDelayMs);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : task()), stepMs);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};
