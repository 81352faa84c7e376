/**
 * Who is asking: from the `Authorization` header to a credential that has been verified as far as it can be without
 * knowing what is asked for. Whether it may touch a given user is decided in `users.ts`, in the transaction that does.
 */
import { timingSafeEqual } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { Refusal } from './errors.ts';
import { hashToken } from './ids.ts';
import type { Store } from './store.ts';

export type Credential =
  | { readonly kind: 'none' }
  /** Basic `appUser._id:sessionToken`; not looked up yet. */
  | { readonly kind: 'session'; readonly appUserId: string; readonly hash: string }
  /** A verified JWT of an end user. `expiresAt` is in ms; null if it never expires. */
  | {
      readonly kind: 'jwt';
      readonly keyId: string;
      readonly userId: string;
      readonly expiresAt: number | null;
    };

interface Doorway {
  readonly store: Store;
  now(): number;
}

/** @throws {Refusal} `invalid_auth` for a bearer that does not hold. A malformed Basic header counts as none. */
export async function readCredential(header: string | undefined, doorway: Doorway): Promise<Credential> {
  const bearer = bearerOf(header);
  if (bearer !== null) return verifyUserJwt(bearer, doorway);
  const basic = basicOf(header);
  return basic === null
    ? { kind: 'none' }
    : { kind: 'session', appUserId: basic.name, hash: hashToken(basic.secret) };
}

/** A JWT with scope `user` or `appUser`, its user named by `userId` or `external_id` (they must agree). */
export async function verifyUserJwt(token: string, doorway: Doorway): Promise<Credential & { kind: 'jwt' }> {
  const { keyId, payload } = await verifyJwt(token, doorway);
  const claims = UserClaims.safeParse(payload);
  if (!claims.success) throw new Refusal('invalid_auth');
  const { userId, external_id: externalId, exp } = claims.data;
  const named = userId ?? externalId;
  if (named === undefined || (externalId ?? named) !== named) throw new Refusal('invalid_auth');
  return { kind: 'jwt', keyId, userId: named, expiresAt: exp === undefined ? null : exp * 1000 };
}

/** The business: Basic `keyId:secret`, or a JWT with scope `app`. @throws {Refusal} otherwise. */
export async function requireBusiness(header: string | undefined, doorway: Doorway): Promise<void> {
  const bearer = bearerOf(header);
  if (bearer !== null) {
    const { payload } = await verifyJwt(bearer, doorway);
    if (payload['scope'] !== 'app') throw new Refusal('forbidden');
    return;
  }
  const basic = basicOf(header);
  if (basic === null) throw new Refusal('unauthorized');
  const key = await doorway.store.transaction((tx) => tx.key(basic.name));
  if (!sameSecret(key?.secret ?? '', basic.secret) || key === null) throw new Refusal('invalid_auth');
}

const UserClaims = z.object({
  scope: z.enum(['user', 'appUser']),
  userId: z.string().min(1).max(512).optional(),
  external_id: z.string().min(1).max(512).optional(),
  exp: z.number().optional(),
});

const maxTokenLength = 8_192;
const compactForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Smooch's order: form, `alg`, live key by `kid`, signature, then times. The key is looked up every time. */
async function verifyJwt(
  token: string,
  { store, now }: Doorway,
): Promise<{ keyId: string; payload: JWTPayload }> {
  const keyId = kidOf(token);
  const key = keyId === null ? null : await store.transaction((tx) => tx.key(keyId));
  if (key === null) throw new Refusal('invalid_auth');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(key.secret), {
      algorithms: ['HS256'],
      currentDate: new Date(now()),
    });
    return { keyId: key.id, payload };
  } catch {
    throw new Refusal('invalid_auth');
  }
}

function kidOf(token: string): string | null {
  if (token.length > maxTokenLength || !compactForm.test(token) || !isCanonical(token)) return null;
  try {
    const { kid } = decodeProtectedHeader(token);
    return typeof kid === 'string' && /^[\w-]{1,64}$/.test(kid) ? kid : null;
  } catch {
    return null;
  }
}

/** One token has one spelling: decoders forgive stray bits at the end of a part, we do not. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function bearerOf(header: string | undefined): string | null {
  return /^bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null;
}

function basicOf(header: string | undefined): { name: string; secret: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/_=-]{1,2048})$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 1 ? null : { name: decoded.slice(0, colon), secret: decoded.slice(colon + 1) };
}

function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)));
}
