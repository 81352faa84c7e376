import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');

/**
 * Run a command in the repository with our own stdout and stderr and no stdin, and wait for it. A signal to us goes on to
 * it, so that it can clean up before we end. After `limitMs` it is ended.
 *
 * @returns its exit code; 128 plus the signal's number if a signal ended it, as shells say it.
 */
export async function runToEnd(
  command: readonly string[],
  env: Record<string, string> = {},
  limitMs?: number,
): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, passOn);
  const impatience = limitMs === undefined ? undefined : setTimeout(() => void end(child, 10_000), limitMs);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
  } finally {
    clearTimeout(impatience);
    for (const signal of signals) process.off(signal, passOn);
  }
}

/**
 * The command line under which `program` is asked to end (SIGTERM) when we do, even by SIGKILL: Linux offers it to a
 * parent, as prctl(PR_SET_PDEATHSIG). Elsewhere, and without setpriv, the command line as it is.
 */
export function dyingWithUs(program: string, args: readonly string[]): readonly [string, string[]] {
  return process.platform === 'linux' && setpriv !== undefined
    ? [setpriv, ['--pdeathsig', 'TERM', '--', program, ...args]]
    : [program, [...args]];
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

/** End a child that is our own: SIGTERM, then SIGKILL after `graceMs`. Resolves when it is gone. */
export async function end(child: ChildProcess, graceMs = 3_000): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  const impatience = setTimeout(() => child.kill('SIGKILL'), graceMs);
  child.kill('SIGTERM');
  await gone;
  clearTimeout(impatience);
}
