import { unreachable } from '../../contract/failure.ts';
import type { Failure } from '../../contract/failure.ts';
import type { Refusal } from '../../contract/model.ts';
import type { KeychainTrouble } from '../../contract/session.ts';
import { locale, strings } from '../strings/strings.ts';
import { shownLimit } from '../ui/sizes.ts';

/** What a failure means to a person, and what to do now. */
export function sentenceFor(failure: Failure): string {
  const say = strings.failures;
  switch (failure.kind) {
    case 'offline':
      return say.offline;
    case 'throttled':
      return say.throttled(Math.ceil(failure.retryAfterMs / 1000));
    case 'unavailable':
      return say.unavailable;
    case 'signedOut':
      return say.signedOut[failure.reason];
    case 'wrongPassword':
      return say.wrongPassword;
    case 'rejected':
      return say.rejected(failure.description);
    case 'malformed':
      return say.malformed;
    case 'unknownApp':
      return say.unknownApp;
    case 'unconfigured':
      return say.unconfigured;
    case 'superseded':
      return say.superseded;
    case 'sessionOver':
      return say.sessionOver;
    case 'tooLong':
      return say.tooLong(failure.limit);
    case 'tooLarge':
      return say.tooLarge(shownLimit(failure.limit, locale()));
    case 'media':
      return say.media[failure.trouble];
    case 'alreadySent':
      return say.alreadySent;
    case 'wrongPasscode':
      return say.wrongPasscode(Math.ceil(failure.retryAfterMs / 1000));
    case 'passcodeNeeded':
      return say.passcodeNeeded;
    case 'passcodeTooShort':
      return say.passcodeTooShort(failure.atLeast);
    case 'forbidden':
      return say.forbidden;
    case 'questionOpen':
      return say.questionOpen;
    case 'staleLink':
      return say.staleLink;
    case 'keychain':
      return keychainAdvice(failure.trouble);
    case 'storage':
      return say.storage[failure.reason];
    default:
      return unreachable(failure);
  }
}

export function keychainHeading(trouble: KeychainTrouble): string {
  return strings.keychain.heading[trouble];
}

export function keychainAdvice(trouble: KeychainTrouble): string {
  return strings.keychain.advice[trouble];
}

/** Why one message was refused: by the code that we know, else in the service's own words, where it says anything. */
export function refusalReason(refusal: Refusal | null): string | null {
  const known: Readonly<Record<string, string>> = strings.timeline.refused;
  const reason = refusal?.description.trim() ?? '';
  const own = known[refusal?.code ?? ''];
  return own ?? (reason === '' ? null : strings.timeline.failedDetail(reason));
}
