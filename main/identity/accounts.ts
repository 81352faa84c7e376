import { fail, ok, type Result } from '../../contract/failure.ts';
import { AccountId, ClientId, EpochMs, type UserId } from '../../contract/ids.ts';
import type { KeychainTrouble } from '../../contract/session.ts';
import type { AccountCard } from '../../contract/view.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { Random } from '../ports/random.ts';
import type { Sealing, SealingKey, SealingRecipe } from '../ports/sealing.ts';
import type { Vault } from '../ports/vault.ts';
import {
  type AccountRecord,
  boxContent,
  type Card,
  parseStored,
  recordFromBox,
  recordOf,
  type Stored,
  storedOpen,
  storedSealed,
} from './stored-account.ts';

export type { AccountRecord } from './stored-account.ts';

/** What a session with a passcode keeps, so that it can seal again what it saves. */
export interface Seal {
  readonly recipe: SealingRecipe;
  readonly key: SealingKey;
}

/** An account, opened. */
export interface RememberedAccount {
  readonly id: AccountId;
  readonly record: AccountRecord;
  /** Null where no passcode is set. */
  readonly seal: Seal | null;
}

/** An account under a passcode that nobody has given yet. */
export interface SealedAccount {
  readonly id: AccountId;
  readonly card: Card;
  readonly remember: boolean;
  readonly wrongTries: number;
  readonly recipe: SealingRecipe;
  readonly stored: Stored;
  readonly box: string;
}

/** `missing`: the keychain is open but the item of a remembered account is not in it. */
export type AccountAnswer =
  | { readonly kind: 'found'; readonly account: RememberedAccount }
  | { readonly kind: 'sealed'; readonly account: SealedAccount }
  | { readonly kind: 'missing' }
  | { readonly kind: KeychainTrouble };

type CardOf = Card & { readonly remember: boolean; readonly passcode: boolean };

/** Whom this device remembers: ids in the device state, everything about them in the keychain. */
export class Accounts {
  readonly #vault: Vault;
  readonly #device: DeviceState;
  readonly #random: Random;
  readonly #sealing: Sealing;
  /** What the keychain was last heard to say of an account, without its secrets. */
  readonly #cards = new Map<AccountId, CardOf>();

  constructor(deps: { vault: Vault; device: DeviceState; random: Random; sealing: Sealing }) {
    this.#vault = deps.vault;
    this.#device = deps.device;
    this.#random = deps.random;
    this.#sealing = deps.sealing;
  }

  /** A new anonymous account with its own key and its own client id; nothing is written yet. */
  draw({ remember }: { readonly remember: boolean }): RememberedAccount {
    return {
      id: AccountId.parse(this.#random.hex(16)),
      seal: null,
      record: {
        databaseKey: this.#random.hex(32),
        clientId: ClientId.parse(this.#random.hex(16)),
        userId: null,
        name: null,
        verified: false,
        unread: 0,
        lastUsedAt: EpochMs.parse(0),
        remember,
        appUserId: null,
        credential: null,
        refreshToken: null,
        expiresAt: null,
        refused: null,
      },
    };
  }

  async read(id: AccountId): Promise<AccountAnswer> {
    const answer = await this.#vault.read(id);
    if (answer.kind === 'absent') return { kind: 'missing' };
    if (answer.kind !== 'found') return answer;
    const stored = parseStored(answer.secret);
    if (stored === null) return { kind: 'missing' };
    this.#note(id, stored);
    const { secrets } = stored;
    if ('open' in secrets)
      return { kind: 'found', account: { id, record: recordOf(stored, secrets.open), seal: null } };
    const { recipe, box } = secrets.sealed;
    const { card, remember, wrongTries } = stored;
    return { kind: 'sealed', account: { id, card, remember, wrongTries, recipe, stored, box } };
  }

  /** Durable and read back when it succeeds. Wrong tries are forgotten: whoever writes has got in. */
  write({ id, record, seal }: RememberedAccount): Promise<Result<void>> {
    if (seal === null) return this.#put(id, storedOpen(record));
    const box = this.#sealing.seal(seal.key, boxContent(id, record));
    return this.#put(id, storedSealed(record, { recipe: seal.recipe, box }));
  }

  /** Remember how often the passcode was missed. */
  countTries({ id, stored }: SealedAccount, wrongTries: number): Promise<Result<void>> {
    return this.#put(id, { ...stored, wrongTries });
  }

  /** Null if `key` is not the one. */
  unseal({ id, stored, recipe, box }: SealedAccount, key: SealingKey): RememberedAccount | null {
    const content = this.#sealing.open(key, box);
    const record = content === null ? null : recordFromBox(id, stored, content);
    return record === null ? null : { id, record, seal: { recipe, key } };
  }

  /** The remembered account of `userId`, or null. An item that is missing hides nobody else's. */
  async find(userId: UserId): Promise<Result<RememberedAccount | SealedAccount | null>> {
    for (const id of this.#device.accounts()) {
      const known = this.#cards.get(id);
      if (known !== undefined && known.userId !== userId) continue;
      const answer = await this.read(id);
      if (answer.kind === 'missing') continue;
      if (answer.kind !== 'found' && answer.kind !== 'sealed') {
        return fail({ kind: 'keychain', trouble: answer.kind });
      }
      const { account } = answer;
      if (('card' in account ? account.card : account.record).userId === userId) return ok(account);
    }
    return ok(null);
  }

  /**
   * Whom this device remembers by name, last used first (and before them who is here now). Nobody while the keychain gives no answer.
   *
   * @param current the account of the session under way, or of the one that is locked
   */
  async cards(current: AccountId | null): Promise<readonly AccountCard[]> {
    const known = new Set(this.#device.accounts());
    for (const id of this.#cards.keys()) if (!known.has(id)) this.forget(id);
    for (const id of this.#device.accounts()) {
      const answer = this.#cards.has(id) ? null : await this.read(id);
      // Another question would only cost another wait.
      if (answer !== null && !['found', 'sealed', 'missing'].includes(answer.kind)) return [];
    }
    return this.#device
      .accounts()
      .flatMap((account) => {
        const card = this.#cards.get(account);
        if (card === undefined || card.userId === null || !card.remember) return [];
        const { userId, name, verified, passcode, unread, lastUsedAt } = card;
        const isCurrent = account === current;
        return [{ account, userId, name, verified, passcode, unread, lastUsedAt, current: isCurrent }];
      })
      .sort((a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt - a.lastUsedAt);
  }

  /** It is erased: nothing of it stays in memory either. */
  forget(id: AccountId): void {
    this.#cards.delete(id);
  }

  async #put(id: AccountId, stored: Stored): Promise<Result<void>> {
    const answer = await this.#vault.write(id, JSON.stringify(stored));
    if (answer.kind !== 'written') return fail({ kind: 'keychain', trouble: answer.kind });
    this.#note(id, stored);
    return ok();
  }

  #note(id: AccountId, { card, remember, secrets }: Stored): void {
    this.#cards.set(id, { ...card, remember, passcode: 'sealed' in secrets });
  }
}
