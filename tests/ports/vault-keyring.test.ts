import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AccountId } from '../../contract/ids.ts';
import type { HelperProcess } from '../../main/adapters/child-process.ts';
import { dumpKeyring, ended, hasKeyring, hasScreen, live, openKeyringWorld } from './vault-keyring-world.ts';
import type { KeyringWorld, KeyringWorldOptions } from './vault-keyring-world.ts';
import { account, describeVault } from './vault-suite.ts';

/** Milliseconds; on a busy machine a keyring and some dozens of processes take their time to start. */
const patience = 90_000;

let open: KeyringWorld[] = [];
afterEach(async () => {
  for (const world of open) await world.close();
  open = [];
});

async function session(options: KeyringWorldOptions = {}): Promise<KeyringWorld> {
  const world = await openKeyringWorld(options);
  open.push(world);
  return world;
}

async function files(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const drawn = (): AccountId => AccountId.parse(randomBytes(16).toString('hex'));

describe.skipIf(!hasKeyring)('with a real gnome-keyring', { timeout: patience }, () => {
  describeVault(
    'KeytarVault',
    async () => {
      const { keyring, vault, freeze, thaw, close } = await openKeyringWorld();
      let heal = async (): Promise<void> => undefined;
      return {
        vault,
        async bring(trouble) {
          if (trouble === 'locked') {
            await keyring.lock();
            heal = () => keyring.unlock();
          } else if (trouble === 'timeout') {
            await freeze();
            heal = async () => thaw();
          } else {
            live({ ...keyring.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' });
            heal = async () => live(keyring.env);
          }
        },
        heal: () => heal(),
        close,
      };
    },
    ['locked', 'timeout', 'unavailable'],
  );

  it('K-03 answers denied where the bus does not let it speak to the keyring', async () => {
    const { vault } = await session({ forbidSecrets: true, daemon: false });
    expect(await vault.read(account('1'))).toEqual({ kind: 'denied' });
    expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'denied' });
    expect(await vault.erase(account('1'))).toEqual({ kind: 'denied' });
  });

  it('K-01 leaves nothing in the keyring that names a person, nor the secret anywhere on disk', async () => {
    const { keyring, vault } = await session();
    const canaries = ['zoe@example.org', 'Zoë Canary', 'crm-4711', 'canary-5e1f', 'smooch-app'];
    const ids = [drawn(), drawn(), drawn()];
    for (const [at, id] of ids.entries()) {
      const record = {
        userId: `${at}${canaries[0]}`,
        name: canaries[1],
        externalId: canaries[2],
        appId: canaries[4],
      };
      const secret = JSON.stringify({ ...record, databaseKey: canaries[3] });
      expect(await vault.write(id, secret)).toEqual({ kind: 'written' });
      expect(await vault.write(id, secret)).toEqual({ kind: 'written' });
    }
    await keyring.lock();

    const items = await dumpKeyring(keyring);
    expect(items.map(({ label }) => label).sort()).toEqual(ids.map((id) => `onethread/${id}`).sort());
    for (const { path, label, attributes, type } of items) {
      const id = label.slice('onethread/'.length);
      expect(path).toMatch(/^\/org\/freedesktop\/secrets\/collection\/login\/\d+$/);
      expect(attributes).toEqual([
        ['account', id],
        ['service', 'onethread'],
        ['xdg:schema', 'org.freedesktop.Secret.Generic'],
      ]);
      expect(type).toBe('org.freedesktop.Secret.Generic');
    }
    const kept = await files(keyring.env['HOME'] ?? '');
    expect(kept.length).toBeGreaterThan(0);
    for (const file of kept) {
      const bytes = await readFile(file);
      for (const canary of canaries) expect(bytes.includes(canary)).toBe(false);
    }
  });

  it.skipIf(!hasScreen)(
    'K-03 answers locked at once while the desktop asks for the password, once, and lets go when it was dismissed',
    async () => {
      const { keyring, vault, helpers } = await session({ screen: true });
      await keyring.loginAgain('withoutPassword');
      const prompter = keyring.owner('org.gnome.keyring.SystemPrompter');
      expect(await vault.read(account('1'))).toEqual({ kind: 'locked' });
      const pid = await prompter;
      expect(await vault.read(account('1'))).toEqual({ kind: 'locked' });
      await ended(helpers[1]);
      process.kill(pid, 'SIGKILL');
      await ended(helpers[0]);
      expect(helpers).toHaveLength(2);
    },
  );

  it('K-06 lets this process go on with its files and its turns while the daemon is frozen', async () => {
    const { vault, freeze, thaw } = await session();
    await vault.write(account('1'), 'secret');
    await freeze();
    let answered = 0;
    const calls = Array.from({ length: 8 }, (_, at) =>
      (at % 2 === 0 ? vault.read(account('1')) : vault.write(account('2'), 'x')).finally(() => answered++),
    );
    // Eight calls are twice as many as there are threads for files. Were one of them held by the keychain, these
    // reads would end after the calls, not before.
    for (let round = 0; round < 200; round++) {
      await readFile(import.meta.filename);
      await turn();
    }
    expect(answered).toBe(0);
    expect(await Promise.all(calls)).toEqual(Array(8).fill({ kind: 'timeout' }));
    thaw();
    expect(await vault.read(account('1'))).toEqual({ kind: 'found', secret: 'secret' });
  });

  it('K-06 loses nothing by twenty crashes of its process, whenever they come', async () => {
    // Now and then as it starts, as it is asked, as it works, or just before it would have answered.
    const crashes = [
      (helper: HelperProcess) => helper.kill(),
      (helper: HelperProcess) => void process.nextTick(() => signal(helper, 'SIGSEGV')),
      (helper: HelperProcess) => void setTimeout(() => signal(helper, 'SIGSEGV'), 40),
      (helper: HelperProcess) => void setTimeout(() => signal(helper, 'SIGABRT'), 80),
      (helper: HelperProcess) => void setTimeout(() => signal(helper, 'SIGKILL'), 120),
    ];
    let crash: ((helper: HelperProcess) => void) | undefined;
    const { vault, helpers } = await session({ watch: (helper) => crash?.(helper) });
    await vault.write(account('1'), 'first');
    let crashed = 0;
    for (let round = 0; crashed < 20; round++) {
      crash = crashes[round % crashes.length];
      const { kind } = await vault.write(account('1'), `round ${round}`);
      if (kind === 'unavailable') crashed++;
      else expect(kind).toBe('written');
      const answer = await vault.read(account('1'));
      // Cut off while it wrote, it may have written.
      if (answer.kind !== 'unavailable') expect(answer).toMatchObject({ kind: 'found' });
      else crashed++;
      crash = undefined;
      const after = await vault.read(account('1'));
      expect(after).toEqual({ kind: 'found', secret: expect.stringMatching(/^(first|round \d+)$/) });
      if (kind === 'written') expect(after).toEqual({ kind: 'found', secret: `round ${round}` });
    }
    await Promise.all(helpers.map(ended));
  });

  it('leaves no process behind', async () => {
    const { vault, helpers } = await session();
    await vault.write(account('1'), 'secret');
    await vault.read(account('1'));
    await Promise.all(helpers.map(ended));
    expect(helpers).toHaveLength(2);
  });
});

function signal({ pid }: HelperProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // It had answered and ended.
  }
}
