/**
 * The real service as a process of its own, for tests of any room. Nothing is shared between two of them but what the
 * caller shares by `dataDir`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What the service prints when it is ready; `lease.sock` says the same. */
export const Ready = z.object({
  baseUrl: z.url(),
  /** `GET {configBaseUrl}/apps/{appId}/config`. */
  configBaseUrl: z.url(),
  appId: z.string(),
  appKey: z.object({ id: z.string(), secret: z.string() }),
  signInUrl: z.url(),
});
export type Ready = z.infer<typeof Ready>;

export interface ServiceOptions {
  /** Kept by the caller; absent, a temporary folder goes with the service. */
  dataDir?: string;
  /** The demo business answers; off unless asked for. */
  autoReply?: boolean;
  /** 0 for any; absent, the port of the last run on this folder if it is free. */
  port?: number;
  /** More command line, for instance `['--reply-delay', '10']`. */
  args?: readonly string[];
}

export interface RunningService {
  readonly ready: Ready;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Resolves with the exit code, null after a kill. */
  readonly exited: Promise<number | null>;
  /** Everything logged so far. */
  log(): string;
  /** SIGTERM, and the exit code that follows. Removes a temporary folder. */
  stop(): Promise<number | null>;
  /** SIGKILL: what is not on the disk now is lost. Leaves the folder. */
  kill(): Promise<void>;
}

const entry = fileURLToPath(new URL('../../server/start.ts', import.meta.url));
const patienceMs = 30_000;

/** Rejects with the service's own last words if it does not become ready. */
export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'service-')));
  const child = spawn(process.execPath, [entry, ...argumentsOf(options, dataDir)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let logged = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (logged += text));
  const exited = once(child, 'exit').then(([code]) => z.int().nullable().parse(code));
  // A test that fails before it stops its service leaves none behind.
  const takeAlong = (): void => void child.kill('SIGKILL');
  process.once('exit', takeAlong);
  void exited.then(() => process.removeListener('exit', takeAlong));
  const ready = await firstLine(child, exited, () => logged);
  const discard = async (): Promise<void> => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  return {
    ready,
    dataDir,
    process: child,
    exited,
    log: () => logged,
    stop: async () => {
      child.kill('SIGTERM');
      const code = await exited;
      await discard();
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function argumentsOf({ autoReply = false, port, args = [] }: ServiceOptions, dataDir: string): string[] {
  return [
    ...['--data', dataDir],
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(autoReply ? [] : ['--no-auto-reply']),
    ...args,
  ];
}

async function firstLine(
  child: ChildProcess,
  exited: Promise<unknown>,
  logged: () => string,
): Promise<Ready> {
  const { stdout } = child;
  if (!stdout) throw new Error('The service has no stdout.');
  const line = new Promise<string>((resolve) => createInterface(stdout).once('line', resolve));
  const deadline = AbortSignal.timeout(patienceMs);
  const late = once(deadline, 'abort').then(() => 'It was not ready in time.');
  const failed = Promise.race([exited.then((code) => `It exited with ${String(code)}.`), late]);
  const outcome = await Promise.race([line, failed.then((why) => new Error(`${why}\n${logged()}`))]);
  if (typeof outcome === 'string') return Ready.parse(JSON.parse(outcome));
  child.kill('SIGKILL');
  throw outcome;
}
