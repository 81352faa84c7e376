import { hash, randomBytes, randomFillSync } from 'node:crypto';

const randomPerId = 8;
/** Drawn for many ids at once: asking for eight bytes costs as much as asking for a thousand. */
const pool = Buffer.alloc(randomPerId * 128);
let used = pool.length;

/** A server id in the form the field expects: 24 hex characters, the first eight a time in seconds. */
export function newId(nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000) % 2 ** 32;
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += randomPerId;
  return seconds.toString(16).padStart(8, '0') + pool.toString('hex', used - randomPerId, used);
}

/** 256 random bits for a bearer of it; base64url, so it needs no escaping anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What the database keeps of a session token. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
