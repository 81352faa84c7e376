/**
 * Beside the documented `X-API-Key`, each delivery carries when it was sent and an HMAC over time and body, so that a
 * receiver can tell a delivery from a repetition of one without the secret ever being compared in the open.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const timestampHeader = 'X-Webhook-Timestamp';
export const signatureHeader = 'X-Webhook-Signature';

/** A delivery older or newer than this is none. */
const windowSeconds = 300;

export function signatureHeaders(secret: string, body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  return { [timestampHeader]: timestamp, [signatureHeader]: sign(secret, timestamp, body) };
}

/** For a receiver: whether these headers were sent with this body by someone who knows the secret, just now. */
export function isSigned(
  secret: string,
  { timestamp, signature }: { timestamp: string; signature: string },
  body: string,
  nowMs: number,
): boolean {
  const age = Math.abs(nowMs / 1000 - Number(timestamp));
  const [expected, shown] = [sign(secret, timestamp, body), signature].map((text) => Buffer.from(text));
  if (!expected || expected.length !== shown?.length) return false;
  return timingSafeEqual(expected, shown) && /^\d{1,11}$/.test(timestamp) && age <= windowSeconds;
}

function sign(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex')}`;
}
