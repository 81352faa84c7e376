import { z } from 'zod';
import { AppUserId, ClientId, EpochMs, UserId } from '../../contract/ids.ts';

const Credential = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('jwt'), jwt: z.string() }).readonly(),
  z.object({ kind: z.literal('session'), sessionToken: z.string() }).readonly(),
]);

const Refused = z.enum(['expired', 'revoked', 'jwtRequired']);

/** What a passcode seals: whoever has this reads the history and speaks for the person. */
const Secrets = z.object({
  /** 64 hex characters. */
  databaseKey: z.string().regex(/^[0-9a-f]{64}$/),
  clientId: ClientId,
  /** Absent until the service knows this person. */
  appUserId: AppUserId.nullable(),
  credential: Credential.nullable(),
  /** What gets the next JWT without asking the person. */
  refreshToken: z.string().nullable(),
  /** When the JWT ends, by the business's clock. */
  expiresAt: EpochMs.nullable(),
  /** Set once the service has refused the credential; a new login clears it. */
  refused: Refused.nullable(),
});

/** What the list of accounts shows of a person; readable without their passcode, in an open keychain. */
const Card = z.object({
  /** Absent for an anonymous person. */
  userId: UserId.nullable(),
  name: z.string().nullable(),
  /** Whether a JWT proved the userId when it was last proven. */
  verified: z.boolean(),
  /** As it was when they left. */
  unread: z.int().nonnegative(),
  lastUsedAt: EpochMs,
});
export type Card = z.infer<typeof Card>;

const Terms = z.object({
  /** False: this account does not outlive its session. */
  remember: z.boolean(),
});

/** One account, opened, as the core works with it. */
export type AccountRecord = Readonly<z.infer<typeof Secrets> & Card & z.infer<typeof Terms>>;

/** A recipe read from a disk is tried only up to eight times today's cost. */
const Recipe = z.object({
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  cost: z.object({
    N: z
      .int()
      .min(2)
      .max(2 ** 19),
    r: z.int().min(1).max(8),
    p: z.int().min(1).max(2),
  }),
});

const Stored = z.object({
  version: z.literal(2),
  card: Card,
  ...Terms.shape,
  /** Wrong passcodes in a row. */
  wrongTries: z.int().nonnegative(),
  secrets: z.union([
    z.object({ open: Secrets }),
    z.object({ sealed: z.object({ recipe: Recipe, box: z.string() }) }),
  ]),
});
/** One account as the keychain holds it, and nothing else on disk does. */
export type Stored = z.infer<typeof Stored>;

/** As it was before there were cards and passcodes. */
const StoredV1 = z.object({
  version: z.literal(1),
  ...Secrets.omit({ refreshToken: true, expiresAt: true }).shape,
  userId: UserId.nullable(),
  name: z.string().nullable(),
});

/** Null for what is not an account's item, or one of a newer version. */
export function parseStored(text: string): Stored | null {
  const raw = parseJson(text);
  const now = Stored.safeParse(raw);
  if (now.success) return now.data;
  const before = StoredV1.safeParse(raw);
  return before.success ? upgraded(before.data) : null;
}

function upgraded({ userId, name, ...rest }: z.infer<typeof StoredV1>): Stored {
  const secrets = Secrets.parse({ ...rest, refreshToken: null, expiresAt: null });
  const verified = secrets.credential?.kind === 'jwt';
  return {
    version: 2,
    card: { userId, name, verified, unread: 0, lastUsedAt: EpochMs.parse(0) },
    remember: true,
    wrongTries: 0,
    secrets: { open: secrets },
  };
}

/** The record as it is stored where no passcode is set. */
export function storedOpen(record: AccountRecord): Stored {
  return { ...outside(record), secrets: { open: secretsOf(record) } };
}

/** What goes into the box under a passcode. It names its account, so that no box opens in another's place. */
export function boxContent(account: string, record: AccountRecord): string {
  return JSON.stringify({ account, secrets: secretsOf(record) });
}

export function storedSealed(
  record: AccountRecord,
  sealed: { readonly recipe: z.infer<typeof Recipe>; readonly box: string },
): Stored {
  return { ...outside(record), secrets: { sealed } };
}

/** The record again, from what was readable and what was in the box; null if the box is not this account's. */
export function recordFromBox(account: string, stored: Stored, content: string): AccountRecord | null {
  const box = z.object({ account: z.literal(account), secrets: Secrets }).safeParse(parseJson(content));
  return box.success ? recordOf(stored, box.data.secrets) : null;
}

export function recordOf({ card, remember }: Stored, secrets: z.infer<typeof Secrets>): AccountRecord {
  return { ...card, remember, ...secrets };
}

function outside({ userId, name, verified, unread, lastUsedAt, remember }: AccountRecord) {
  return {
    version: 2 as const,
    card: { userId, name, verified, unread, lastUsedAt },
    remember,
    wrongTries: 0,
  };
}

function secretsOf(record: AccountRecord): z.infer<typeof Secrets> {
  const { databaseKey, clientId, appUserId, credential, refreshToken, expiresAt, refused } = record;
  return { databaseKey, clientId, appUserId, credential, refreshToken, expiresAt, refused };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
