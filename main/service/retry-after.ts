import { daysSince1970 } from './calendar.ts';

/** No service is believed that wants to be left alone for longer. */
export const longestWaitMs = 15 * 60_000;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * How long a `Retry-After` header (RFC 9110 §10.2.3: seconds, or an IMF-fixdate) asks to wait, in milliseconds.
 *
 * @param now by this device's clock, which decides only if the service does not say what time it has (`date`)
 * @returns `null` if it is absent or says nothing sensible; at most {@link longestWaitMs}.
 */
export function retryAfterMs(header: string | null, now: number, date?: string): number | null {
  const text = header?.trim() ?? '';
  const theirs = readDate(date?.trim() ?? '');
  const since = Number.isNaN(theirs) ? now : theirs;
  const wait = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : readDate(text) - since;
  return Number.isNaN(wait) ? null : Math.min(longestWaitMs, Math.max(0, Math.ceil(wait)));
}

/** An IMF-fixdate (RFC 9110 §5.6.7) in milliseconds since 1970, or NaN. */
export function readDate(text: string): number {
  const found = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text);
  if (found === null) return NaN;
  const month = months.indexOf(found[2] ?? '');
  if (month < 0) return NaN;
  const [day, year, hours, minutes, seconds] = [1, 3, 4, 5, 6].map((group) => Number(found[group]));
  const days = daysSince1970(year ?? NaN, month, day ?? NaN);
  return (((days * 24 + (hours ?? NaN)) * 60 + (minutes ?? NaN)) * 60 + (seconds ?? NaN)) * 1000;
}
