import type { EraseReport } from '../../contract/erase-report.ts';
import type { AccountId, EpochMs } from '../../contract/ids.ts';
import type { AccountRecord } from './accounts.ts';
import type { Parts } from './parts.ts';
import { knownSpeakerOf } from './scope.ts';

/** Takes accounts off this device, and lets the service know that it no longer speaks for them. */
export class Leaving {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Their history must be closed.
   *
   * @param whose what the service knew them by; `unknown`: the keychain may tell; null: the service has nothing to hear
   */
  async erase(
    account: AccountId,
    whose: AccountRecord | 'unknown' | null,
    unsentMessages = 0,
  ): Promise<EraseReport> {
    const { accounts, device, eraser } = this.#parts;
    device.beginErase(account);
    const record = whose === 'unknown' ? await this.#read(account) : whose;
    // Before the key goes: who is killed half-way is erased by the next start, which could not say this any more.
    const serviceTold = record === null ? 'notNeeded' : await this.toBeTold(record);
    const report = await eraser.erase(account, unsentMessages);
    accounts.forget(account);
    this.deliver(report.at);
    return { ...report, serviceTold };
  }

  /** The service hears of it as soon as it can be reached. */
  async toBeTold(record: AccountRecord): Promise<EraseReport['serviceTold']> {
    const known = knownSpeakerOf(record);
    if (known === null) return 'notNeeded';
    await this.#parts.tickets.keep(known);
    return 'later';
  }

  /** Nobody waits for it. */
  deliver(erasedAt: EpochMs): void {
    const { tickets, follower } = this.#parts;
    void tickets.deliver().then((told) => told === 'told' && follower.told(erasedAt));
  }

  /** What a passcode seals stays sealed: nobody is told then. */
  async #read(account: AccountId): Promise<AccountRecord | null> {
    const answer = await this.#parts.accounts.read(account);
    return answer.kind === 'found' ? answer.account.record : null;
  }
}
