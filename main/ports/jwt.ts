import { z } from 'zod';
import { EpochMs } from '../../contract/ids.ts';

/** What a JWT says of itself. Read without belief: whether any of it is true only the service can tell. */
export interface JwtClaims {
  /** `external_id` is its newer name (smooch-sdk-api D.6). */
  readonly userId: string | null;
  /** By the clock of whoever minted it. */
  readonly issuedAt: EpochMs | null;
  readonly expiresAt: EpochMs | null;
}

const seconds = z
  .number()
  .nonnegative()
  .max(1e11)
  .transform((time) => EpochMs.parse(Math.round(time * 1000)))
  .nullable()
  .catch(null);
const name = z.string().nullable().catch(null);
const Claims = z.object({
  userId: name.optional(),
  external_id: name.optional(),
  iat: seconds.optional(),
  exp: seconds.optional(),
});

/** Null for what is no JWT. */
export function readJwt(jwt: string): JwtClaims | null {
  const claims = Claims.safeParse(parseJson(decodeBase64Url(jwt.split('.')[1] ?? '')));
  if (!claims.success) return null;
  const { userId, external_id: externalId, iat, exp } = claims.data;
  return { userId: userId ?? externalId ?? null, issuedAt: iat ?? null, expiresAt: exp ?? null };
}

function parseJson(latin1: string): unknown {
  try {
    const utf8 = latin1.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
    return JSON.parse(decodeURIComponent(utf8));
  } catch {
    return null;
  }
}

/** Bytes as Latin-1 characters. */
function decodeBase64Url(encoded: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  let decoded = '';
  let bits = 0;
  let held = 0;
  for (const letter of encoded) {
    const value = alphabet.indexOf(letter);
    if (value < 0) break;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    decoded += String.fromCharCode((held >> bits) & 0xff);
  }
  return decoded;
}
