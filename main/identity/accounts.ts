import { z } from 'zod';
import { fail, ok, type Result } from '../../contract/failure.ts';
import { AccountId, AppUserId, ClientId, type UserId, UserId as UserIdSchema } from '../../contract/ids.ts';
import type { KeychainTrouble } from '../../contract/session.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { Random } from '../ports/random.ts';
import type { Vault } from '../ports/vault.ts';

const StoredCredential = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('jwt'), jwt: z.string() }).readonly(),
  z.object({ kind: z.literal('session'), sessionToken: z.string() }).readonly(),
]);

/** One account as the keychain holds it, and nothing else on disk does. */
export const AccountRecord = z
  .object({
    version: z.literal(1),
    /** 64 hex characters. */
    databaseKey: z.string().regex(/^[0-9a-f]{64}$/),
    clientId: ClientId,
    /** Absent for an anonymous person. */
    userId: UserIdSchema.nullable(),
    name: z.string().nullable(),
    /** Absent until the service knows this person. */
    appUserId: AppUserId.nullable(),
    credential: StoredCredential.nullable(),
    /** Set once the service has refused the credential; a new login clears it. */
    refused: z.enum(['expired', 'revoked', 'jwtRequired']).nullable(),
  })
  .readonly();
export type AccountRecord = z.infer<typeof AccountRecord>;

export interface RememberedAccount {
  readonly id: AccountId;
  readonly record: AccountRecord;
}

/** `missing`: the keychain is open but the item of a remembered account is not in it. */
export type AccountAnswer =
  | { readonly kind: 'found'; readonly record: AccountRecord }
  | { readonly kind: 'missing' }
  | { readonly kind: KeychainTrouble };

/** Whom this device remembers: ids in the device state, everything about them in the keychain. */
export class Accounts {
  readonly #vault: Vault;
  readonly #device: DeviceState;
  readonly #random: Random;

  constructor({ vault, device, random }: { vault: Vault; device: DeviceState; random: Random }) {
    this.#vault = vault;
    this.#device = device;
    this.#random = random;
  }

  /** A new anonymous account with its own key and its own client id; nothing is written yet. */
  draw(): RememberedAccount {
    return {
      id: AccountId.parse(this.#random.hex(16)),
      record: {
        version: 1,
        databaseKey: this.#random.hex(32),
        clientId: ClientId.parse(this.#random.hex(16)),
        userId: null,
        name: null,
        appUserId: null,
        credential: null,
        refused: null,
      },
    };
  }

  async read(account: AccountId): Promise<AccountAnswer> {
    const answer = await this.#vault.read(account);
    if (answer.kind === 'absent') return { kind: 'missing' };
    if (answer.kind !== 'found') return answer;
    const record = parseRecord(answer.secret);
    return record === null ? { kind: 'missing' } : { kind: 'found', record };
  }

  /** Durable and read back when it succeeds. */
  async write({ id, record }: RememberedAccount): Promise<Result<void>> {
    const answer = await this.#vault.write(id, JSON.stringify(record));
    return answer.kind === 'written' ? ok() : fail({ kind: 'keychain', trouble: answer.kind });
  }

  /** The remembered account of `userId`, or null. An item that is missing hides nobody else's. */
  async find(userId: UserId): Promise<Result<RememberedAccount | null>> {
    for (const id of this.#device.accounts()) {
      const answer = await this.read(id);
      if (answer.kind === 'found' && answer.record.userId === userId)
        return ok({ id, record: answer.record });
      if (answer.kind !== 'found' && answer.kind !== 'missing') {
        return fail({ kind: 'keychain', trouble: answer.kind });
      }
    }
    return ok(null);
  }
}

function parseRecord(secret: string): AccountRecord | null {
  try {
    const parsed = AccountRecord.safeParse(JSON.parse(secret));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
