import type { Failure } from '../../contract/failure.ts';
import { WireError } from '../../contract/sdk-api.ts';
import { normalizeText } from '../../contract/text.ts';
import type { HttpAnswer } from '../ports/http.ts';
import { readJwt } from '../ports/jwt.ts';
import type { Credential } from '../ports/service.ts';
import { retryAfterMs } from './retry-after.ts';

/** What was asked, as far as it decides what a refusal means. */
export interface Asked {
  /** The call, named as in the port. */
  readonly door: string;
  /** The credential that went along. */
  readonly credential: Credential | null;
  /** True if it was made in the name of a userId. */
  readonly identified: boolean;
  /** Now, in milliseconds since 1970. */
  readonly now: number;
}

type SignedOutReason = Extract<Failure, { kind: 'signedOut' }>['reason'];
type Answered = Extract<HttpAnswer, { kind: 'answer' }>;

/**
 * What an answer that is not the hoped-for one means. A 4xx counts as the service's word only if it carries the service's
 * error body: a proxy's 401 or 404 page must not sign anybody out or lose a message.
 */
export function failureOf(answer: HttpAnswer, asked: Asked): Failure {
  switch (answer.kind) {
    case 'unreachable':
    case 'aborted':
      return { kind: 'offline' };
    case 'timeout':
    case 'garbled':
      return { kind: 'unavailable' };
    case 'answer':
      return refusalOf(answer, asked);
  }
}

function refusalOf(answer: Answered, asked: Asked): Failure {
  const { status, retryAfter, date } = answer;
  if (status === 429 || status === 503) {
    const wait = retryAfterMs(retryAfter, asked.now, date);
    return wait === null ? { kind: 'unavailable' } : { kind: 'throttled', retryAfterMs: wait };
  }
  if (status < 400 || status >= 500) return { kind: 'unavailable' };
  if (status === 413) return rejected('payload_too_large', '');
  const error = WireError.safeParse(answer.json);
  return error.success ? spokenRefusal(status, error.data.error, asked) : strangeRefusal(status, asked);
}

/** A 4xx with the service's own error body. */
function spokenRefusal(status: number, error: { code: string; description: string }, asked: Asked): Failure {
  const { door } = asked;
  if (status === 401) {
    return door === 'signIn' ? { kind: 'wrongPassword' } : { kind: 'signedOut', reason: reasonOf(asked) };
  }
  // The service knows who we are and does not let us: no later message would fare better.
  if (status === 403) return { kind: 'signedOut', reason: 'otherUser' };
  if (status === 404 && (door === 'config' || error.code === 'app_not_found')) return { kind: 'unknownApp' };
  // The user is gone (deleted, or merged away); what proved them proves nothing any more.
  if (status === 404 && (door === 'user' || error.code === 'user_not_found')) {
    return { kind: 'signedOut', reason: 'invalid' };
  }
  return isPassing(status) ? { kind: 'unavailable' } : rejected(error.code, error.description);
}

/** A 4xx of somebody between us and the service, or of a service we do not understand. */
function strangeRefusal(status: number, { door }: Asked): Failure {
  // A firewall that dislikes one message must not hold up those behind it for ever.
  const final = status === 403 ? door === 'send' || door === 'sendFile' : ![401, 404].includes(status);
  return final && door !== 'config' && !isPassing(status)
    ? rejected(`http_${status}`, '')
    : { kind: 'unavailable' };
}

/** Proxy authentication, request time-out, misdirected, too early, legal reasons, network authentication. */
function isPassing(status: number): boolean {
  return [407, 408, 421, 425, 451].includes(status);
}

function reasonOf({ credential, identified, now }: Asked): SignedOutReason {
  if (credential?.kind === 'jwt') return isExpired(credential.jwt, now) ? 'expired' : 'invalid';
  return identified ? 'jwtRequired' : 'invalid';
}

function rejected(code: string, description: string): Failure {
  const say = (text: string, limit: number): string => normalizeText(text.slice(0, limit));
  return { kind: 'rejected', code: say(code, 64), description: say(description, 500) };
}

/** Whether the token itself says that its time is over: this only chooses the sentence shown. */
function isExpired(jwt: string, now: number): boolean {
  return (readJwt(jwt)?.expiresAt ?? Infinity) <= now;
}
