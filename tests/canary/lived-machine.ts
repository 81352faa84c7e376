import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jwtFor } from '../e2e/harness/jwt.ts';
import type { RunningService } from '../server/running-service.ts';
import { type Canary, canaryText } from './encodings.ts';
import { scanFolder } from './scanner.ts';
import { Disk } from './victims.ts';

const Settings = z.object({ accounts: z.array(z.object({ id: z.string() })), erasing: z.array(z.string()) });

/**
 * A machine that lost its power while somebody was signed in who had written and was called this and that, and what may be
 * left of them on a copy of its disk.
 */
export class LivedMachine {
  readonly disk: Disk;
  /** The person's account, as the data folder and the keychain call it. */
  account = '';
  #clientId = '';
  #canaries: readonly Canary[] = [];

  private constructor(disk: Disk) {
    this.disk = disk;
  }

  /** What was planted, and what must not be read by anybody: the person's words, key and token. */
  get canaries(): readonly Canary[] {
    return this.#canaries;
  }

  static async of(
    service: RunningService,
    { remember, disk = new Disk() }: { readonly remember: boolean; readonly disk?: Disk },
  ): Promise<LivedMachine> {
    const machine = new LivedMachine(disk);
    const text = (): string => canaryText();
    const words = { userId: text(), name: text(), message: text(), draft: text(), unsent: text() };
    const plants = { ...words, jwt: await jwtFor(service, words.userId), remember };
    await machine.disk.run(service.ready, { act: 'live', plants });
    const [[account, item] = ['', '']] = [...machine.disk.vault.items()];
    const [clientId, databaseKey] = [held(item, 'clientId'), held(item, 'databaseKey')];
    if (clientId === null || databaseKey === null || held(item, 'name') !== words.name)
      throw new Error(`not all is planted: ${item}`);
    machine.account = account;
    machine.#clientId = clientId;
    machine.#canaries = Object.entries({ ...words, jwt: plants.jwt, databaseKey, clientId }).map(
      ([kind, planted]) => ({ kind, text: planted }),
    );
    return machine;
  }

  /** What can be read of them in the data folder, and whether a file went before its key. */
  wrongAfterKill(disk: Disk): string[] {
    const { hits, unreadable } = scanFolder(disk.folder, this.#canaries);
    const keyIsThere = disk.vault.items().has(this.account);
    // A log is taken into its database when the store closes, and only then.
    const gone = this.disk
      .filesOf(this.account)
      .filter((file) => !file.endsWith('-wal') && !disk.filesOf(this.account).includes(file));
    return [
      ...hits.map(({ kind, where }) => `${kind} can be read in ${where}`),
      ...unreadable.map((path) => `${path} could not be scanned`),
      ...(keyIsThere && gone.length > 0 ? [`the key outlived ${gone.join(', ')}`] : []),
    ];
  }

  /** What is left of them once they should be gone; and any key nobody knows of, any file nobody has a key for. */
  leftOf(disk: Disk): string[] {
    const items = accountItems(disk);
    const { accounts, erasing } = settingsOf(disk);
    const known = accounts.map(({ id }) => id);
    const traces = scanFolder(disk.folder, [...this.#canaries, { kind: 'account', text: this.account }]).hits;
    return [
      ...traces.map(({ kind, where }) => `afterwards ${kind} can be read in ${where}`),
      ...(items.has(this.account) ? ['their key is still there'] : []),
      ...[...items].flatMap(([id, item]) => [
        ...(held(item, 'clientId') === this.#clientId ? [`${id} has their client id`] : []),
        ...(known.includes(id) ? [] : [`nobody knows of the key of ${id}`]),
      ]),
      ...disk.accounts().flatMap((id) => (items.has(id) ? [] : [`nobody has a key for ${id}`])),
      ...erasing.map((id) => `${id} is not erased yet`),
    ];
  }
}

/** The keys of accounts: what else is in the keychain (a ticket that tells the service of a sign-out) opens nothing. */
export function accountItems(disk: Disk): ReadonlyMap<string, string> {
  return new Map([...disk.vault.items()].filter(([, item]) => held(item, 'databaseKey') !== null));
}

export function settingsOf(disk: Disk): z.infer<typeof Settings> {
  return Settings.parse(JSON.parse(readFileSync(join(disk.folder, 'settings.json'), 'utf8')));
}

/** What an item of the keychain holds under this name, however it is built. */
function held(item: string, name: 'databaseKey' | 'clientId' | 'name'): string | null {
  return new RegExp(`"${name}":"([^"]+)"`).exec(item)?.[1] ?? null;
}
