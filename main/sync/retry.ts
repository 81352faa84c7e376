import { unreachable, type Failure } from '../../contract/failure.ts';
import type { Refusal } from '../../contract/model.ts';

/** What to do after a failed request. */
export type NextStep =
  /** Try again after this long. */
  | { readonly kind: 'wait'; readonly delayMs: number }
  /** Nothing helps but a new proof from the person. */
  | { readonly kind: 'signIn'; readonly reason: 'expired' | 'invalid' | 'jwtRequired' | 'otherUser' }
  /** The service will never take this one: set it aside, go on with the next. */
  | { readonly kind: 'park'; readonly refusal: Refusal }
  /** The session this belonged to is over. */
  | { readonly kind: 'stop' };

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

/** Exponential from one second to a minute; the upper half of each step is jitter, so that devices do not march together. */
export function backOff(attempt: number, random: number): number {
  const step = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 16));
  return Math.round(step / 2 + (step / 2) * random);
}

/**
 * The table of `house-style.md` §7.
 *
 * @param attempt failures in a row before this one, from 0
 * @param random uniform in [0, 1)
 */
export function nextStep(failure: Failure, attempt: number, random: number): NextStep {
  switch (failure.kind) {
    case 'offline':
    case 'unavailable':
    case 'storage':
    case 'unconfigured':
    case 'unknownApp':
    case 'keychain':
      return { kind: 'wait', delayMs: backOff(attempt, random) };
    case 'throttled':
      return { kind: 'wait', delayMs: failure.retryAfterMs };
    case 'signedOut':
      return { kind: 'signIn', reason: failure.reason };
    case 'rejected':
      return { kind: 'park', refusal: { code: failure.code, description: failure.description } };
    case 'malformed':
      return { kind: 'park', refusal: { code: 'malformed', description: failure.where } };
    case 'tooLong':
      return { kind: 'park', refusal: { code: 'too_long', description: String(failure.limit) } };
    case 'tooLarge':
      return { kind: 'park', refusal: { code: 'payload_too_large', description: String(failure.limit) } };
    case 'wrongPassword':
      return { kind: 'signIn', reason: 'invalid' };
    // The next ones are said of what a person asks for, never of a message.
    case 'wrongPasscode':
    case 'passcodeNeeded':
    case 'passcodeTooShort':
    case 'forbidden':
    case 'questionOpen':
    case 'staleLink':
    case 'alreadySent':
    case 'media':
    case 'superseded':
    case 'sessionOver':
      return { kind: 'stop' };
    default:
      return unreachable(failure);
  }
}
