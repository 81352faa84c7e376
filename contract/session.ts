import { z } from 'zod';
import { Epoch, EpochMs, UserId } from './ids.ts';

/** Where this session's data rests. `memory`: nothing is written, and everything is gone at quit. */
export const Persistence = z.enum(['disk', 'memory']);
export type Persistence = z.infer<typeof Persistence>;

/**
 * Why a remembered session cannot be opened right now. Nothing is lost in any of these states. `missing`: the keychain is
 * open, but the key of a remembered account is not in it (any more).
 */
export const KeychainTrouble = z.enum(['locked', 'denied', 'unavailable', 'timeout', 'missing']);
export type KeychainTrouble = z.infer<typeof KeychainTrouble>;

/** How a locked session is opened again: by its passcode, or by signing in as the same person. */
export const Unlocking = z.discriminatedUnion('by', [
  z
    .object({
      by: z.literal('passcode'),
      /** After wrong tries: not before this moment of this device's clock. */
      notBefore: EpochMs.nullable(),
    })
    .readonly(),
  z.object({ by: z.literal('signIn') }).readonly(),
]);
export type Unlocking = z.infer<typeof Unlocking>;

/**
 * Who this device speaks as. Tokens are absent by design: nothing in `contract/` can hold a secret.
 */
export const Session = z.discriminatedUnion('kind', [
  /** Between launch and the first answer of the keychain. */
  z.object({ kind: z.literal('starting'), epoch: Epoch }).readonly(),
  /** No service is configured: nobody to talk to yet. */
  z.object({ kind: z.literal('unconfigured'), epoch: Epoch }).readonly(),
  /** The keychain does not hand out the key; `remembered` says whether a thread is waiting behind it. */
  z
    .object({
      kind: z.literal('keychainTrouble'),
      epoch: Epoch,
      trouble: KeychainTrouble,
      remembered: z.boolean(),
      /** Keys may be kept under a passphrase instead: `offered`, or `set` if some are already. */
      passphrase: z.enum(['none', 'offered', 'set']),
    })
    .readonly(),
  /** The session is closed and its key is gone from memory; nothing of its thread is here until it is unlocked. */
  z
    .object({
      kind: z.literal('locked'),
      epoch: Epoch,
      /** Absent for an anonymous person. */
      userId: UserId.nullable(),
      name: z.string().nullable(),
      unlocking: Unlocking,
    })
    .readonly(),
  z.object({ kind: z.literal('anonymous'), epoch: Epoch, persistence: Persistence }).readonly(),
  z
    .object({
      kind: z.literal('identified'),
      epoch: Epoch,
      persistence: Persistence,
      userId: UserId,
      name: z.string().nullable(),
      /** True if a JWT proved the userId. */
      verified: z.boolean(),
    })
    .readonly(),
  /** The cached thread stays readable; the service wants a new proof before anything is sent or fetched. */
  z
    .object({
      kind: z.literal('signInNeeded'),
      epoch: Epoch,
      persistence: Persistence,
      userId: UserId,
      name: z.string().nullable(),
      reason: z.enum(['expired', 'revoked', 'jwtRequired']),
    })
    .readonly(),
]);
export type Session = z.infer<typeof Session>;
