import { chmodSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineChoices } from '../../../contract/machine.ts';
import { descendantsOf } from './electron.ts';

/** Lay down a policy as an administrator does. @returns the switch that makes a build for development read it */
export function policyIn(folder: string, words: MachineChoices | string, mode = 0o600): string {
  const path = join(folder, 'policy.json');
  writeFileSync(path, typeof words === 'string' ? words : JSON.stringify(words));
  // Whatever the umask.
  chmodSync(path, mode);
  return `--policy-file=${path}`;
}

/** What the open descriptors of an app lead to, those of its sandboxed pages apart, which nobody may look at. */
export function openFilesOf(pid: number): string[] {
  return [pid, ...descendantsOf(pid)].flatMap((one) =>
    namesIn(`/proc/${one}/fd`).map((fd) => linkAt(one, fd)),
  );
}

/** The connections of an app over TCP to the service at `url`, each by the number the kernel knows it by. */
export function connectionsTo(url: string, pid: number): string[] {
  const port = Number(new URL(url).port);
  const tcp = new Set(['tcp', 'tcp6'].flatMap((table) => establishedIn(table, port)));
  return openFilesOf(pid).filter((name) => tcp.has(name));
}

/** proc_net(5): the third field of a line is the other end, the fourth the state, the tenth the inode. */
function establishedIn(table: string, port: number): string[] {
  const lines = readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, , remote = '', state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '01' && parseInt(remote.split(':')[1] ?? '', 16) === port ? [`socket:[${inode}]`] : [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // gone, or a page's
  }
}

function linkAt(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return ''; // closed meanwhile
  }
}
