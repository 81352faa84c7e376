import { z } from 'zod';
import { fail, ok, type Result } from '../../contract/failure.ts';
import { AccountId, type EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Sealing, SealingKey } from '../ports/sealing.ts';
import type { SettingsFile } from '../ports/settings.ts';
import type { Vault, VaultErase, VaultRead, VaultWrite } from '../ports/vault.ts';

/** Characters of the shortest passphrase a person may choose. */
export const shortestPassphrase = 8;

/** Tries before the first wait, which then doubles with each wrong one. */
const freeTries = 3;
const firstWaitMs = 1_000;
const longestWaitMs = 15 * 60_000;

/** Sealed with the items: what opens it is the passphrase, whether there are items yet or not. */
const proof = 'onethread keys';

/** A recipe read from a disk is tried only up to eight times today's cost. */
const Recipe = z
  .object({
    salt: z.string().regex(/^[0-9a-f]{32}$/),
    cost: z.object({
      N: z
        .int()
        .min(2)
        .max(2 ** 19),
      r: z.int().min(1).max(8),
      p: z.int().min(1).max(2),
    }),
  })
  .readonly();

/** The file: nothing in it is readable but random account ids, and how often the passphrase was missed. */
const SealedKeys = z
  .object({
    version: z.literal(1),
    recipe: Recipe,
    proof: z.string(),
    wrongTries: z.int().nonnegative(),
    items: z.record(AccountId, z.string()).readonly(),
    /** What stood here before a person decided to begin anew. */
    before: z.unknown().optional(),
  })
  .readonly();
type SealedKeys = z.infer<typeof SealedKeys>;

/** An item names its account inside the seal, so that no item opens in another's place. */
const Item = z.object({ account: AccountId, secret: z.string() }).readonly();

export type PassphraseStatus = 'none' | 'shut' | 'open';

/**
 * Secrets at rest on a machine without a keychain: each account's item is sealed under a key derived from a passphrase,
 * which is asked for once per run and kept nowhere. One passphrase serves the machine, as a keyring's password does.
 *
 * A file that cannot be understood counts as shut: nothing is written over it, and nothing is ever said to be absent
 * from it, until a person sets it aside.
 */
