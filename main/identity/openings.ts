import { noFacts } from '../../contract/history.ts';
import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Persistence } from '../../contract/session.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { AccountHistory, Histories, OpenedHistory } from '../ports/history.ts';
import type { Accounts, RememberedAccount } from './accounts.ts';
import type { Eraser } from './erase.ts';

/** Messages read with the opening of a history: two screens. */
const openingPageSize = 60;

/** What a window starts with. */
export type Shown = Omit<OpenedHistory, 'history' | 'setAside'>;

/** Opens the history an account needs, new or remembered, on disk or in memory. */
export class Openings {
  readonly #accounts: Accounts;
  readonly #device: DeviceState;
  readonly #eraser: Eraser;
  readonly #histories: Histories;

  constructor(deps: { accounts: Accounts; device: DeviceState; eraser: Eraser; histories: Histories }) {
    this.#accounts = deps.accounts;
    this.#device = deps.device;
    this.#eraser = deps.eraser;
    this.#histories = deps.histories;
  }

  remembered({ id, record }: RememberedAccount): Promise<Result<OpenedHistory>> {
    return this.#histories.open(id, record.databaseKey, openingPageSize);
  }

  inMemory(): Promise<Result<OpenedHistory>> {
    return this.#histories.openInMemory(openingPageSize);
  }

  /** The history to switch to. The record of a remembered account is brought up to date first. */
  async next(
    account: RememberedAccount,
    persistence: Persistence,
    isNew: boolean,
  ): Promise<Result<OpenedHistory>> {
    if (persistence === 'memory') return this.inMemory();
    if (isNew) return this.create(account);
    const written = await this.#accounts.write(account);
    return written.ok ? this.remembered(account) : written;
  }

  /**
   * Tombstone, key, read back, database; `activate` then takes the tombstone away. Killed in between, the next start
   * removes what there is: no file without its key, no key that nobody knows of.
   */
  async create(account: RememberedAccount): Promise<Result<OpenedHistory>> {
    if (!this.#device.beginErase(account.id)) return fail({ kind: 'storage', reason: 'failed' });
    const written = await this.#accounts.write(account);
    if (!written.ok) {
      this.#device.endErase(account.id);
      return written;
    }
    const opened = await this.remembered(account);
    if (!opened.ok) await this.#eraser.erase(account.id, 0);
    return opened;
  }
}

export const emptyShown: Shown = { page: { messages: [], hasOlder: true }, facts: noFacts, waiting: 0 };

/** What there is to show of an open history. */
export async function readShown(history: AccountHistory): Promise<Result<Shown>> {
  // An empty commit changes nothing and answers with the facts. First, so that the page holds all that they count.
  const now = await history.commit({});
  if (!now.ok) return now;
  const page = await history.page(null, openingPageSize);
  if (!page.ok) return page;
  return ok({ page: page.value, facts: now.value.facts, waiting: now.value.waiting });
}
