import { expect, test } from '@playwright/test';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { startKeyring } from '../keyring-session.ts';
import type { KeyringSession } from '../keyring-session.ts';
import { Ready } from '../server/running-service.ts';
import { descendantsOf, isRunning, readProc, renderersOf, repository } from './harness/electron.ts';
import { screenEnvironment } from './harness/environment.ts';

/** A person at a machine with a display, a home and a keyring, who types `./start`. */
class Terminal {
  readonly keyring: KeyringSession;
  readonly #started: ChildProcess[] = [];

  constructor(keyring: KeyringSession) {
    this.keyring = keyring;
  }

  /** The last thing `./start` does, once everything is installed and built. Resolves when a window is there. */
  async start(...args: string[]): Promise<Launch> {
    const launcher = spawn(process.execPath, [join(repository, 'scripts', 'launch.ts'), ...args], {
      cwd: repository,
      env: { ...screenEnvironment(), ...this.keyring.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#started.push(launcher);
    let said = '';
    launcher.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const pid = launcher.pid ?? 0;
    await expect
      .poll(() => renderersOf(pid).length, { message: 'a window opens', timeout: 30_000 })
      .toBeGreaterThan(0);
    const address = /The service is at (\S+),/.exec(said)?.[1] ?? '';
    return { launcher, pid, address, all: [pid, ...descendantsOf(pid)] };
  }

  get leaseSocket(): string {
    return join(this.keyring.env['HOME'] ?? '', '.config', 'Onethread', 'service', 'lease.sock');
  }

  async dispose(): Promise<void> {
    for (const launcher of this.#started) launcher.kill('SIGTERM');
    await this.keyring.stop();
  }
}

interface Launch {
  readonly launcher: ChildProcess;
  readonly pid: number;
  /** What the launcher said about its service. */
  readonly address: string;
  /** The launcher, the app's processes, and the service if it was this launcher that started it. */
  readonly all: readonly number[];
}

/** The main process of the app: the launcher's child that renderers descend from. */
function appOf({ pid }: Launch): number {
  const app = descendantsOf(pid).find((one) => renderersOf(one).length > 0);
  if (app === undefined) throw new Error('The app is not running.');
  return app;
}

const nothingIsLeftOf = (...launches: readonly Launch[]): Promise<void> =>
  expect
    .poll(() => launches.flatMap(({ all }) => all.filter(isRunning)).map((pid) => readProc(pid, 'cmdline')), {
      timeout: 20_000,
    })
    .toEqual([]);

const story = test.extend<{ terminal: Terminal }>({
  terminal: async ({}, use) => {
    const terminal = new Terminal(await startKeyring({ password: 'a password for one test' }));
    await use(terminal);
    await terminal.dispose();
  },
});

story.describe('./start', () => {
  story('leaves nothing running when the app quits', async ({ terminal }) => {
    const launch = await terminal.start();
    const ended = once(launch.launcher, 'exit');
    process.kill(appOf(launch), 'SIGTERM'); // what a desktop sends to end an app: it quits in order
    expect(await ended).toEqual([0, null]);
    await nothingIsLeftOf(launch);
  });

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    story(`leaves nothing running when it is ended by ${signal}`, async ({ terminal }) => {
      const launch = await terminal.start();
      launch.launcher.kill(signal);
      await nothingIsLeftOf(launch);
    });
  }

  story(
    'opens a second device on the same service, which lasts as long as one of them',
    async ({ terminal }) => {
      const first = await terminal.start();
      const second = await terminal.start('--profile', 'second');
      expect(second.address).toBe(first.address);
      const app = first.all.filter((pid) => !isService(pid));
      first.launcher.kill('SIGINT');
      await expect.poll(() => app.filter(isRunning)).toEqual([]);
      expect(first.all.filter(isRunning).map(isService)).toEqual([true]);
      expect((await readyLine(terminal.leaseSocket)).configBaseUrl).toBe(first.address);
      second.launcher.kill('SIGINT');
      await nothingIsLeftOf(first, second);
    },
  );

  story(
    'K-02 keeps the key of the business out of the arguments and environment of every process',
    async ({ terminal }) => {
      const launch = await terminal.start();
      const { appKey } = await readyLine(terminal.leaseSocket);
      expect(appKey.secret.length).toBeGreaterThan(15);
      for (const pid of launch.all) {
        expect(readProc(pid, 'cmdline')).not.toContain(appKey.secret);
        expect(readProc(pid, 'environ')).not.toContain(appKey.secret);
      }
      launch.launcher.kill('SIGINT');
      await nothingIsLeftOf(launch);
    },
  );
});

const isService = (pid: number): boolean => readProc(pid, 'cmdline').includes('server/start.ts');

async function readyLine(socketPath: string): Promise<Ready> {
  const socket = createConnection(socketPath);
  const [line] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Ready.parse(JSON.parse(line.toString()));
}
