import { app, session, type Session } from 'electron';
import type { Log } from '../ports/log.ts';

/** Chromium's own stack, with the system's proxy and certificates, in a session that keeps nothing. */
export interface Network {
  /** To be asked for each request. */
  current(): Session;
  /** What comes next goes through connections of its own. */
  closeConnections(): void;
}

const carrier = 'network.mojom.NetworkService';

/**
 * Chromium carries all requests in one process, and may lose it. It starts another, but a session that has used the one before
 * fails whatever it is asked from then on (seen in Electron 25): the next request is another session's.
 */
export function createNetwork(log: Log): Network {
  let lives = 1;
  const begin = (): Session => session.fromPartition(`network-${lives}`, { cache: false });
  let current = begin();
  app.on('child-process-gone', (_event, { serviceName, reason }) => {
    if (serviceName !== carrier) return;
    log.warn('network.renewed', { reason });
    lives += 1;
    current = begin();
  });
  return {
    current: () => current,
    closeConnections: () => void current.closeAllConnections(),
  };
}
