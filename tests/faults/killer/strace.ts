/**
 * System calls that fail or kill, by `strace` (Debian's 6.1). Three things to know of it: nothing is injected into a call
 * that is not traced, a call that kills is not carried out, and `when` counts for each thread and each call by itself.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What makes something durable, and what the encrypted SQLite of the store and the service's use of it (measured). */
export const durable = ['pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'unlink'] as const;

/** One call of a thread: the `nth` of its name. */
export interface Point {
  readonly call: string;
  readonly nth: number;
}

export interface Injection {
  readonly point: Point;
  readonly does: 'SIGKILL' | 'ENOSPC' | 'EIO' | 'EMFILE' | 'EROFS';
  /** Whether all that follow fail too. */
  readonly onwards?: boolean;
}

export interface Traced {
  readonly calls: readonly string[];
  /** Absent to count only. */
  readonly injection?: Injection;
  /** Where strace writes what it saw. */
  readonly report: string;
}

/** The command that runs `command` under strace. Start it as a group of its own: its child outlives it otherwise. */
export function traced(
  { calls, injection, report }: Traced,
  command: readonly string[],
): [string, ...string[]] {
  const { does, point, onwards = false } = injection ?? {};
  const what = does === 'SIGKILL' ? 'signal=SIGKILL' : `error=${does}`;
  const inject = point && `inject=${point.call}:${what}:when=${point.nth}${onwards ? '+' : ''}`;
  return [
    'strace',
    // Faster, but then strace 6.1 sends no signal.
    ...(does === 'SIGKILL' ? [] : ['--seccomp-bpf']),
    ...['-f', '-qq', '-o', report, '-e', `trace=${calls.join(',')}`],
    ...(inject === undefined ? [] : ['-e', inject]),
    ...['--', ...command],
  ];
}

/** The calls that a report holds, in their order, of the thread that made the most: the points of a sweep. */
export function pointsIn(report: string): Point[] {
  const threads = new Map<string, Point[]>();
  for (const line of linesOf(report)) {
    const [, thread, call] = /^(\d+)\s+(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || call === undefined) continue;
    const points = threads.get(thread) ?? [];
    points.push({ call, nth: 1 + points.filter((point) => point.call === call).length });
    threads.set(thread, points);
  }
  return [...threads.values()].reduce((most, points) => (points.length > most.length ? points : most), []);
}

/**
 * The same over all threads and processes of the report: whichever comes first to the `nth` of its own is befallen. With
 * `UV_THREADPOOL_SIZE=1` Node's own threads do the same each time.
 */
export function pointsOfAll(report: string): Point[] {
  const all = new Map<string, Point>();
  const counts = new Map<string, number>();
  for (const line of linesOf(report)) {
    const [, thread = '', call] = /^(\d+)\s+(\w+)\(/.exec(line) ?? [];
    if (call === undefined) continue;
    const nth = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, nth);
    all.set(`${call} ${nth}`, { call, nth });
  }
  return [...all.values()];
}

/** Whether a call was made to fail. */
export function hasFailed(report: string): boolean {
  return linesOf(report).some((line) => line.includes('(INJECTED)'));
}

/** Whether something died in this call: it never came to a result. */
export function hasDiedIn(report: string, { call }: Point): boolean {
  const unfinished = new RegExp(`\\b${call}(?:\\(| resumed).*= \\?$`);
  return linesOf(report).some((line) => unfinished.test(line.trimEnd()));
}

function linesOf(report: string): string[] {
  return readFileSync(report, 'utf8').split('\n');
}

/** Why no call can be made to fail here; null where it can. */
export function straceRefusal(): string | null {
  const { error, status, stderr } = spawnSync(
    'strace',
    ['-f', '-qq', '-e', 'trace=write', '-e', 'inject=write:error=EIO:when=1', 'true'],
    { encoding: 'utf8' },
  );
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? null : `ptrace is not permitted: ${stderr.trim().split('\n')[0] ?? ''}`;
}

export function straceVersion(): string {
  return execFileSync('strace', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '';
}
