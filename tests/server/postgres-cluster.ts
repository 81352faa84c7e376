/**
 * A real PostgreSQL of Debian's package, with a folder of its own and no port: it is reached by a socket in that folder.
 * PostgreSQL does not run as root, so for root it runs as the user the package brings.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const user = 'onethread';

export class PostgresCluster {
  readonly #folder: string;
  readonly #fsync: 'on' | 'off';
  #server: ChildProcess;
  #databases = 0;

  private constructor(folder: string, fsync: 'on' | 'off') {
    this.#folder = folder;
    this.#fsync = fsync;
    this.#server = this.#launch();
  }

  /** @param fsync on, it waits for the disk; off, nothing is waited for that only a failing power supply could undo */
  static async start(fsync: 'on' | 'off' = 'off'): Promise<PostgresCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
    if (owner !== null) await chown(folder, owner.uid, owner.gid);
    const [program, args] = unprivileged('initdb', [
      ...['--pgdata', join(folder, 'data'), '--username', user, '--auth', 'trust'],
      ...['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync'],
    ]);
    await run(program, args, { cwd: folder });
    const cluster = new PostgresCluster(folder, fsync);
    await cluster.#answers();
    return cluster;
  }

  #launch(): ChildProcess {
    const [program, args] = unprivileged('postgres', [
      ...['-D', join(this.#folder, 'data'), '-k', this.#folder],
      ...['-c', 'listen_addresses=', '-c', `fsync=${this.#fsync}`, '-c', 'shared_buffers=16MB'],
    ]);
    return spawn(program, args, { cwd: this.#folder, stdio: 'ignore' });
  }

  async #answers(): Promise<void> {
    for (;;) {
      try {
        await this.query('postgres', 'SELECT 1');
        return;
      } catch (error) {
        if (this.#server.exitCode !== null) throw new Error('PostgreSQL did not start.', { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    }
  }

  urlOf(database: string): string {
    return `postgresql:///${database}?host=${this.#folder}&user=${user}`;
  }

  /** @returns the address of a new, empty database. */
  async create(): Promise<string> {
    const name = `service_${(this.#databases += 1)}`;
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return this.urlOf(name);
  }

  /** @returns an address of the database behind a connection that can be cut. */
  async between(url: string): Promise<Between> {
    const folder = await mkdtemp(join(tmpdir(), 'between-'));
    return Between.open(folder, url, this.#folder);
  }

  /** Asks as somebody who is no service. `database` is a name or an address. */
  async query(database: string, statement: string): Promise<unknown[]> {
    const url = database.includes(':') ? database : this.urlOf(database);
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query(statement)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Runs one of the package's programs for a database of ours. @returns what it says. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const [name, given] = unprivileged(program, ['--host', this.#folder, '--username', user, ...args]);
    return (await run(name, given, { cwd: this.#folder, maxBuffer: 64 * 1024 * 1024 })).stdout;
  }

  /** Ends as a crash would end it, and starts again: what it had not written is lost. */
  async crash(): Promise<void> {
    await this.pause(async () => undefined);
  }

  /** `meanwhile` it is gone. */
  async pause(meanwhile: () => Promise<void>): Promise<void> {
    const gone = once(this.#server, 'exit');
    this.#server.kill('SIGQUIT');
    await gone;
    await meanwhile();
    this.#server = this.#launch();
    await this.#answers();
  }

  async stop(): Promise<void> {
    const gone = once(this.#server, 'exit');
    this.#server.kill('SIGINT');
    await gone;
    await rm(this.#folder, { recursive: true });
  }
}

const owner = process.getuid?.() === 0 ? idsOf('postgres') : null;

function idsOf(name: string): { uid: number; gid: number } {
  const id = (which: string): number => Number(execFileSync('id', [which, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** It ends together with us, even if we are killed: a fast shutdown, which waits for nobody. */
function unprivileged(program: string, args: readonly string[]): [string, string[]] {
  const drop = owner === null ? [] : [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  return ['setpriv', [...drop, '--pdeathsig', 'INT', '--', join(binaries(), program), ...args]];
}

/** Debian keeps the programs of each version in a folder of their own, outside PATH. */
function binaries(): string {
  const versions = '/usr/lib/postgresql';
  const newest = readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error('PostgreSQL is not installed.');
  return join(versions, newest, 'bin');
}

/** PostgreSQL looks for a socket of this name in the folder it is given. */
const socketName = '.s.PGSQL.5432';

/** Stands between a service and its database. */
export class Between {
  readonly url: string;
  readonly #server: Server;
  readonly #folder: string;
  #cut: 'before' | 'after' | null = null;

  private constructor(folder: string, url: string, server: Server) {
    this.#folder = folder;
    this.url = url;
    this.#server = server;
  }

  static async open(folder: string, url: string, cluster: string): Promise<Between> {
    const server = createServer();
    const between = new Between(folder, url.replace(cluster, folder), server);
    server.on('connection', (inside) => between.#join(inside, connect(join(cluster, socketName))));
    await once(server.listen(join(folder, socketName)), 'listening');
    return between;
  }

  /** Once: the next commit of a transaction never arrives, or its answer does not. */
  cutAtCommit(when: 'before' | 'after'): void {
    this.#cut = when;
  }

  #join(inside: Socket, outside: Socket): void {
    let isCut = false;
    const cut = (): void => [inside, outside].forEach((socket) => socket.destroy());
    for (const socket of [inside, outside]) socket.on('error', () => undefined).on('close', cut);
    inside.on('data', (chunk: Buffer) => {
      const isCommit = this.#cut !== null && chunk.includes('COMMIT\0');
      if (isCommit && this.#cut === 'before') cut();
      else outside.write(chunk);
      if (!isCommit) return;
      isCut = true;
      this.#cut = null;
    });
    outside.on('data', (chunk: Buffer) => void (isCut ? cut() : inside.write(chunk)));
  }

  close(): void {
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
