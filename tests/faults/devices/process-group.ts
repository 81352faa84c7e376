/** A program as the leader of a process group of its own, so that it and all it starts can be killed or frozen at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often it is looked whether a killed group is gone. */
const lookMs = 2;

export interface GroupProgram {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it writes to stderr is added to this file. */
  readonly logPath: string;
}

/** Starts `program` with a pipe to its stdin and one from its stdout. It ends with us, however we end. */
export function spawnGroup({ command: [file, ...args], env, logPath }: GroupProgram): ChildProcess {
  const log = openSync(logPath, 'a');
  const child = spawn(file, args, { detached: true, env, stdio: ['pipe', 'pipe', log] });
  closeSync(log);
  // A question to one that has just died is answered by its end.
  child.stdin?.on('error', () => undefined);
  const { pid } = child;
  const takeAlong = (): void => void (pid !== undefined && signalGroup(pid, 'SIGKILL'));
  process.once('exit', takeAlong);
  child.once('exit', () => process.removeListener('exit', takeAlong));
  return child;
}

/** @returns false if nothing of the group is there */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

/** @returns false if there is no such process */
export function signalProcess(pid: number | null, signal: NodeJS.Signals): boolean {
  try {
    return pid !== null && process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** SIGKILL to the whole group. Resolves when nothing of it runs. */
export async function killGroup(leader: number): Promise<void> {
  signalGroup(leader, 'SIGKILL');
  while (groupMembers(leader).length > 0) await sleep(lookMs);
}

/** The running processes of a group; a zombie only waits for its parent to look. */
export function groupMembers(leader: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      const stat = statOf(pid);
      return stat !== null && stat.group === leader && stat.state !== 'Z';
    });
}

interface ProcessStat {
  readonly state: string;
  readonly group: number;
}

function statOf(pid: number): ProcessStat | null {
  if (!Number.isInteger(pid)) return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // "pid (command) state parent group …"; the command may hold blanks and brackets.
    const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, group: Number(group) };
  } catch {
    return null;
  }
}
