import { fail, ok, type Failure, type Result } from '../../contract/failure.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { Persistence, Session } from '../../contract/session.ts';
import type { UserBundle } from '../ports/service.ts';
import type { Signal } from '../ports/signal.ts';
import type { RememberedAccount } from './accounts.ts';
import type { Current, Live } from './current.ts';
import type { Leaving } from './leaving.ts';
import { readShown } from './openings.ts';
import type { Parts } from './parts.ts';
import { carry, rebaseOn, wordsOf } from './transition.ts';

interface How {
  readonly isNew: boolean;
  /** The thread as the service has it, in place of what is stored; null to keep that. */
  readonly rebase: UserBundle | null;
  /** Whether what an anonymous person wrote and did not send comes along. */
  readonly bring: boolean;
  readonly stop: Signal | null;
}

/** Leaves the session under way for another account: all of it, or nothing has happened. */
export class Switching {
  readonly #parts: Parts;
  readonly #current: Current;
  readonly #leaving: Leaving;

  constructor(parts: Parts, { current, leaving }: { current: Current; leaving: Leaving }) {
    this.#parts = parts;
    this.#current = current;
    this.#leaving = leaving;
  }

  /** Where the next session rests. */
  get persistence(): Persistence {
    if (this.#parts.rules().mode === 'kiosk') return 'memory';
    return this.#current.live?.persistence ?? 'disk';
  }

  async to(next: RememberedAccount, how: How): Promise<Result<Session>> {
    const { device, openings, eraser } = this.#parts;
    const { persistence } = this;
    const { account: before, live: old, locked } = this.#current;
    const opened = await openings.next(next, persistence, how.isNew);
    if (!opened.ok) return opened;
    const { history, setAside } = opened.value;
    const giveUp = async (failure: Failure): Promise<Result<Session>> => {
      await history.close();
      if (how.isNew && persistence === 'disk') await eraser.erase(next.id, 0);
      return fail(failure);
    };
    const rebased = how.rebase === null ? ok() : await history.commit(rebaseOn(how.rebase));
    if (!rebased.ok) return giveUp(rebased.failure);
    if (how.stop?.aborted === true) return giveUp({ kind: 'superseded' });
    if (persistence === 'disk' && !device.activate(next.id, !next.record.remember))
      return giveUp({ kind: 'storage', reason: 'failed' });

    // From here on nothing more is accepted for the old session, so what is carried over is all there is.
    if (old !== null) this.#current.end(old);
    const carried = old === null || !how.bring ? ok() : await carry(old.history, history);
    const shown = carried.ok ? await readShown(history) : carried;
    if (!shown.ok) {
      const failed = await giveUp(shown.failure);
      this.#backTo(before);
      if (old !== null) await this.#current.reenter(old);
      return failed;
    }
    const unread = old === null ? 0 : (await wordsOf(old.history)).unread;
    await old?.history.close();
    await this.#current.settleLocked();
    const entered = this.#current.enter(next, { ...shown.value, history, setAside }, persistence);
    await this.#farewell(old, unread, how.bring);
    if (locked?.isAnonymous === true) await this.#leaving.erase(locked.account, 'unknown');
    return entered;
  }

  #backTo(before: AccountId | null): void {
    const { device } = this.#parts;
    if (before === null || !device.accounts().includes(before)) return;
    device.activate(before, device.passing().includes(before));
  }

  /** An anonymous person is nobody to come back to, and some are not to be remembered. */
  async #farewell(old: Live | null, unread: number, brought: boolean): Promise<void> {
    const { device } = this.#parts;
    if (old !== null && old.persistence === 'disk') {
      const goes = old.record.userId === null || !old.record.remember;
      if (goes) await this.#leaving.erase(old.account, brought ? null : old.record);
      else await this.#current.stamp(old, unread);
      this.#current.refreshCards();
    }
    // Whoever was locked and does not outlive their session.
    for (const account of device.passing())
      if (account !== this.#current.account) await this.#leaving.erase(account, 'unknown');
  }
}
