import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { chownSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bus, DbusConnection } from '../main/adapters/vault-dbus.ts';
import type { DbusValue } from '../main/adapters/vault-dbus-wire.ts';

/** A real gnome-keyring on a session bus of its own, in a HOME of its own. */
export interface KeyringSession {
  /** What a process needs to see this keyring and no other: HOME, XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS. */
  readonly env: Readonly<Record<string, string>>;
  /** Lock the login keyring, as a screen locker does. */
  lock(): Promise<void>;
  /** Unlock it with the password given at the start. */
  unlock(): Promise<void>;
  /** SIGSTOP the keyring daemon: it is there and answers nothing. */
  freeze(): Promise<void>;
  thaw(): void;
  /**
   * End the daemon and start another, as the next login does: one that is not given the keyring's password, or a wrong
   * one. The login keyring, with all it holds, is there and locked.
   */
  loginAgain(how: 'withoutPassword' | 'wrongPassword'): Promise<void>;
  /** SIGKILL the keyring daemon. The bus starts a new, locked one for the next who asks. */
  kill(): Promise<void>;
  /** The process that owns `name` on this bus, as soon as there is one. */
  owner(name: string): Promise<number>;
  /** Make one call on this session's bus. */
  call(call: Parameters<DbusConnection['call']>[0]): Promise<readonly DbusValue[]>;
  /** End everything that was started and remove its HOME. */
  stop(): Promise<void>;
}

export interface KeyringOptions {
  readonly password: string;
  /** False: a bus and no daemon, nor any keyring on disk. The bus starts an empty daemon for the first who asks. */
  readonly daemon?: boolean;
  /** A bus that lets nobody speak to the keyring, as a sandbox does. Only without `daemon`. */
  readonly forbidSecrets?: boolean;
  /** Run everything as this user instead of the one who calls. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /** More environment for the daemons, e.g. a DISPLAY for the keyring's own prompt. */
  readonly env?: Readonly<Record<string, string>>;
}

const secrets = { destination: 'org.freedesktop.secrets', path: '/org/freedesktop/secrets' };
const sessionConfig = '/usr/share/dbus-1/session.conf';
const loginKeyring = '/org/freedesktop/secrets/collection/login';

export async function startKeyring(options: KeyringOptions): Promise<KeyringSession> {
  const home = await mkdtemp(join(tmpdir(), 'onethread-keyring-'));
  const runtime = join(home, 'run');
  await mkdir(runtime, { mode: 0o700 });
  for (const folder of [home, runtime]) if (options.as) chownSync(folder, options.as.uid, options.as.gid);

  const base = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_RUNTIME_DIR: runtime, ...options.env };
  const address = `unix:path=${join(runtime, 'bus')}`;
  const config = options.forbidSecrets === true ? await writeForbiddingConfig(home) : sessionConfig;
  const busDaemon = await startBus(address, config, { env: base, ...options.as });
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address };
  const started: ChildProcess[] = [];
  const connection = await DbusConnection.open(address);
  const pidOf = async (name: string): Promise<number> => {
    const [pid] = await connection.call({
      ...bus,
      member: 'GetConnectionUnixProcessID',
      signature: 's',
      body: [name],
    });
    return Number(pid);
  };
  const startDaemon = async (how: '--unlock' | '--start', password = options.password): Promise<void> => {
    const owned = nextOwner(connection, secrets.destination);
    const daemon = spawn('gnome-keyring-daemon', [how, '--foreground', '--components=secrets'], {
      env,
      ...options.as,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    started.push(daemon);
    daemon.stdin?.end(how === '--unlock' ? password : '');
    await owned;
  };
  if (options.daemon !== false) await startDaemon('--unlock');

  let frozen: number | null = null;
  const thaw = (): void => {
    if (frozen !== null) process.kill(frozen, 'SIGCONT');
    frozen = null;
  };
  return {
    env,
    call: (call) => connection.call(call),
    async owner(name) {
      const coming = nextOwner(connection, name);
      const [there] = await connection.call({ ...bus, member: 'NameHasOwner', signature: 's', body: [name] });
      if (there !== true) await coming;
      return pidOf(name);
    },
    async lock() {
      await connection.call({
        ...secrets,
        interface: 'org.freedesktop.Secret.Service',
        member: 'Lock',
        signature: 'ao',
        body: [[loginKeyring]],
      });
    },
    async unlock() {
      const [, session] = await connection.call({
        ...secrets,
        interface: 'org.freedesktop.Secret.Service',
        member: 'OpenSession',
        signature: 'sv',
        body: ['plain', { signature: 's', value: '' }],
      });
      await connection.call({
        ...secrets,
        interface: 'org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface',
        member: 'UnlockWithMasterPassword',
        signature: 'o(oayays)',
        body: [loginKeyring, [String(session), [], [...Buffer.from(options.password)], 'text/plain']],
      });
    },
    async freeze() {
      frozen = await pidOf(secrets.destination);
      process.kill(frozen, 'SIGSTOP');
    },
    thaw,
    async loginAgain(how) {
      await endProcess(started.pop());
      if (how === 'withoutPassword') await startDaemon('--start');
      else await startDaemon('--unlock', `not ${options.password}`);
    },
    async kill() {
      process.kill(await pidOf(secrets.destination), 'SIGKILL');
      await Promise.all(started.splice(0).map(endProcess));
    },
    async stop() {
      thaw();
      connection.close();
      // A daemon started by the bus ends with the bus.
      for (const child of [...started, busDaemon]) await endProcess(child);
      await rm(home, { recursive: true, force: true });
    },
  };
}

interface As {
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

async function writeForbiddingConfig(folder: string): Promise<string> {
  const path = join(folder, 'bus.conf');
  await writeFile(
    path,
    `<busconfig><include>${sessionConfig}</include>
      <policy context="mandatory"><deny send_destination="${secrets.destination}"/></policy></busconfig>`,
  );
  return path;
}

async function startBus(address: string, config: string, as: As): Promise<ChildProcess> {
  const child = spawn(
    'dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--print-address=1', `--address=${address}`],
    {
      ...as,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('dbus-daemon did not start')));
    child.stdout?.once('data', () => resolve());
  });
  return child;
}

/** Resolves when somebody new owns `name`. */
async function nextOwner(connection: DbusConnection, name: string): Promise<void> {
  const owned = new Promise<void>((resolve) =>
    connection.onSignal(({ member, body: [changed, , owner] }) => {
      if (member === 'NameOwnerChanged' && changed === name && owner !== '') resolve();
    }),
  );
  await connection.call({
    ...bus,
    member: 'AddMatch',
    signature: 's',
    body: [`type='signal',sender='${bus.destination}',member='NameOwnerChanged',arg0='${name}'`],
  });
  await owned;
}

async function endProcess(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
