/** The store process under strace, in the place of the one that main would start. */
import { spawn } from 'node:child_process';
import type { HelperProcess, HelperProgram } from '../../../main/adapters/child-process.ts';
import { signalGroup } from '../devices/process-group.ts';
import { type Traced, traced } from './strace.ts';

export interface TracedHelper extends HelperProcess {
  /** Whether it ended by SIGKILL and nobody here sent one. */
  wasKilled(): boolean;
}

export function launchTraced(trace: Traced, { name, entryPath }: HelperProgram): TracedHelper {
  const [file, ...args] = traced(trace, [process.execPath, entryPath]);
  const child = spawn(file, args, {
    // strace hands the channel on, and the place of its libraries.
    env: { PATH: process.env['PATH'], ONETHREAD_HELPER: name },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  });
  let isOurs = false;
  let signal: NodeJS.Signals | null = null;
  const end = (): void => void (child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'));
  process.once('exit', end);
  child.once('exit', (_, by) => {
    signal = by;
    process.removeListener('exit', end);
  });
  return {
    pid: child.pid,
    post: (message) => void child.send(message, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => {
      isOurs ||= signal === null && child.exitCode === null;
      end();
    },
    wasKilled: () => signal === 'SIGKILL' && !isOurs,
  };
}
