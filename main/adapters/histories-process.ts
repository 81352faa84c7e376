import { lstat, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { AccountId } from '../../contract/ids.ts';
import { DatabaseKey } from '../../contract/store-protocol.ts';
import type { StorePlace } from '../../contract/store-protocol.ts';
import type { Erased, Histories, OpenedHistory } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { LaunchHelper } from './child-process.ts';
import { StoreLink } from './store-link.ts';
import { StoreProcess } from './store-process.ts';

export interface HistoriesDeps {
  /** The app's data folder; histories rest in `accounts/<account id>/` below it. */
  readonly folder: string;
  /** Absolute path of the store's entry file: `out/main/store.cjs`, or `store/entry.ts` under plain Node. */
  readonly entryPath: string;
  readonly launch: LaunchHelper;
  readonly log: Log;
  /** How long one page of a search may take; about a third of a second unless said. */
  readonly searchPatienceMs?: number;
}

/** Encrypted histories, each opened by a store process of its own. */
export class HistoriesProcess implements Histories {
  readonly #deps: HistoriesDeps;
  /** Started, and waiting to be told what to open. */
  #idle: StoreProcess | null = null;

  constructor(deps: HistoriesDeps) {
    this.#deps = deps;
  }

  /** Start the next store process now, before the account is known, so that opening does not wait for it. */
  prewarm(): void {
    if (this.#idle === null || this.#idle.isGone) this.#idle = this.#launch();
  }

  async open(account: AccountId, key: string, pageSize: number): Promise<Result<OpenedHistory>> {
    if (!DatabaseKey.safeParse(key).success) return fail({ kind: 'storage', reason: 'failed' });
    return this.#open({ kind: 'disk', folder: this.#folderOf(account), account, key }, pageSize);
  }

  openInMemory(pageSize: number): Promise<Result<OpenedHistory>> {
    return this.#open({ kind: 'memory' }, pageSize);
  }

  async exists(account: AccountId): Promise<boolean> {
    // Files we may not even look at are there.
    return (await sizesBelow(this.#folderOf(account)).catch(() => [0])).length > 0;
  }

  async erase(account: AccountId): Promise<Erased> {
    const folder = this.#folderOf(account);
    const before = await sizesBelow(folder).catch(() => [0]);
    try {
      await rm(folder, { recursive: true, force: true });
      await syncFolder(dirname(folder));
    } catch {
      // What is left is counted below.
    }
    const after = await sizesBelow(folder).catch(() => [0]);
    if (after.length > 0) this.#deps.log.error('histories.notErased', { remaining: after.length });
    const bytes = before.reduce((sum, size) => sum + size, 0);
    return { files: before.length, bytes, remaining: after.length };
  }

  /** End the idle process, if there is one. */
  async dispose(): Promise<void> {
    await this.#idle?.end();
    this.#idle = null;
  }

  async #open(place: StorePlace, pageSize: number): Promise<Result<OpenedHistory>> {
    const { log, searchPatienceMs } = this.#deps;
    const history = new StoreLink(place, () => this.#take(), log, searchPatienceMs);
    const opened = await history.open(pageSize);
    return opened.ok ? ok({ history, ...opened.value }) : opened;
  }

  #take(): StoreProcess {
    const idle = this.#idle;
    this.#idle = null;
    return idle === null || idle.isGone ? this.#launch() : idle;
  }

  #launch(): StoreProcess {
    const { launch, entryPath, log } = this.#deps;
    return new StoreProcess(launch({ name: 'store', entryPath }), log);
  }

  #folderOf(account: AccountId): string {
    return join(this.#deps.folder, 'accounts', account);
  }
}

/** The size of every file at or below `path`. A link counts as itself and is not followed. */
async function sizesBelow(path: string): Promise<readonly number[]> {
  const stat = await lstat(path).catch((error: unknown) => {
    if (isAbsence(error)) return null;
    throw error;
  });
  if (stat === null) return [];
  if (!stat.isDirectory()) return [stat.size];
  const names = await readdir(path);
  return (await Promise.all(names.map((name) => sizesBelow(join(path, name))))).flat();
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** A name is gone for good only when its folder is on the disk. Windows knows no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync();
  await handle?.close();
}
