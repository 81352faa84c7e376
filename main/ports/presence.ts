import type { Undo } from './clock.ts';

/** Whether somebody is at this machine. */
export interface Presence {
  /** Seconds since the last input anywhere on the desktop. */
  idleSeconds(): number;
  /** The desktop was locked, or the machine goes to sleep. */
  onSystemLock(listener: () => void): Undo;
}
