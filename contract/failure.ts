import { z } from 'zod';
import { MediaTrouble } from './media.ts';
import { KeychainTrouble } from './session.ts';

/**
 * Every failure we expect, sorted by what may be done next. A failure is a value (`Result`); a bug is thrown.
 * The sentences a person reads are the renderer's (`status/sentences.ts`).
 */
export const Failure = z.discriminatedUnion('kind', [
  /** No route to the service. */
  z.object({ kind: z.literal('offline') }).readonly(),
  /** The service asked us to wait. */
  z.object({ kind: z.literal('throttled'), retryAfterMs: z.int().nonnegative() }).readonly(),
  /** 5xx, time-out, or an answer that is not the service's (a proxy page, half a JSON). */
  z.object({ kind: z.literal('unavailable') }).readonly(),
  /** The credential itself is refused. */
  z
    .object({
      kind: z.literal('signedOut'),
      reason: z.enum(['expired', 'invalid', 'jwtRequired', 'otherUser']),
    })
    .readonly(),
  /** The business's own sign-in endpoint says no. */
  z.object({ kind: z.literal('wrongPassword') }).readonly(),
  /** The service says no to this one request, for good. */
  z.object({ kind: z.literal('rejected'), code: z.string(), description: z.string() }).readonly(),
  /** A shape we do not know; `where` names the door it came through. */
  z.object({ kind: z.literal('malformed'), where: z.string() }).readonly(),
  z.object({ kind: z.literal('unknownApp') }).readonly(),
  z.object({ kind: z.literal('unconfigured') }).readonly(),
  /** A later login, logout or switch took its place. */
  z.object({ kind: z.literal('superseded') }).readonly(),
  /** The session this request was made for is over. */
  z.object({ kind: z.literal('sessionOver') }).readonly(),
  z.object({ kind: z.literal('tooLong'), limit: z.int() }).readonly(),
  /** A file of more bytes than the service takes. */
  z.object({ kind: z.literal('tooLarge'), limit: z.int() }).readonly(),
  z.object({ kind: z.literal('media'), trouble: MediaTrouble }).readonly(),
  /** The service may have this message already: it can be neither changed nor taken back. */
  z.object({ kind: z.literal('alreadySent') }).readonly(),
  /** Not the passcode (or passphrase); the next try counts only after `retryAfterMs`. */
  z.object({ kind: z.literal('wrongPasscode'), retryAfterMs: z.int().nonnegative() }).readonly(),
  z.object({ kind: z.literal('passcodeNeeded') }).readonly(),
  z.object({ kind: z.literal('passcodeTooShort'), atLeast: z.int() }).readonly(),
  /** The organization does not allow it on this machine. */
  z.object({ kind: z.literal('forbidden') }).readonly(),
  /** Whether the conversation here comes along has to be answered first: `View.question`. */
  z.object({ kind: z.literal('questionOpen') }).readonly(),
  /** A sign-in link nobody here asked for, or one that came too late or a second time. */
  z.object({ kind: z.literal('staleLink') }).readonly(),
  z.object({ kind: z.literal('keychain'), trouble: KeychainTrouble }).readonly(),
  /** This device's disk: nothing was accepted, the text stays where it is. */
  z
    .object({ kind: z.literal('storage'), reason: z.enum(['full', 'readOnly', 'newerVersion', 'failed']) })
    .readonly(),
]);
export type Failure = z.infer<typeof Failure>;
export type FailureOf<K extends Failure['kind']> = Extract<Failure, { kind: K }>;

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export function ok(): Result<void>;
export function ok<T>(value: T): Result<T>;
export function ok<T>(value?: T): Result<T | undefined> {
  return { ok: true, value };
}

export function fail(failure: Failure): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure };
}

/** Closes a `switch` over a union: a new member then fails to compile instead of falling through. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
