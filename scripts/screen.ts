import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { end } from './child.ts';

/** A screen without a monitor (Xvfb), with a window manager, so that windows can be raised and minimised. */
export type Screen = {
  /** DISPLAY and XAUTHORITY, for those who draw on it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/**
 * Start a screen on the first free display. Only holders of its cookie may draw on it or look at it.
 *
 * @throws Error if Xvfb is missing or does not come up.
 */
export async function startScreen(size = '1360x900'): Promise<Screen> {
  const folder = mkdtempSync(join(tmpdir(), 'onethread-screen-'));
  const authority = join(folder, 'authority');
  writeFileSync(authority, cookieForAnyDisplay(), { mode: 0o600 });
  const args = ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-auth', authority];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const started = [server];
  const stop = async (): Promise<void> => {
    for (const child of started.reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const env = { DISPLAY: `:${await displayNumber(server)}`, XAUTHORITY: authority };
    const manager = spawn('openbox', ['--sm-disable'], { stdio: 'ignore', env: { ...process.env, ...env } });
    manager.once('error', () => undefined); // windows open without one, too
    started.push(manager);
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An Xauthority entry of family "wild" with no address and no display: good for whatever number the server gets. */
function cookieForAnyDisplay(): Buffer {
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const none = field(Buffer.alloc(0));
  const name = field(Buffer.from('MIT-MAGIC-COOKIE-1'));
  return Buffer.concat([Buffer.from([0xff, 0xff]), none, none, name, field(randomBytes(16))]);
}

async function displayNumber(server: ChildProcess): Promise<string> {
  const pipe = server.stdio[3] as Readable;
  const line = once(pipe, 'data').then(([data]: Buffer[]) => String(data).trim());
  const failed = Promise.race([
    once(server, 'exit').then(([code]) => `it ended with ${code}`),
    once(server, 'error').then(([error]) => String(error)),
  ]).then((why) => Promise.reject(new Error(`Xvfb did not start: ${why}.`)));
  return Promise.race([line, failed]);
}

/** Whether the display named by the environment answers. A leftover DISPLAY of a closed session does not. */
export async function displayAnswers(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (process.platform !== 'linux' || env['WAYLAND_DISPLAY']) return true;
  const [, host, number] = /^(?:unix\/?)?([^:]*):(\d+)/.exec(env['DISPLAY'] ?? '') ?? [];
  if (number === undefined) return false;
  const where = host ? { host, port: 6000 + Number(number) } : { path: `/tmp/.X11-unix/X${number}` };
  const socket = connect(where);
  socket.setTimeout(3_000, () => socket.destroy(new Error('no answer')));
  return once(socket, 'connect').then(
    () => (socket.destroy(), true),
    () => false,
  );
}
