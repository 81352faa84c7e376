import type { EpochMs } from '../../contract/ids.ts';

export type Undo = () => void;

/** Time. The core has no other clock; fakes move it by `advance(ms)`. */
export interface Clock {
  now(): EpochMs;
  /** Run `task` once after `delayMs`, unless undone before. */
  after(delayMs: number, task: () => void): Undo;
}
