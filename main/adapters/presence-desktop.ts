import type { PowerMonitor } from 'electron';
import type { Log } from '../ports/log.ts';
import type { Presence } from '../ports/presence.ts';
import { hearDesktopLock } from './desktop-lock-dbus.ts';

/** The screen is locked, the machine goes to sleep, or (macOS) somebody else's desktop comes to the front. */
const lockEvents = ['lock-screen', 'suspend', 'user-did-resign-active'] as const;

/** `powerMonitor`, as far as it knows whether somebody is there. */
export interface PowerEvents {
  getSystemIdleTime: PowerMonitor['getSystemIdleTime'];
  on(event: (typeof lockEvents)[number], listener: () => void): unknown;
}

/** Whether somebody is at this desktop, as the operating system tells. */
export function createPresence(deps: {
  readonly powerMonitor: PowerEvents;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}): Presence {
  const listeners = new Set<() => void>();
  const locked = (): void => {
    for (const listener of listeners) listener();
  };
  for (const event of lockEvents) deps.powerMonitor.on(event, locked);
  if (deps.platform === 'linux') void hearDesktopLock({ env: deps.env, log: deps.log, onLock: locked });
  return {
    idleSeconds: () => deps.powerMonitor.getSystemIdleTime(),
    onSystemLock(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
