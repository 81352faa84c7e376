import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { UtilityProcess } from 'electron';
import type { Log } from '../ports/log.ts';

/** A helper process of ours (store, vault): messages in, messages out, and one exit. */
export interface HelperProcess {
  /** Absent until it has started, and if it never did. */
  readonly pid: number | undefined;
  /** Plain JSON values only. Posting to a dead helper is no error: its exit is told by `onExit`. */
  post(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however the process ended, also if it could not be started. */
  onExit(listener: () => void): void;
  /** End it at once (SIGKILL). A helper must lose nothing by it. */
  kill(): void;
}

export interface HelperProgram {
  /** Names the process in logs and in the task manager. */
  readonly name: string;
  /** Absolute path of its entry file. */
  readonly entryPath: string;
  /** Names of environment variables handed down; nothing else is. */
  readonly keepEnv?: readonly string[];
}

export type LaunchHelper = (program: HelperProgram) => HelperProcess;

/** What `better-sqlite3-multiple-ciphers` 13 needs of the runtime that loads it. */
const neededNodeApi = 10;

/** Without it nothing starts on Windows. */
const neededEnv = ['SystemRoot'];

/**
 * The way to start helpers under this runtime: as Electron's utility process where its Node is new enough, else as a fork
 * of the Node named by `ONETHREAD_NODE` (an absolute path), and in plain Node as a fork of itself.
 */
export async function chooseLauncher(log: Log): Promise<LaunchHelper> {
  if (process.versions['electron'] === undefined) return forkNode(process.execPath, log);
  if (Number(process.versions['napi']) < neededNodeApi) {
    const node = process.env['ONETHREAD_NODE'];
    if (node === undefined) throw new Error('This Electron is too old for the store: set ONETHREAD_NODE.');
    return forkNode(node, log);
  }
  const { app, utilityProcess } = await import('electron');
  // A utility process is Chromium's, and starts only after it.
  await app.whenReady();
  return ({ name, entryPath, keepEnv }) =>
    fromUtilityProcess(
      utilityProcess.fork(entryPath, [], {
        serviceName: `onethread-${name}`,
        env: minimalEnv(name, keepEnv),
        execArgv: [],
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
      (bytes) => reportStderr(log, name, bytes),
    );
}

/**
 * The way to start helpers where neither Electron is up nor the main thread can wait: as a fork where there is a Node to
 * fork, else as a thread, which ends with us and shares our memory. For programs that are asked one thing.
 */
export function chooseThreadLauncher(log: Log): LaunchHelper {
  const node = process.versions['electron'] === undefined ? process.execPath : process.env['ONETHREAD_NODE'];
  return node === undefined ? inThreads(log) : forkNode(node, log);
}

/** A thread in place of a process. What it runs finds `parentPort` of `node:worker_threads`. */
export function inThreads(log: Log): LaunchHelper {
  return ({ name, entryPath, keepEnv }) => {
    const thread = new Worker(entryPath, {
      env: minimalEnv(name, keepEnv),
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    thread.stderr.on('data', (chunk: Buffer) => reportStderr(log, name, chunk.length));
    const exit = once();
    thread.on('exit', exit.happen);
    // What it throws ends it: `exit` follows.
    thread.on('error', () => undefined);
    return {
      pid: undefined,
      post: (message) => thread.postMessage(message),
      onMessage: (listener) => void thread.on('message', listener),
      onExit: exit.listen,
      kill: () => void thread.terminate(),
    };
  };
}

/**
 * Start these programs now, while there is something else to wait for: whoever launches one of them first gets the process
 * that is there already.
 */
export function startAhead(launch: LaunchHelper, programs: readonly HelperProgram[]): LaunchHelper {
  const waiting = new Map<string, HelperProcess>();
  for (const program of programs) {
    const helper = launch(program);
    waiting.set(program.name, helper);
    helper.onExit(() => waiting.delete(program.name));
  }
  return (program) => {
    const helper = waiting.get(program.name);
    waiting.delete(program.name);
    return helper ?? launch(program);
  };
}

function forkNode(execPath: string, log: Log): LaunchHelper {
  return ({ name, entryPath, keepEnv }) => {
    const child = fork(entryPath, [], {
      execPath,
      execArgv: [],
      env: minimalEnv(name, keepEnv),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (chunk: Buffer) => reportStderr(log, name, chunk.length));
    const exit = once();
    child.on('exit', exit.happen);
    // Emitted instead of `exit` if it could not be started, and beside it if a message found the pipe closed.
    child.on('error', () => child.pid === undefined && exit.happen());
    return {
      get pid() {
        return child.pid;
      },
      post: (message) => void child.send(message, () => undefined),
      onMessage: (listener) => void child.on('message', listener),
      onExit: exit.listen,
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

function fromUtilityProcess(child: UtilityProcess, stderr: (bytes: number) => void): HelperProcess {
  child.stderr?.on('data', (chunk: Buffer) => stderr(chunk.length));
  const exit = once();
  child.on('exit', exit.happen);
  return {
    get pid() {
      return child.pid;
    },
    // Electron 25 crashes, main and all, when a message is posted to a process that is gone.
    post: (message) => exit.hasHappened() || child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: exit.listen,
    kill: () => killUtility(child),
  };
}

/**
 * `UtilityProcess.kill` is a polite SIGTERM, and does nothing before the process has started; a helper stuck in native
 * code must go too, and one that is not wanted any more must not stay.
 */
function killUtility(child: UtilityProcess): void {
  if (child.pid === undefined) return void child.once('spawn', () => killUtility(child));
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}

/** Never empty: Electron takes an empty environment for none and hands its own down. */
function minimalEnv(helper: string, keep: readonly string[] = []): Record<string, string> {
  const env: Record<string, string> = { ONETHREAD_HELPER: helper };
  for (const name of [...neededEnv, ...keep]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** What native code prints when it dies may quote what it was working on: its size is all that is said. */
function reportStderr(log: Log, helper: string, bytes: number): void {
  log.warn('helper.stderr', { helper, bytes });
}

/** An event that happens once and is still heard by whoever listens late. */
function once() {
  const listeners = new Set<() => void>();
  let happened = false;
  return {
    hasHappened: (): boolean => happened,
    happen(): void {
      if (happened) return;
      happened = true;
      for (const listener of listeners) listener();
    },
    listen(listener: () => void): void {
      if (happened) listener();
      else listeners.add(listener);
    },
  };
}
