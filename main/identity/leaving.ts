import type { EraseReport } from '../../contract/erase-report.ts';
import type { AccountId } from '../../contract/ids.ts';
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
    const { accounts, device, eraser, tellGone } = this.#parts;
    device.beginErase(account);
    const record = whose === 'unknown' ? await this.#read(account) : whose;
    const known = record === null ? null : knownSpeakerOf(record);
    const report = await eraser.erase(account, unsentMessages);
    accounts.forget(account);
    // The device is clean already; the service hears of it if it can.
    if (known !== null) tellGone(known);
    return { ...report, serviceTold: known === null ? 'notNeeded' : 'later' };
  }

  /** What a passcode seals stays sealed: nobody is told then. */
  async #read(account: AccountId): Promise<AccountRecord | null> {
    const answer = await this.#parts.accounts.read(account);
    return answer.kind === 'found' ? answer.account.record : null;
  }
}
