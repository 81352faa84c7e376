/** The service as a process: starting, sharing a folder, lending, stopping. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../server/config.ts';
import { leaseAddress, Leases } from '../../server/lease.ts';
import { Device } from './device.ts';
import { Ready, startService, type RunningService } from './running-service.ts';

const entry = fileURLToPath(new URL('../../server/start.ts', import.meta.url));
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'service-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the entry to its end. */
async function run(...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = await once(child, 'close');
  return { code: Number(code), stdout, stderr };
}

/** A lease: the connection, and what was said on it. */
async function lease(dataDir: string): Promise<{ ready: Ready; socket: Socket }> {
  const socket = connect(leaseAddress(dataDir));
  const [line] = await once(createInterface(socket), 'line');
  return { ready: Ready.parse(JSON.parse(String(line))), socket };
}

describe('The command line', () => {
  it('has defaults for everything but the folder', () => {
    expect(parseConfig(['--data', '/x'])).toMatchObject({
      dataDir: '/x',
      port: null,
      lease: false,
      autoReply: true,
    });
    expect(parseConfig(['--data', '/x', '--port', '0', '--no-auto-reply', '--lease'])).toMatchObject({
      ...{ port: 0, autoReply: false, lease: true },
    });
  });

  it.each([
    [[]],
    [['--data', '']],
    [['--data']],
    [['--data', '/x', '--port', 'http']],
    [['--data', '/x', '--port', '65536']],
    [['--data', '/x', '--port', '-1']],
    [['--data', '/x', '--token-lifetime', '0']],
    [['--data', '/x', '--brand-color', '#fff']],
    [['--data', '/x', '--host', '0.0.0.0']],
    [['--data', '/x', 'more']],
  ])('%j is refused in one line', (argv) => {
    expect(() => parseConfig(argv)).toThrow(ConfigError);
    expect(() => parseConfig(argv)).toThrow(/^[^\n]+$/);
  });

  it('that is refused ends the process with 64, one line, and nothing on stdout', async () => {
    const { code, stdout, stderr } = await run('--port', '0');
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toBe('--data is required: the folder that keeps the conversations\n');
  });
});

describe('A started service', () => {
  it('says one line, keeps its files to itself, and is the same after a restart', async () => {
    const dataDir = await newFolder();
    const first = await startService({ dataDir });
    expect((await lease(dataDir)).ready).toEqual(first.ready);
    for (const name of await readdir(dataDir)) expect((await stat(join(dataDir, name))).mode & 0o077).toBe(0);
    expect(await first.stop()).toBe(0);
    const second = await startService({ dataDir });
    expect(second.ready).toEqual(first.ready);
    await second.stop();
  });

  it('makes its folder for its user alone', async () => {
    const dataDir = join(await newFolder(), 'new');
    const service = await startService({ dataDir });
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    await service.stop();
  });

  it('moves to another port if the last one was taken meanwhile, but not from a port it was told', async () => {
    const dataDir = await newFolder();
    const first = await startService({ dataDir });
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.ready.baseUrl).port), '127.0.0.1');
    await once(squatter, 'listening');
    const second = await startService({ dataDir });
    expect(second.ready).toMatchObject({ appId: first.ready.appId, appKey: first.ready.appKey });
    expect(second.ready.baseUrl).not.toBe(first.ready.baseUrl);
    await second.stop();
    const { code, stderr } = await run('--data', dataDir, '--port', new URL(first.ready.baseUrl).port);
    expect([code, stderr]).toEqual([64, expect.stringMatching(/^--port \d+ is in use\.\n$/)]);
    squatter.close();
  });

  it('leaves alone what a newer version wrote', async () => {
    const dataDir = await newFolder();
    await (await startService({ dataDir })).stop();
    const db = new Database(join(dataDir, 'service.db'));
    db.pragma('user_version = 99');
    db.close();
    const { code, stdout, stderr } = await run('--data', dataDir);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^The data was written by a newer version of the service \(schema 99, .*\n$/);
  });

  it('ends cleanly within seconds under load, with everything acknowledged in one file', async () => {
    const dataDir = await newFolder();
    const service = await startService({ dataDir });
    const device = new Device(service.ready);
    await device.create();
    const feed = await device.listen();
    const acknowledged: string[] = [];
    const load = Array.from({ length: 4 }, async (_, at) => {
      for (let index = 0; ; index += 1) {
        try {
          acknowledged.push((await device.send(`${at}-${index}`))._id);
        } catch {
          return;
        }
      }
    });
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20);
    const began = performance.now();
    service.process.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(performance.now() - began).toBeLessThan(6_000);
    await Promise.all(load);
    feed.close();
    expect(await readdir(dataDir)).not.toContain('service.db-wal');
    expect(await readdir(dataDir)).not.toContain('lease.sock');
    const db = new Database(join(dataDir, 'service.db'), { readonly: true });
    const stored = new Set(db.prepare('SELECT id FROM message').pluck().all());
    db.close();
    for (const id of acknowledged) expect(stored.has(id)).toBe(true);
  });

  it('ends at once at the second signal', async () => {
    const service = await startService();
    const { hostname, port } = new URL(service.ready.baseUrl);
    const slow = connect(Number(port), hostname);
    slow.on('error', () => undefined);
    const path = `/sdk/apps/${service.ready.appId}/appusers`;
    slow.write(
      `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{`,
    );
    await once(slow, 'ready');
    await new Device(service.ready).request('GET', '/config');
    service.process.kill('SIGTERM');
    await expect.poll(() => service.log()).toContain('"event":"stopping"');
    service.process.kill('SIGTERM');
    expect(await service.exited).toBe(1);
    slow.destroy();
    await rm(service.dataDir, { recursive: true });
  });
});

