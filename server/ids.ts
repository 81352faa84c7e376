import { createHash, randomBytes } from 'node:crypto';

/** A server id in the form the field expects: 24 hex characters, the first eight a time in seconds. */
export function newId(nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000) % 2 ** 32;
  return seconds.toString(16).padStart(8, '0') + randomBytes(8).toString('hex');
}

/** 256 random bits for a bearer of it; base64url, so it needs no escaping anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What the database keeps of a session token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
