/**
 * One service per data folder, alive as long as somebody needs it.
 *
 * Two things lie in the folder. `service.lock` is held, by a lock of the operating system that dies with its process, by
 * the one service at work; whoever holds it may tidy up after a dead one. `lease.sock` is where that service says how it
 * is reached: every connection gets the ready line, and counts as a lease until it closes. A second start connects too,
 * says `peek` so as not to be counted, and repeats what it heard.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3-multiple-ciphers';
import { ConfigError } from './config.ts';

const defaultFirstLeaseMs = 30_000;
const afterLastMs = 1_000;
const peekWord = 'peek\n';

export type Claim =
  /** The folder is ours until `release`, or our end. */
  | { readonly kind: 'ours'; release(): void }
  /** Another service is at work; this is its ready line. */
  | { readonly kind: 'theirs'; readonly readyLine: string };

/** @throws {ConfigError} if another service holds the folder and does not answer for `patienceMs`. */
export async function claimFolder(dataDir: string, patienceMs = 30_000): Promise<Claim> {
  const deadline = performance.now() + patienceMs;
  do {
    const lock = tryLock(join(dataDir, 'service.lock'));
    if (lock !== null) return { kind: 'ours', release: () => lock.close() };
    const readyLine = await peek(dataDir);
    if (readyLine !== null) return { kind: 'theirs', readyLine };
    await sleep(50);
  } while (performance.now() < deadline);
  throw new ConfigError('Another service holds the data folder and does not answer.');
}

/** SQLite's exclusive lock is the one file lock Node can take that goes away with the process, on every system. */
function tryLock(file: string): Database.Database | null {
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return null;
    throw error;
  }
}

/** @returns what the service at work says, its key included, or null if none answers. */
export function peek(dataDir: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection(leaseAddress(dataDir), () => socket.write(peekWord));
    let heard = '';
    socket.setTimeout(2_000, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (heard.includes('\n')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard.includes('\n') ? (heard.split('\n', 1)[0] ?? null) : null));
  });
}

/** A socket in the folder; on Windows a pipe named after it. @throws {ConfigError} if its path is too long for one. */
export function leaseAddress(dataDir: string): string {
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\onethread-${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`;
  }
  const path = join(dataDir, 'lease.sock');
  // sockaddr_un holds 104 bytes on macOS and 108 on Linux, the closing zero included.
  if (Buffer.byteLength(path) > 103)
    throw new ConfigError('--data is too long a path for a socket to lie in.');
  return path;
}

interface LeaseOptions {
  readonly dataDir: string;
  readonly readyLine: string;
  /** How long to wait for the first lease; half a minute unless told. */
  readonly firstLeaseMs?: number;
  /** Called when there was a lease and is none for a second, or when none came in time. */
  onAbandoned(): void;
}

/** Lends to whoever connects. Only for the holder of the claim: what lies in the socket's place is removed. */
export class Leases {
  readonly #server: Server;
  readonly #options: LeaseOptions;
  readonly #firstLeaseMs: number;
  readonly #open = new Set<Socket>();
  readonly #held = new Set<Socket>();
  #countdown: NodeJS.Timeout;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#lend(socket));
    this.#firstLeaseMs = options.firstLeaseMs ?? defaultFirstLeaseMs;
    this.#countdown = this.#endIn(this.#firstLeaseMs);
  }

  async open(): Promise<void> {
    const address = leaseAddress(this.#options.dataDir);
    if (process.platform !== 'win32') rmSync(address, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(address, resolve);
    });
  }

  #lend(socket: Socket): void {
    this.#open.add(socket);
    this.#held.add(socket);
    clearTimeout(this.#countdown);
    socket.on('error', () => undefined);
    socket.once('data', (word: Buffer) => {
      if (word.toString('latin1') === peekWord) this.#giveBack(socket, this.#firstLeaseMs);
    });
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#giveBack(socket, afterLastMs);
    });
    socket.resume().write(`${this.#options.readyLine}\n`);
  }

  /** Whoever only peeked leaves the time a starting launcher needs to come back with a lease. */
  #giveBack(socket: Socket, spanMs: number): void {
    if (!this.#held.delete(socket) || this.#held.size > 0) return;
    clearTimeout(this.#countdown);
    this.#countdown = this.#endIn(spanMs);
  }

  #endIn(spanMs: number): NodeJS.Timeout {
    return setTimeout(() => this.#options.onAbandoned(), spanMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.#countdown);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }
}
