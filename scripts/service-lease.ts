import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** Where an app finds the service. The ready line also holds the business's key: it stays out of every app. */
const Address = z.object({ configBaseUrl: z.url(), appId: z.string() });

/** A share in the running service. It ends itself when the last share is given back, or its holder is gone. */
export type Lease = z.infer<typeof Address> & { release(): void };

const entry = resolve(import.meta.dirname, '..', 'server', 'start.ts');
const patienceMs = 30_000;

/**
 * Join the service of this data folder, or start it: one for all apps of this person, whoever comes first.
 *
 * @throws Error with the place of its log if it does not become ready.
 */
export async function holdLease(dataDir: string): Promise<Lease> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const deadline = Date.now() + patienceMs;
  for (let lease = await joinService(dataDir); ; lease = await joinService(dataDir)) {
    if (lease !== undefined) return lease;
    if (Date.now() > deadline) throw new Error(`The service did not start; see ${logFile(dataDir)}.`);
    await readyOrGone(startService(dataDir));
  }
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
    socket.once('error', () => done(undefined));
    socket.once('close', () => done(undefined));
    createInterface(socket).once('line', done);
  });
}

/** In a session of its own, so that Ctrl+C in one terminal does not take it from the app started in another. */
function startService(dataDir: string): ChildProcess {
  const log = openSync(logFile(dataDir), 'w', 0o600);
  chmodSync(logFile(dataDir), 0o600);
  const args = [entry, '--lease', '--data', dataDir];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  return child;
}

/** The service says on stdout that it is ready; one that finds another at work says nothing and ends. */
async function readyOrGone(child: ChildProcess): Promise<void> {
  const said = child.stdout === null ? [] : [once(child.stdout, 'data')];
  await Promise.race([...said, once(child, 'exit'), once(child, 'error')]);
  child.stdout?.destroy();
  child.unref();
}
