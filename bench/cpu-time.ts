import { readdirSync, readFileSync } from 'node:fs';

/**
 * What all threads of a process have spent on the processors so far, in its own code and in the kernel for it; in
 * microseconds. Beside what the clock says, it hardly depends on what else the machine has to do. Linux only.
 */
export function cpuTimeUs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => {
    const [ran] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(ran);
  });
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1_000;
}
