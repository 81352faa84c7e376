import type { Result } from '../../contract/failure.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { KeychainTrouble, Session, Unlocking } from '../../contract/session.ts';
import type { RememberedAccount, SealedAccount } from './accounts.ts';
import { type Current, failureReason } from './current.ts';
import type { Leaving } from './leaving.ts';
import type { Parts } from './parts.ts';
import type { Card } from './stored-account.ts';

/** Begins a session where there is none. Asks nothing of the network and creates nobody on the service. */
export class Entering {
  readonly #parts: Parts;
  readonly #current: Current;
  readonly #leaving: Leaving;

  constructor(parts: Parts, { current, leaving }: { current: Current; leaving: Leaving }) {
    this.#parts = parts;
    this.#current = current;
    this.#leaving = leaving;
  }

  /** At the start of the app: whoever should have ended with their session goes before anything is opened. */
  async boot(): Promise<Result<Session>> {
    const { device, rules } = this.#parts;
    const goes = rules().onQuit === 'signOut' ? device.accounts() : device.passing();
    for (const account of device.configured ? goes : []) await this.#leaving.erase(account, 'unknown');
    return this.retry();
  }

  /** The keychain may be open by now: finish what could not be finished before. */
  async retry(): Promise<Result<Session>> {
    const { device, eraser } = this.#parts;
    if (device.erasing().length > 0) await eraser.finish();
    return this.open();
  }

  /** Open whoever was here last. */
  async open(): Promise<Result<Session>> {
    const { device, accounts, rules } = this.#parts;
    const current = this.#current;
    if (!device.configured) return current.show({ kind: 'unconfigured', epoch: current.nextEpoch() });
    if (rules().mode === 'kiosk') return this.inMemory(this.#draw());
    const active = device.active();
    if (active === null) return this.newAnonymous();
    const answer = await accounts.read(active);
    switch (answer.kind) {
      case 'found':
        return this.#open(answer.account);
      case 'sealed':
        return this.#sealed(answer.account);
      default:
        return this.#keychainTrouble(answer.kind, true);
    }
  }

  async remembered(account: RememberedAccount): Promise<Result<Session>> {
    const opened = await this.#parts.openings.remembered(account);
    if (opened.ok) return this.#current.enter(account, opened.value, 'disk');
    this.#parts.log.error('identity.historyUnavailable', { reason: failureReason(opened.failure) });
    return this.inMemory(account);
  }

  /** A fresh anonymous person: new key, new client id, nobody on the service. */
  async newAnonymous(): Promise<Result<Session>> {
    const { openings, device } = this.#parts;
    const account = this.#draw();
    const opened = await openings.create(account);
    if (opened.ok && device.activate(account.id, !account.record.remember))
      return this.#current.enter(account, opened.value, 'disk');
    if (!opened.ok && opened.failure.kind === 'keychain') {
      return this.#keychainTrouble(opened.failure.trouble, false);
    }
    if (opened.ok) await opened.value.history.close();
    // A disk that takes nothing is no reason not to talk.
    return this.inMemory(account);
  }

  async inMemory(account: RememberedAccount = this.#draw()): Promise<Result<Session>> {
    const opened = await this.#parts.openings.inMemory();
    if (opened.ok) return this.#current.enter(account, opened.value, 'memory');
    return this.#keychainTrouble('unavailable', this.#parts.device.active() !== null);
  }

  /** Nothing of them is opened: only who it is may be shown. */
  locked(
    { id, userId, name }: Pick<Card, 'userId' | 'name'> & { readonly id: AccountId },
    unlocking: Unlocking,
  ): Result<Session> {
    const epoch = this.#current.nextEpoch();
    return this.#current.show(
      { kind: 'locked', epoch, userId, name, unlocking },
      { account: id, isAnonymous: userId === null, unsent: 0, unwritten: null },
    );
  }

  async #sealed(account: SealedAccount): Promise<Result<Session>> {
    const { id, card, remember } = account;
    if (!remember) {
      await this.#leaving.erase(id, null);
      return this.newAnonymous();
    }
    const notBefore = this.#parts.passcodes.notBefore(account);
    return this.locked({ id, ...card }, { by: 'passcode', notBefore });
  }

  async #open(account: RememberedAccount): Promise<Result<Session>> {
    const { record, id } = account;
    if (!record.remember) {
      await this.#leaving.erase(id, record);
      return this.newAnonymous();
    }
    if (isShut(account, this.#parts)) return this.locked({ id, ...record }, { by: 'signIn' });
    if (mustProve(record, this.#parts.rules())) return this.newAnonymous();
    return this.remembered(account);
  }

  /** It stands in for a keychain that cannot be had; whose key is in one is not helped by it. */
  #passphraseFor(trouble: KeychainTrouble, remembered: boolean): 'none' | 'offered' | 'set' {
    if (trouble !== 'unavailable' && trouble !== 'denied') return 'none';
    const status = this.#parts.passphrase();
    if (status === 'shut') return 'set';
    return status === 'none' && !remembered ? 'offered' : 'none';
  }

  #draw(): RememberedAccount {
    return this.#parts.accounts.draw({ remember: this.#parts.rules().remember });
  }

  #keychainTrouble(trouble: KeychainTrouble, remembered: boolean): Result<Session> {
    this.#parts.log.warn('identity.keychainTrouble', { trouble, remembered });
    const epoch = this.#current.nextEpoch();
    return this.#current.show({
      kind: 'keychainTrouble',
      epoch,
      trouble,
      remembered,
      passphrase: this.#passphraseFor(trouble, remembered),
    });
  }
}

/**
 * Whether only signing in opens an account again: it was locked without a passcode, or it lies on a machine that several
 * people use, where whoever comes next could open it with a click.
 *
 * @param account its keychain item is not sealed by a passcode
 */
export function isShut(
  { id, record }: Pick<RememberedAccount, 'id' | 'record'>,
  { device, rules }: Pick<Parts, 'device' | 'rules'>,
): boolean {
  if (device.shut().includes(id)) return true;
  return record.userId !== null && rules().mode !== 'personal';
}

/** Where the organization asks for proof, whoever came in without any does not come in again. */
export function mustProve(
  { userId, verified }: { readonly userId: unknown; readonly verified: boolean },
  { requireVerified }: { readonly requireVerified: boolean },
): boolean {
  return requireVerified && userId !== null && !verified;
}
