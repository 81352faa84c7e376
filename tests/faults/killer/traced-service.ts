/** The real service under strace, on a folder that the caller keeps. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Ready } from '../../server/running-service.ts';
import { signalGroup } from '../devices/process-group.ts';
import { type Traced, traced } from './strace.ts';

export interface TracedService {
  /** Null if it died before it was ready. */
  readonly ready: Ready | null;
  /** Resolves with the signal that ended it, or null. */
  readonly exited: Promise<NodeJS.Signals | null>;
  /** SIGTERM to the service itself; resolves with the signal that ended it, or null. */
  stop(): Promise<NodeJS.Signals | null>;
}

const entry = fileURLToPath(new URL('../../../server/start.ts', import.meta.url));

export async function startTracedService(trace: Traced, dataDir: string): Promise<TracedService> {
  const args = ['--data', dataDir, '--no-auto-reply', '--rate-percent', '100000'];
  const [file, ...rest] = traced(trace, [process.execPath, entry, ...args]);
  const child = spawn(file, rest, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const { pid = 0 } = child;
  const end = (): void => void signalGroup(pid, 'SIGKILL');
  process.once('exit', end);
  const exited = once(child, 'exit').then(([, signal]) => {
    process.removeListener('exit', end);
    return signal as NodeJS.Signals | null;
  });
  const line = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const first = await Promise.race([line, exited.then(() => null)]);
  return {
    ready: first === null ? null : Ready.parse(JSON.parse(first)),
    exited,
    stop: () => {
      // strace itself lets SIGTERM by while it traces.
      signalGroup(pid, 'SIGTERM');
      return exited;
    },
  };
}
