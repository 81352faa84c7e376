import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Where an app finds the service. The ready line also holds the business's key: it stays out of every app. */
const Address = z.object({ configBaseUrl: z.url(), appId: z.string() });

/** A share in the running service. It ends itself when the last share is given back, or its holder is gone. */
export type Lease = z.infer<typeof Address> & { release(): void };

const entry = resolve(import.meta.dirname, '..', 'server', 'start.ts');
const patienceMs = 30_000;
/** Bytes; a log that has grown past it begins anew. */
const longestLog = 1_000_000;

/**
 * Join the service of this data folder, or start it: one for all apps of this person, whoever comes first.
 *
 * @throws Error with the place of its log if it does not become ready.
 */
export async function holdLease(dataDir: string): Promise<Lease> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const deadline = Date.now() + patienceMs;
  let hope = true;
  while (hope && Date.now() < deadline) {
    const lease = await joinService(dataDir);
    if (lease !== undefined) return lease;
    hope = await becomesReady(startService(dataDir));
  }
  const lease = await joinService(dataDir);
  if (lease === undefined) throw new Error(`The service did not start; see ${logFile(dataDir)}.`);
  return lease;
}

const logFile = (dataDir: string): string => join(dataDir, 'service.log');

/** @returns undefined if nobody is there who could lend. */
async function joinService(dataDir: string): Promise<Lease | undefined> {
  const socket = createConnection(join(dataDir, 'lease.sock'));
  const line = await firstLine(socket);
  if (line === undefined) {
    socket.destroy();
    return undefined;
  }
  const address = Address.parse(JSON.parse(line));
  return { ...address, release: () => socket.destroy() };
}

function firstLine(socket: Socket): Promise<string | undefined> {
  return new Promise((done) => {
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (heard.includes('\n')) done(heard.split('\n', 1)[0]);
    });
    socket.once('error', () => done(undefined));
    socket.once('close', () => done(undefined));
  });
}

/** In a session of its own, so that Ctrl+C in one terminal does not take it from the app started in another. */
function startService(dataDir: string): ChildProcess {
  const file = logFile(dataDir);
  if (existsSync(file) && statSync(file).size > longestLog) rmSync(file);
  const log = openSync(file, 'a', 0o600);
  const args = [entry, '--lease', '--data', dataDir];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  return child;
}

/** Resolves when it says on stdout that one is ready, itself or another that was faster; false if it ends without. */
async function becomesReady(child: ChildProcess): Promise<boolean> {
  const { stdout } = child;
  if (stdout === null) return false;
  const ready = once(stdout, 'data').then(() => true);
  const gone = Promise.race([once(child, 'exit'), once(child, 'error')]).then(() => false);
  const answer = await Promise.race([ready, gone]);
  stdout.destroy();
  child.unref();
  return answer;
}
