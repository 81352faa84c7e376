import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ChildServer {
  readonly baseUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A baseline in a process of its own, as the service is: a script of this folder that prints its port. */
export async function startChildServer(script: string, ...args: string[]): Promise<ChildServer> {
  const folder = mkdtempSync(join(tmpdir(), 'onethread-bare-'));
  const child = fork(join(import.meta.dirname, script), [folder, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const baseUrl = `http://127.0.0.1:${await portOf(child)}`;
  return {
    baseUrl,
    pid: child.pid ?? 0,
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function portOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}
