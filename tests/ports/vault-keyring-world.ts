import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import type { AccountId } from '../../contract/ids.ts';
import { chooseLauncher } from '../../main/adapters/child-process.ts';
import type { HelperProcess } from '../../main/adapters/child-process.ts';
import { systemClock } from '../../main/adapters/clock-system.ts';
import { KeytarVault } from '../../main/adapters/vault-keytar.ts';
import type { Clock, Undo } from '../../main/ports/clock.ts';
import { RecordingLog } from '../fakes/log.ts';
import { startKeyring } from '../keyring-session.ts';
import type { KeyringOptions, KeyringSession } from '../keyring-session.ts';

const entryPath = join(import.meta.dirname, '../../main/adapters/vault-process.ts');
const secrets = { destination: 'org.freedesktop.secrets', path: '/org/freedesktop/secrets' };

function has(program: string, harmlessly: string): boolean {
  return spawnSync(program, [harmlessly], { stdio: 'ignore' }).error === undefined;
}
export const hasKeyring =
  process.platform === 'linux' && has('gnome-keyring-daemon', '--version') && has('dbus-daemon', '--version');
/** Whether a keyring can ask for its password on a screen. */
export const hasScreen = has('Xvfb', '-help');

/** Let the helpers started from here on see `env` and no other session. */
export function live(env: Readonly<Record<string, string>>): void {
  for (const name of ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'DISPLAY', 'WAYLAND_DISPLAY']) {
    delete process.env[name];
  }
  Object.assign(process.env, env);
}

/**
 * The machine's clock, slowed down: on a machine that is busy with something else, no call is late for it. Where being late
 * is the subject, `strict`.
 */
class PatientClock implements Clock {
  strict = false;

  now(): ReturnType<Clock['now']> {
    return systemClock.now();
  }

  after(delayMs: number, task: () => void): Undo {
    return systemClock.after(this.strict ? delayMs : delayMs * 10, task);
  }
}

/** The real keychain adapter over a real keyring of its own; the process lives in that session until `close`. */
export interface KeyringWorld {
  readonly keyring: KeyringSession;
  readonly vault: KeytarVault;
  /** SIGSTOP the keyring daemon, and take the vault's deadlines for what they are until it is thawed. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Every vault process started so far. */
  readonly helpers: readonly HelperProcess[];
  close(): Promise<void>;
}

export interface KeyringWorldOptions extends Partial<KeyringOptions> {
  /** Give the session a screen, on which the keyring can ask for its password. */
  readonly screen?: boolean;
  /** See each vault process as it is started. */
  readonly watch?: (helper: HelperProcess) => void;
}

export async function openKeyringWorld({
  screen = false,
  watch,
  ...options
}: KeyringWorldOptions = {}): Promise<KeyringWorld> {
  const x = screen ? await startScreen() : null;
  const keyring = await startKeyring({
    password: 'pw',
    ...(x === null ? {} : { env: { DISPLAY: x.display } }),
    ...options,
  });
  live(keyring.env);
  const log = new RecordingLog();
  const launch = await chooseLauncher(log);
  const helpers: HelperProcess[] = [];
  const clock = new PatientClock();
  const vault = new KeytarVault({
    launch(program) {
      const helper = launch(program);
      helpers.push(helper);
      watch?.(helper);
      return helper;
    },
    ...{ entryPath, clock, log },
  });
  return {
    ...{ keyring, vault, helpers },
    async freeze() {
      await keyring.freeze();
      clock.strict = true;
    },
    thaw() {
      keyring.thaw();
      clock.strict = false;
    },
    async close() {
      vault.dispose();
      await Promise.all(helpers.map(ended));
      await keyring.stop();
      x?.stop();
    },
  };
}

export function ended(helper: HelperProcess | undefined): Promise<void> {
  return new Promise((resolve) => helper?.onExit(resolve));
}

/** An X server without a screen. */
async function startScreen(): Promise<{ readonly display: string; stop(): void }> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise((resolve) => server.stdout.once('data', resolve));
  return { display: `:${String(number).trim()}`, stop: () => void server.kill() };
}

/** The object path of the account's item. */
export async function itemOf(keyring: KeyringSession, name: AccountId): Promise<string> {
  const found = await keyring.call({
    ...secrets,
    interface: 'org.freedesktop.Secret.Service',
    member: 'SearchItems',
    signature: 'a{ss}',
    body: [[['account', name]]],
  });
  return z.tuple([z.tuple([z.string()]), z.unknown()]).parse(found)[0][0];
}

/** As another program of the same person may do it at any time. */
export async function removeItem(keyring: KeyringSession, name: AccountId): Promise<void> {
  await keyring.call({
    ...secrets,
    path: await itemOf(keyring, name),
    interface: 'org.freedesktop.Secret.Item',
    member: 'Delete',
  });
}

/** As another program of the same person may do it at any time. */
export async function replaceSecret(keyring: KeyringSession, name: AccountId, by: string): Promise<void> {
  const [, plain] = await keyring.call({
    ...secrets,
    interface: 'org.freedesktop.Secret.Service',
    member: 'OpenSession',
    signature: 'sv',
    body: ['plain', { signature: 's', value: '' }],
  });
  await keyring.call({
    ...secrets,
    path: await itemOf(keyring, name),
    interface: 'org.freedesktop.Secret.Item',
    member: 'SetSecret',
    signature: '(oayays)',
    body: [[String(plain), [], [...Buffer.from(by)], 'application/octet-stream']],
  });
}

/** What anybody in the session can see of an item, also while the keyring is locked. */
export interface VisibleItem {
  readonly path: string;
  readonly label: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly type: string;
}

/** Every item of every collection, with all that is not its secret. */
export async function dumpKeyring(keyring: KeyringSession): Promise<readonly VisibleItem[]> {
  const dumped: VisibleItem[] = [];
  const paths = z.array(z.string());
  const service = 'org.freedesktop.Secret.Service';
  for (const collection of paths.parse(await property(keyring, secrets.path, service, 'Collections'))) {
    const items = await property(keyring, collection, 'org.freedesktop.Secret.Collection', 'Items');
    for (const path of paths.parse(items)) dumped.push(await dumpItem(keyring, path));
  }
  return dumped;
}

async function dumpItem(keyring: KeyringSession, path: string): Promise<VisibleItem> {
  const of = (name: string): Promise<unknown> => property(keyring, path, 'org.freedesktop.Secret.Item', name);
  const attributes = z.array(z.tuple([z.string(), z.string()])).parse(await of('Attributes'));
  return {
    path,
    label: z.string().parse(await of('Label')),
    attributes: attributes.toSorted(),
    type: z.string().parse(await of('Type')),
  };
}

async function property(
  keyring: KeyringSession,
  path: string,
  owner: string,
  name: string,
): Promise<unknown> {
  const [variant] = await keyring.call({
    destination: secrets.destination,
    path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: [owner, name],
  });
  return z.object({ value: z.unknown() }).parse(variant).value;
}