export class PassphraseVault implements Vault {
  readonly #file: SettingsFile;
  readonly #sealing: Sealing;
  readonly #clock: Clock;
  readonly #log: Log;
  #keys: SealedKeys | 'none' | 'unreadable';
  #key: SealingKey | null = null;
  #wait: { readonly startedAt: EpochMs; readonly forMs: number; readonly undo: Undo } | null = null;
  /** Resolves when the passphrase before has been judged: guesses made at once wait for each other like any. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(needs: {
    readonly file: SettingsFile;
    readonly sealing: Sealing;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#file = needs.file;
    this.#sealing = needs.sealing;
    this.#clock = needs.clock;
    this.#log = needs.log;
    this.#keys = this.#load();
    if (this.#keys === 'unreadable') this.#log.warn('passphraseVault.unreadable');
    // A restart saves nobody the wait, and how much of it had passed nobody can tell.
    else if (this.#keys !== 'none') this.#startWait(this.#keys.wrongTries);
  }

  get status(): PassphraseStatus {
    if (this.#keys === 'none') return 'none';
    return this.#key === null ? 'shut' : 'open';
  }

  /** Whether this is the place where `account`'s item rests, shut or open; `unknown` if the file cannot be understood. */
  holds(account: AccountId): boolean | 'unknown' {
    if (this.#keys === 'unreadable') return 'unknown';
    return this.#keys !== 'none' && account in this.#keys.items;
  }

  /**
   * Choose the passphrase of this machine; open when it succeeds.
   *
   * @returns `passcodeTooShort`; `storage` if the disk refuses or something is there already, readable or not.
   */
  create(passphrase: string): Promise<Result<void>> {
    return this.#inTurn(async () => {
      if ([...passphrase.normalize('NFC')].length < shortestPassphrase) {
        return fail({ kind: 'passcodeTooShort', atLeast: shortestPassphrase });
      }
      const recipe = this.#sealing.recipe();
      const key = await this.#sealing.derive(passphrase, recipe);
      if (this.#keys !== 'none') return notStored;
      // What a person set aside is still on the disk, and stays.
      const before = Before.safeParse(this.#file.load().raw).data?.before;
      const keys = {
        ...{ version: 1 as const, recipe, proof: this.#sealing.seal(key, proof), wrongTries: 0, items: {} },
        ...(before === undefined ? {} : { before }),
      };
      if (!this.#save(keys) || !this.#isOnDisk(key)) return notStored;
      this.#key = key;
      return ok();
    });
  }

  /**
   * Judge a passphrase; open when it is the one. A wrong one changes nothing but the count of wrong tries.
   *
   * @returns `wrongPasscode`, also for whatever is tried before the wait is over; `storage` if there is nothing to open.
   */
  unlock(passphrase: string): Promise<Result<void>> {
    return this.#inTurn(async () => {
      const keys = this.#keys;
      if (keys === 'none' || keys === 'unreadable') return notStored;
      if (this.#wait !== null) return this.#wrong();
      // Counted before it is judged, so that ending the app in between makes no guess free.
      this.#count(keys.wrongTries + 1);
      const key = await this.#sealing.derive(passphrase, keys.recipe);
      if (this.#sealing.open(key, keys.proof) !== proof) {
        this.#log.warn('passphraseVault.wrong', { tries: keys.wrongTries + 1 });
        this.#startWait(keys.wrongTries + 1);
        return this.#wrong();
      }
      this.#count(0);
      this.#key = key;
      return ok();
    });
  }

  /**
   * The person's own decision to begin anew: what is there, readable or not, stays on the disk and is no longer used.
   *
   * @returns false if the disk refuses; nothing has changed then.
   */
  setAside(): boolean {
    const raw = z.looseObject({}).safeParse(this.#file.load().raw).data ?? {};
    // One is kept, not one inside the other.
    const { before, ...now } = raw;
    if (!this.#file.save({ before: Object.keys(now).length > 0 ? now : before })) return false;
    this.#forget();
    this.#keys = 'none';
    return true;
  }

  /** Shut: `locked`. */
  async read(account: AccountId): Promise<VaultRead> {
    if (this.#keys === 'none') return { kind: 'absent' };
    if (this.#keys === 'unreadable' || this.#key === null) return { kind: 'locked' };
    const sealed = this.#keys.items[account];
    if (sealed === undefined) return { kind: 'absent' };
    const secret = this.#open(this.#key, account, sealed);
    return secret === null ? { kind: 'unavailable' } : { kind: 'found', secret };
  }

  /** Shut: `locked`. The disk refuses: `denied`, and what was there is there still. */
  async write(account: AccountId, secret: string): Promise<VaultWrite> {
    if (this.#keys === 'none') return { kind: 'unavailable' };
    if (this.#keys === 'unreadable' || this.#key === null) return { kind: 'locked' };
    const sealed = this.#sealing.seal(this.#key, JSON.stringify({ account, secret }));
    const items = { ...this.#keys.items, [account]: sealed };
    if (!this.#save({ ...this.#keys, items })) return { kind: 'denied' };
    const written = this.#itemOnDisk(account);
    return written !== null && this.#open(this.#key, account, written) === secret
      ? { kind: 'written' }
      : { kind: 'unavailable' };
  }

  /** Works while shut: what is sealed needs no key to be dropped. */
  async erase(account: AccountId): Promise<VaultErase> {
    if (this.#keys === 'none') return { kind: 'erased' };
    if (this.#keys === 'unreadable') return { kind: 'locked' };
    // Saved even if it is not in there: after a kill half-way through a save, the file's copy may have it still.
    const items = Object.fromEntries(Object.entries(this.#keys.items).filter(([id]) => id !== account));
    if (!this.#save({ ...this.#keys, items })) return { kind: 'denied' };
    return this.#itemOnDisk(account) === null ? { kind: 'erased' } : { kind: 'unavailable' };
  }

  /** Shut: the key leaves the memory. */
  dispose(): void {
    this.#forget();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #open(key: SealingKey, account: AccountId, sealed: string): string | null {
    const item = Item.safeParse(parsed(this.#sealing.open(key, sealed)));
    return item.success && item.data.account === account ? item.data.secret : null;
  }

  /** A try more, or none any more. On a disk that takes nothing it counts until quit. */
  #count(wrongTries: number): void {
    if (typeof this.#keys === 'string' || this.#keys.wrongTries === wrongTries) return;
    const keys = { ...this.#keys, wrongTries };
    if (!this.#save(keys)) this.#keys = keys;
  }

  #startWait(wrongTries: number): void {
    if (wrongTries < freeTries) return;
    const forMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (wrongTries - freeTries));
    // By the running clock: setting the wall clock forward ends no wait.
    const undo = this.#clock.after(forMs, () => (this.#wait = null));
    this.#wait = { startedAt: this.#clock.now(), forMs, undo };
  }

  #wrong(): Result<void> {
    const wait = this.#wait;
    if (wait === null) return fail({ kind: 'wrongPasscode', retryAfterMs: 0 });
    const passedMs = Math.max(0, this.#clock.now() - wait.startedAt);
    return fail({ kind: 'wrongPasscode', retryAfterMs: Math.max(1, wait.forMs - passedMs) });
  }

  #forget(): void {
    this.#key = null;
    this.#wait?.undo();
    this.#wait = null;
  }

  #save(keys: SealedKeys): boolean {
    if (!this.#file.save(keys)) return false;
    this.#keys = keys;
    return true;
  }

  #load(): SealedKeys | 'none' | 'unreadable' {
    const { raw, setAside } = this.#file.load();
    const keys = SealedKeys.safeParse(raw);
    if (keys.success) return keys.data;
    return !setAside && Before.safeParse(raw).success ? 'none' : 'unreadable';
  }

  /** The sealed item as a restart would find it. */
  #itemOnDisk(account: AccountId): string | null {
    const keys = this.#load();
    return typeof keys === 'string' ? null : (keys.items[account] ?? null);
  }

  #isOnDisk(key: SealingKey): boolean {
    const keys = this.#load();
    return typeof keys !== 'string' && this.#sealing.open(key, keys.proof) === proof;
  }
}

/** The file while there is no vault in it. */
const Before = z.strictObject({ before: z.unknown().optional() });

const notStored = fail({ kind: 'storage', reason: 'failed' });

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
