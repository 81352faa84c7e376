import { SignJWT } from 'jose';
import type { RunningService } from '../../server/running-service.ts';

/** A JWT as the customer's own system would make it. */
export function jwtFor(
  service: RunningService,
  userId: string,
  how: { readonly expiresInSeconds?: number; readonly secret?: string } = {},
): Promise<string> {
  const { id, secret } = service.ready.appKey;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ scope: 'appUser', userId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: id })
    .setExpirationTime(now + (how.expiresInSeconds ?? 3_600))
    .sign(new TextEncoder().encode(how.secret ?? secret));
}