describe('A folder', () => {
  it('has one service however many start at once; all say where it is', async () => {
    const dataDir = await newFolder();
    const services = await Promise.all(Array.from({ length: 6 }, () => startService({ dataDir })));
    const [first] = services;
    for (const { ready } of services) expect(ready).toEqual(first?.ready);
    const running = await settled(services);
    expect(running).toHaveLength(1);
    for (const service of services) if (!running.includes(service)) expect(await service.exited).toBe(0);
    await running[0]?.stop();
  });

  it('is taken over from a service that was killed, again and again', async () => {
    const dataDir = await newFolder();
    for (let round = 0; round < 3; round += 1) {
      const services = await Promise.all([startService({ dataDir }), startService({ dataDir })]);
      const running = await settled(services);
      expect(running).toHaveLength(1);
      expect((await new Device(services[0].ready).request('GET', '/config')).status).toBe(200);
      await running[0]?.kill();
      expect(await readdir(dataDir)).toContain('lease.sock');
    }
  });

  it('whose path is too long for a socket is refused', async () => {
    const { code, stderr } = await run('--data', join(await newFolder(), 'x'.repeat(100)));
    expect([code, stderr]).toEqual([64, '--data is too long a path for a socket to lie in.\n']);
  });
});

/** Those that are the service, once all others have ended. */
async function settled(services: readonly RunningService[]): Promise<RunningService[]> {
  const alive = (): RunningService[] => services.filter(({ process: child }) => child.exitCode === null);
  await expect.poll(() => alive().length).toBe(1);
  return alive();
}

describe('A lent service', () => {
  it('lives while somebody holds a lease and ends after the last', async () => {
    const service = await startService({ args: ['--lease'] });
    const [one, two] = [await lease(service.dataDir), await lease(service.dataDir)];
    expect(one.ready).toEqual(service.ready);
    one.socket.destroy();
    const again = await startService({ dataDir: service.dataDir, args: ['--lease'] });
    expect(await again.exited).toBe(0);
    expect(again.ready).toEqual(service.ready);
    expect((await new Device(service.ready).request('GET', '/config')).status).toBe(200);
    expect(service.process.exitCode).toBeNull();
    two.socket.destroy();
    expect(await service.exited).toBe(0);
    expect(service.log()).toContain('"reason":"abandoned"');
    await rm(service.dataDir, { recursive: true });
  });

  it('without the option stays when the last lease is gone', async () => {
    const service = await startService();
    (await lease(service.dataDir)).socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await new Device(service.ready).request('GET', '/config')).status).toBe(200);
    await service.stop();
  });

  it('ends if nobody comes for it, and does not count who only asks', async () => {
    const dataDir = await newFolder();
    let ended = false;
    const leases = new Leases({
      dataDir,
      readyLine: '{}',
      firstLeaseMs: 300,
      onAbandoned: () => (ended = true),
    });
    await leases.open();
    const asking = connect(leaseAddress(dataDir), () => asking.write('peek\n'));
    await once(asking, 'data');
    await expect.poll(() => ended).toBe(true);
    asking.destroy();
    await leases.close();
  });

  it('is given the time to come back to someone whose connection broke', async () => {
    const dataDir = await newFolder();
    let ended = false;
    const leases = new Leases({ dataDir, readyLine: '{}', onAbandoned: () => (ended = true) });
    await leases.open();
    const first = connect(leaseAddress(dataDir));
    await once(first, 'data');
    first.destroy();
    await once(first, 'close');
    const second = connect(leaseAddress(dataDir));
    await once(second, 'data');
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(ended).toBe(false);
    second.destroy();
    await expect.poll(() => ended).toBe(true);
    await leases.close();
  });
});
