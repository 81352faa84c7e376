import { _electron, expect } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../../..');

/** A running Electron app and its window. */
export interface RunningApp {
  readonly app: ElectronApplication;
  /** The newest page: for another person the app opens a new one and takes the old one away. */
  readonly page: Page;
  /** Until one window is left, and `page` is the one in it. */
  oneWindow(): Promise<void>;
  /** The main process. */
  readonly pid: number;
  /** What the main process has written to stdout and stderr so far. */
  output(): string;
  /** Quit as a person does; ended by force if it takes longer than five seconds. Says which of the two it was. */
  quit(): Promise<'quit' | 'killed'>;
  /** The power cut: SIGKILL to every process of the app at once. */
  kill(): Promise<void>;
}

export interface AppStart {
  /** Arguments after the switches: the app's folder first. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How long a quit may take. The old test runtime can hang in it after streamed uploads. */
const quitMs = 5_000;

/** A virtual screen has no graphics card; finding that out costs Chromium a process that fails, and now and then a frame. */
const drawnInSoftware = ['--disable-gpu'];

/** Start an app with Chromium's sandbox on, and wait for its first window. */
export async function startElectron({ args, env }: AppStart): Promise<RunningApp> {
  const app = await _electron.launch({
    args: [...args, ...drawnInSoftware],
    cwd: repository,
    env,
    chromiumSandbox: true,
  });
  const main = app.process();
  let output = '';
  main.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  main.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const gone = new Promise<void>((done) => {
    if (main.exitCode !== null || main.signalCode !== null) done();
    else main.once('exit', () => done());
  });
  const pid = main.pid;
  if (pid === undefined) throw new Error('Electron did not start.');
  const kill = async (): Promise<void> => {
    killAll(pid);
    await gone;
  };
  try {
    const first = await app.firstWindow();
    return {
      app,
      get page() {
        return app.windows().at(-1) ?? first;
      },
      async oneWindow() {
        const open = (): Promise<number> =>
          app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
        await expect.poll(async () => [await open(), app.windows().length]).toEqual([1, 1]);
      },
      pid,
      output: () => output,
      kill,
      async quit() {
        let how: 'quit' | 'killed' = 'quit';
        const impatience = setTimeout(() => ((how = 'killed'), killAll(pid)), quitMs);
        // The answer never comes if the app is gone before it is sent.
        await app.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined);
        await gone;
        clearTimeout(impatience);
        return how;
      },
    };
  } catch (error) {
    await kill();
    throw new Error(`${String(error)}\nThe app said:\n${output}`, { cause: error });
  }
}

/** Start the app for something that ends by itself. @returns its exit code, null if a signal ended it, and its stdout */
export async function runToExit(
  switches: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  const run = spawn(join(dist, 'electron'), [repository, ...switches], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  run.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const [code] = (await once(run, 'close')) as [number | null];
  return { code, stdout };
}

/**
 * SIGKILL a process and all that descend from it, whatever group they are in: stopped first, so that none can start
 * another meanwhile.
 */
function killAll(pid: number): void {
  const seen = new Set<number>();
  const stop = (one: number): void => {
    if (seen.has(one) || !signal(one, 'SIGSTOP')) return;
    seen.add(one);
    childrenOf(one).forEach(stop);
  };
  stop(pid);
  for (const one of seen) signal(one, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false; // gone already
  }
}

/** Every process below `pid`, however deep. */
export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function childrenOf(pid: number): number[] {
  return processes()
    .filter((one) => one.parent === pid)
    .map((one) => one.pid);
}

function processes(): { pid: number; parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readProc(Number(name), 'stat');
      // "pid (command) state parent …"; the command may hold blanks and brackets.
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return stat === '' ? [] : [{ pid: Number(name), parent }];
    });
}

/** A file of `/proc/<pid>`, empty if the process is gone. NULs become blanks. */
export function readProc(pid: number, file: 'stat' | 'status' | 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Whether a process is there and is more than a zombie, which only waits for its parent to look. */
export function isRunning(pid: number): boolean {
  const stat = readProc(pid, 'stat');
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
}

/** The renderer processes below `pid`: where the page's code runs. */
export function renderersOf(pid: number): number[] {
  return descendantsOf(pid).filter((one) => readProc(one, 'cmdline').includes('--type=renderer'));
}
