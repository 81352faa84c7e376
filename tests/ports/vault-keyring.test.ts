import { spawn, spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AccountId } from '../../contract/ids.ts';
import { chooseLauncher } from '../../main/adapters/child-process.ts';
import type { HelperProcess } from '../../main/adapters/child-process.ts';
import { systemClock } from '../../main/adapters/clock-system.ts';
import { KeytarVault } from '../../main/adapters/vault-keytar.ts';
import { RecordingLog } from '../fakes/log.ts';
import { startKeyring } from '../keyring-session.ts';
import type { KeyringOptions, KeyringSession } from '../keyring-session.ts';
import { account, describeVault } from './vault-suite.ts';

const entryPath = join(import.meta.dirname, '../../main/adapters/vault-process.ts');

/** How many milliseconds beyond its deadline a call may take before the test gives up on it. */
const patience = 20_000;

const secrets = { destination: 'org.freedesktop.secrets', path: '/org/freedesktop/secrets' };

function has(program: string, harmlessly: string): boolean {
  return spawnSync(program, [harmlessly], { stdio: 'ignore' }).error === undefined;
}
const hasKeyring =
  process.platform === 'linux' && has('gnome-keyring-daemon', '--version') && has('dbus-daemon', '--version');

/** Let the helpers started from here on see `env` and no other session. */
function live(env: Readonly<Record<string, string>>): void {
  for (const name of ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'DISPLAY', 'WAYLAND_DISPLAY']) {
    delete process.env[name];
  }
  Object.assign(process.env, env);
}

async function openVault(watch?: (helper: HelperProcess) => void): Promise<KeytarVault> {
  const log = new RecordingLog();
  const launch = await chooseLauncher(log);
  return new KeytarVault({
    launch(program) {
      const helper = launch(program);
      watch?.(helper);
      return helper;
    },
    ...{ entryPath, clock: systemClock, log },
  });
}

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function session(options: Partial<KeyringOptions> = {}): Promise<KeyringSession> {
  const keyring = await startKeyring({ password: 'pw', ...options });
  cleanups.push(() => keyring.stop());
  live(keyring.env);
  return keyring;
}

function ended(helper: HelperProcess | undefined): Promise<void> {
  return new Promise((resolve) => helper?.onExit(resolve));
}

/** An X server without a screen, until the end of the test. Returns its DISPLAY. */
async function startScreen(): Promise<string> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  cleanups.push(() => void server.kill());
  const number = await new Promise((resolve) => server.stdout.once('data', resolve));
  return `:${String(number).trim()}`;
}

async function itemOf(keyring: KeyringSession, name: AccountId): Promise<string> {
  const found = await keyring.call({
    ...secrets,
    interface: 'org.freedesktop.Secret.Service',
    member: 'SearchItems',
    signature: 'a{ss}',
    body: [[['account', name]]],
  });
  return z.tuple([z.tuple([z.string()]), z.unknown()]).parse(found)[0][0];
}

async function property(keyring: KeyringSession, item: string, name: string): Promise<unknown> {
  const [variant] = await keyring.call({
    ...secrets,
    path: item,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: ['org.freedesktop.Secret.Item', name],
  });
  const { value } = z.object({ value: z.unknown() }).parse(variant);
  return Array.isArray(value) ? value.toSorted() : value;
}

