import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AccountId } from '../../contract/ids.ts';
import { chooseLauncher } from '../../main/adapters/child-process.ts';
import { HistoriesProcess } from '../../main/adapters/histories-process.ts';
import { canaryText } from '../canary/encodings.ts';
import { jwtFor } from '../e2e/harness/jwt.ts';
import { RecordingLog } from '../fakes/log.ts';
import { type RunningService, startService } from '../server/running-service.ts';
import { openKeychain } from './key-victim-disk.ts';
import { type KeyVictimOrder, KeyVictimWord, passphrase } from './key-victim-order.ts';

/** How many beginnings to cut off for each keychain: `ONETHREAD_KILLS=200 npx vitest run tests/journeys/key-kills`. */
const kills = Number(process.env['ONETHREAD_KILLS'] ?? 12);
const patience = 60_000 + kills * 15_000;

const Settings = z.object({
  accounts: z.array(z.object({ id: z.string() })),
  erasing: z.array(z.string()),
});

let service: RunningService;
beforeAll(async () => {
  service = await startService();
}, 60_000);
afterAll(() => service.stop());

/** What one machine keeps through kills. */
class Disk {
  readonly root = mkdtempSync(join(tmpdir(), 'onethread-keys-'));
  readonly folder = join(this.root, 'data');
  readonly keychain: KeyVictimOrder['keychain'];

  constructor(keychain: KeyVictimOrder['keychain']) {
    this.keychain = keychain;
  }

  /** Accounts that have files. */
  get histories(): readonly string[] {
    const folder = join(this.folder, 'accounts');
    return existsSync(folder)
      ? readdirSync(folder).filter((id) => readdirSync(join(folder, id)).length > 0)
      : [];
  }

  get settings(): z.infer<typeof Settings> {
    const path = join(this.folder, 'settings.json');
    return existsSync(path)
      ? Settings.parse(JSON.parse(readFileSync(path, 'utf8')))
      : { accounts: [], erasing: [] };
  }

  /** Start a device here and wait for its end. Resolves with all it said. */
  async run(person: KeyVictimOrder['person'], killAt: number | null): Promise<readonly KeyVictimWord[]> {
    const { configBaseUrl, appId } = service.ready;
    const order: KeyVictimOrder = {
      ...{ folder: this.folder, keychain: this.keychain, person, killAt },
      service: { configBaseUrl, appId },
    };
    const program = join(import.meta.dirname, 'key-victim.ts');
    const child = spawn(process.execPath, [program, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: KeyVictimWord[] = [];
    createInterface(child.stdout).on('line', (line) => said.push(KeyVictimWord.parse(JSON.parse(line))));
    await once(child, 'close');
    return said;
  }

  /** Histories here that nobody can read any more, each with the reason. Looks at a copy. */
  async unreadable(): Promise<readonly string[]> {
    const copy = new Disk(this.keychain);
    cpSync(this.root, copy.root, { recursive: true });
    const { vault } = openKeychain(copy);
    if ('usePassphrase' in vault) await vault.usePassphrase(passphrase);
    const log = new RecordingLog();
    const entryPath = resolve(import.meta.dirname, '../../store/entry.ts');
    const launch = await chooseLauncher(log);
    const histories = new HistoriesProcess({ folder: copy.folder, entryPath, launch, log });
    const wrong: string[] = [];
    for (const id of copy.histories) {
      const item = await vault.read(AccountId.parse(id));
      const key = item.kind === 'found' ? /"databaseKey":"([0-9a-f]{64})"/.exec(item.secret)?.[1] : undefined;
      if (key === undefined) wrong.push(`${id} has files and its key is ${item.kind}`);
      else {
        const opened = await histories.open(AccountId.parse(id), key, 1);
        if (!opened.ok) wrong.push(`${id} does not open: ${JSON.stringify(opened.failure)}`);
        else await opened.value.history.close();
      }
    }
    await histories.dispose();
    copy.dispose();
    return wrong;
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

async function somebody(): Promise<NonNullable<KeyVictimOrder['person']>> {
  const userId = canaryText();
  return { userId, jwt: await jwtFor(service, userId), message: canaryText() };
}

/** What is wrong with a machine on which a beginning was cut off: at once, and after the next start. */
async function wrongAfter(disk: Disk, message: string | null): Promise<readonly string[]> {
  const { erasing } = disk.settings;
  // What has a tombstone is on its way out; everything else has its key.
  const wrong = (await disk.unreadable()).filter((problem) => !erasing.some((id) => problem.startsWith(id)));
  const [seen] = await disk.run(null, null);
  if (seen === undefined || !('session' in seen)) return [...wrong, 'the next start did not come to its end'];
  if (!['anonymous', 'identified'].includes(seen.session)) wrong.push(`the next start shows ${seen.session}`);
  if (message !== null && !seen.texts.includes(message)) wrong.push('an accepted message is lost');
  wrong.push(...(await disk.unreadable()).map((problem) => `after the next start ${problem}`));
  const known = disk.settings.accounts.map(({ id }) => id).sort();
  const keys = openKeychain(disk).items().toSorted();
  if (JSON.stringify(keys) !== JSON.stringify(known)) wrong.push(`keys ${keys} of accounts ${known}`);
  return wrong;
}

describe.each(['folder', 'passphrase'] as const)(
  'A beginning cut off by SIGKILL, keys in a %s',
  (keychain) => {
    it(
      'K-05 leaves no history without its key and no key without its account',
      { timeout: patience },
      async () => {
        const whole = new Disk(keychain);
        const uncut = (await whole.run(await somebody(), null)).at(-1);
        const moments = uncut !== undefined && 'moments' in uncut ? uncut.moments : 0;
        expect(await wrongAfter(whole, null)).toEqual([]);
        whole.dispose();
        expect(moments).toBeGreaterThan(20);

        const step = Math.max(1, moments / kills);
        const orders: number[] = [];
        for (let at = 1; at <= moments; at += step) orders.push(Math.floor(at));
        const wrong: string[] = [];
        const names = new Set<string>();
        const next = orders.values();
        await Promise.all(
          [0, 1].map(async () => {
            for (const killAt of next) {
              const disk = new Disk(keychain);
              const person = await somebody();
              const said = await disk.run(person, killAt);
              const killedAt = said.flatMap((word) => ('killedAt' in word ? [word.killedAt] : []))[0];
              const accepted = said.some((word) => 'accepted' in word);
              names.add(killedAt ?? 'not at all');
              const problems = await wrongAfter(disk, accepted ? person.message : null);
              wrong.push(...problems.map((problem) => `moment ${killAt} (${killedAt}): ${problem}`));
              disk.dispose();
            }
          }),
        );
        expect(wrong).toEqual([]);
        // Nothing happening is a failure too.
        expect(names).not.toEqual(new Set(['not at all']));
        console.info(
          `beginnings cut off: ${JSON.stringify({ kills: orders.length, moments, at: [...names] })}`,
        );
      },
    );
  },
);
