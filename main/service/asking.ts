/** How the service is asked, and by whom: what `client.ts` is made of. */
import type { AppUserId, ClientId, EpochMs } from '../../contract/ids.ts';
import type { Authorization, HttpForm, HttpRequest } from '../ports/http.ts';
import type { Credential, Speaker } from '../ports/service.ts';
import type { Signal } from '../ports/signal.ts';
import { isRecord } from './wire.ts';

/** Who asks; the configuration and the sign-in are asked by nobody in particular. */
export type Asker = Omit<Speaker, 'clientId'> & { readonly clientId: ClientId | null };

export interface Exchange {
  readonly method: HttpRequest['method'];
  readonly url: string;
  readonly appUserId?: AppUserId | null | undefined;
  readonly json?: object | undefined;
  readonly form?: HttpForm | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: Signal | undefined;
}

/** How to take an answer. */
export interface Judged<T> {
  /** The call, named as in the port. */
  readonly door: string;
  readonly who: Asker;
  /** The value of a 2xx, `null` for a shape we do not know. */
  read(body: unknown, madeAt: EpochMs | null): T | null;
  /** True if a 2xx need not say anything. */
  readonly mayBeEmpty?: boolean;
}

/** One request to the app. */
export interface Ask<T> extends Judged<T>, Omit<Exchange, 'url'> {
  /** Below the app. */
  readonly path: string;
}

export const nobody: Asker = { clientId: null, userId: null, credential: null };

/** Basic needs the app user's id; a request that creates or finds one goes without. */
export function writeAuthorization(
  credential: Credential,
  appUserId: AppUserId | null,
): Authorization | null {
  if (credential.kind === 'jwt') return { scheme: 'bearer', token: credential.jwt };
  return appUserId && { scheme: 'basic', user: appUserId, password: credential.sessionToken };
}

/** A JWT is pasted by people; what cannot stand in a header cannot be one. */
export function isWritable(credential: Credential | null): boolean {
  return credential?.kind !== 'jwt' || /^[\w.=+/-]+$/.test(credential.jwt);
}

export function isEmpty(body: unknown): boolean {
  return body === undefined || (isRecord(body) && Object.keys(body).length === 0);
}
