import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProcessWatch } from '../../scripts/leftovers.ts';
import { repository } from './planted-repository.ts';

/**
 * Start a process that nobody waits for: its parent is gone when this returns, and it has become what it is to be. While one
 * program takes the place of another, a process has no environment that could be read.
 */
function abandon(env: Record<string, string>, cwd: string): number {
  const script =
    'setsid sleep 120 >/dev/null 2>&1 & until [ "$(cat /proc/$!/comm)" = sleep ]; do :; done; echo $!';
  const pid = Number(execFileSync('sh', ['-c', script], { env: { PATH: process.env['PATH'], ...env }, cwd }));
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  return pid;
}

describe.runIf(existsSync('/proc/self/stat'))('The watch over processes left running', () => {
  const found = (watch: ProcessWatch): number[] => watch.leftovers().map(({ pid }) => pid);

  it('finds one that carries the mark of the run', () => {
    const watch = new ProcessWatch(repository);
    const pid = abandon({ ONETHREAD_TEST_RUN: watch.mark }, tmpdir());
    expect(found(watch)).toContain(pid);
  });

  it('finds one without the mark that works in the repository and has lost its parent', () => {
    const watch = new ProcessWatch(repository);
    const pid = abandon({}, repository);
    expect(found(watch)).toContain(pid);
  });

  it('leaves alone what others have started elsewhere', () => {
    const watch = new ProcessWatch(repository);
    const pid = abandon({}, tmpdir());
    expect(found(watch)).not.toContain(pid);
    expect(found(watch)).not.toContain(process.ppid);
  });
});