async function files(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe.skipIf(!hasKeyring)('with a real gnome-keyring', { timeout: patience }, () => {
  describeVault(
    'KeytarVault',
    async () => {
      const keyring = await startKeyring({ password: 'pw' });
      live(keyring.env);
      const vault = await openVault();
      let heal = async (): Promise<void> => undefined;
      return {
        vault,
        async bring(trouble) {
          if (trouble === 'locked') {
            await keyring.lock();
            heal = () => keyring.unlock();
          } else if (trouble === 'timeout') {
            await keyring.freeze();
            heal = async () => keyring.thaw();
          } else {
            live({ ...keyring.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' });
            heal = async () => live(keyring.env);
          }
        },
        heal: () => heal(),
        close: () => keyring.stop(),
      };
    },
    ['locked', 'timeout', 'unavailable'],
  );

  it.each([
    ['was never unlocked since login', true],
    ['was met with a wrong password', 'wrongPassword'],
  ] as const)('K-03 answers locked where the keyring %s', async (_, locked) => {
    await session({ locked });
    const vault = await openVault();
    expect(await vault.read(account('1'))).toEqual({ kind: 'locked' });
    expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'locked' });
    expect(await vault.erase(account('1'))).toEqual({ kind: 'locked' });
  });

  it('K-03 answers unavailable without any session bus', async () => {
    const keyring = await session();
    live({ HOME: keyring.env['HOME'] ?? '' });
    const vault = await openVault();
    expect(await vault.read(account('1'))).toEqual({ kind: 'unavailable' });
    expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'unavailable' });
    expect(await vault.erase(account('1'))).toEqual({ kind: 'unavailable' });
  });

  it('K-03 takes a daemon the bus has just started, without any keyring, for an empty one that takes nothing', async () => {
    await session({ daemon: false });
    const vault = await openVault();
    expect(await vault.read(account('1'))).toEqual({ kind: 'absent' });
    expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'denied' });
    expect(await vault.erase(account('1'))).toEqual({ kind: 'erased' });
  });

  it('K-03 answers locked after the daemon was killed, and gives the secret back once unlocked', async () => {
    const keyring = await session();
    const vault = await openVault();
    await vault.write(account('1'), 'secret');
    await keyring.kill();
    expect(await vault.read(account('1'))).toEqual({ kind: 'locked' });
    await keyring.unlock();
    expect(await vault.read(account('1'))).toEqual({ kind: 'found', secret: 'secret' });
  });

  it('K-03 answers denied where the bus does not let it speak to the keyring', async () => {
    await session({ forbidSecrets: true, daemon: false });
    const vault = await openVault();
    expect(await vault.read(account('1'))).toEqual({ kind: 'denied' });
    expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'denied' });
  });

  it('K-03 answers absent for an item another program removed', async () => {
    const keyring = await session();
    const vault = await openVault();
    await vault.write(account('1'), 'secret');
    await keyring.call({
      ...secrets,
      path: await itemOf(keyring, account('1')),
      interface: 'org.freedesktop.Secret.Item',
      member: 'Delete',
    });
    expect(await vault.read(account('1'))).toEqual({ kind: 'absent' });
  });

  it('K-03 hands over what another program put in the place of a secret, which is the reader’s to judge', async () => {
    const keyring = await session();
    const vault = await openVault();
    await vault.write(account('1'), 'secret');
    const [, plain] = await keyring.call({
      ...secrets,
      interface: 'org.freedesktop.Secret.Service',
      member: 'OpenSession',
      signature: 'sv',
      body: ['plain', { signature: 's', value: '' }],
    });
    await keyring.call({
      ...secrets,
      path: await itemOf(keyring, account('1')),
      interface: 'org.freedesktop.Secret.Item',
      member: 'SetSecret',
      signature: '(oayays)',
      body: [[String(plain), [], [...Buffer.from('not ours')], 'application/octet-stream']],
    });
    expect(await vault.read(account('1'))).toEqual({ kind: 'found', secret: 'not ours' });
  });

  it('K-03 keeps secrets of 64 kB', async () => {
    await session();
    const vault = await openVault();
    const secret = 'k'.repeat(65_536);
    expect(await vault.write(account('1'), secret)).toEqual({ kind: 'written' });
    expect(await vault.read(account('1'))).toEqual({ kind: 'found', secret });
  });

  it('K-01 leaves nothing in the keyring that names a person, nor the secret anywhere on disk', async () => {
    const keyring = await session();
    const vault = await openVault();
    await vault.write(account('1'), 'canary-5e1f');
    const item = await itemOf(keyring, account('1'));
    expect(await property(keyring, item, 'Label')).toBe(`onethread/${account('1')}`);
    expect(await property(keyring, item, 'Attributes')).toEqual([
      ['account', account('1')],
      ['service', 'onethread'],
      ['xdg:schema', 'org.freedesktop.Secret.Generic'],
    ]);
    const kept = await files(keyring.env['HOME'] ?? '');
    expect(kept.length).toBeGreaterThan(0);
    for (const file of kept) expect((await readFile(file)).includes('canary-5e1f')).toBe(false);
  });

  it.skipIf(!has('Xvfb', '-help'))(
    'K-03 answers locked at once while the desktop asks for the password, once, and lets go when it was dismissed',
    async () => {
      const display = await startScreen();
      const keyring = await session({ locked: true, env: { DISPLAY: display } });
      const helpers: HelperProcess[] = [];
      const vault = await openVault((helper) => helpers.push(helper));
      const prompter = keyring.owner('org.gnome.keyring.SystemPrompter');
      expect(await vault.read(account('1'))).toEqual({ kind: 'locked' });
      const pid = await prompter;
      expect(await vault.read(account('1'))).toEqual({ kind: 'locked' });
      await ended(helpers[1]);
      process.kill(pid, 'SIGKILL');
      await ended(helpers[0]);
      expect(helpers).toHaveLength(2);
      vault.dispose();
    },
  );

  it('leaves no process behind', async () => {
    await session();
    const helpers: HelperProcess[] = [];
    const vault = await openVault((helper) => helpers.push(helper));
    await vault.write(account('1'), 'secret');
    await vault.read(account('1'));
    await Promise.all(helpers.map(ended));
    expect(helpers).toHaveLength(2);
  });
});
