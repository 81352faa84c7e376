import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** A process that outlived the run which started it. */
export type Leftover = {
  readonly pid: number;
  readonly command: string;
  /** It carries the mark of the run: nobody else can have started it. */
  readonly marked: boolean;
};

type Process = {
  readonly pid: number;
  readonly parent: number;
  /** Ticks since the machine started. */
  readonly startedAt: number;
};

/**
 * Keeps watch over what a test run starts. The mark in the environment finds what inherits it; helpers get an environment
 * of their own and Chromium overwrites its, so a process that lost its parent is also ours when it runs from this
 * repository, in it, or as the unprivileged user.
 */
export class ProcessWatch {
  /** To be handed down in the environment: ONETHREAD_TEST_RUN. */
  readonly mark: string = randomUUID();
  readonly #repository: string;
  readonly #since: number;

  constructor(repository: string) {
    this.#repository = repository;
    this.#since = readProcess(process.pid)?.startedAt ?? 0;
  }

  /** What is left now; empty on systems without /proc, where nobody can tell. */
  leftovers(unprivilegedUid?: number): Leftover[] {
    const young = new Map<number, Process>();
    for (const one of allProcesses()) if (one.startedAt >= this.#since) young.set(one.pid, one);
    young.delete(process.pid);
    return [...young.values()]
      .filter((one) => this.#isMarked(one) || (isOrphan(one, young) && this.#isOurs(one, unprivilegedUid)))
      .map((one) => ({
        pid: one.pid,
        command: readText(one.pid, 'cmdline').slice(0, 200),
        marked: this.#isMarked(one),
      }));
  }

  #isMarked({ pid }: Process): boolean {
    return readText(pid, 'environ').includes(this.mark);
  }

  #isOurs({ pid }: Process, unprivilegedUid: number | undefined): boolean {
    return (
      (unprivilegedUid !== undefined && ownerOf(pid) === unprivilegedUid) ||
      [linkOf(pid, 'exe'), linkOf(pid, 'cwd')].some((path) => `${path}/`.startsWith(`${this.#repository}/`))
    );
  }
}

/** A young process whose line of young ancestors ends at init: whoever started it is gone. */
function isOrphan(one: Process, young: ReadonlyMap<number, Process>): boolean {
  let top = one;
  for (let parent = young.get(top.parent); parent !== undefined; parent = young.get(top.parent)) top = parent;
  return top.parent === 1 || readText(top.parent, 'comm').startsWith('systemd');
}

function allProcesses(): Process[] {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map((name) => readProcess(Number(name))).filter((one) => one !== undefined);
  } catch {
    return [];
  }
}

/** @returns undefined for a process that is gone, or a zombie. */
function readProcess(pid: number): Process | undefined {
  const stat = readText(pid, 'stat');
  // proc_pid_stat(5): "pid (command) state ppid …", the start time is field 22; the command may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 20 || fields[0] === 'Z') return undefined;
  return { pid, parent: Number(fields[1]), startedAt: Number(fields[19]) };
}

function readText(pid: number, file: 'stat' | 'environ' | 'cmdline' | 'comm'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function linkOf(pid: number, file: 'exe' | 'cwd'): string {
  try {
    return readlinkSync(`/proc/${pid}/${file}`);
  } catch {
    return '';
  }
}

function ownerOf(pid: number): number | undefined {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return undefined;
  }
}
