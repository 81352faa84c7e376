/** The core has no `Date`; what the wire says of days is reckoned here. */

/** Days of the Gregorian calendar; `month` from 0. Years are counted from March, so that the leap day comes last. */
export function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month < 2 ? year - 1 : year;
  const monthsSinceMarch = (month + 10) % 12;
  const dayOfYear = Math.floor((153 * monthsSinceMarch + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

const isoTime =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** Milliseconds since 1970 of an ISO-8601 time with its zone, or null. */
export function readIsoTime(text: string): number | null {
  const found = isoTime.exec(text);
  if (found === null) return null;
  const [, year, month, day, hours, minutes, seconds, fraction, sign, zoneHours, zoneMinutes] = found;
  const days = daysSince1970(Number(year), Number(month) - 1, Number(day));
  const zone = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * (sign === '-' ? -1 : 1);
  const wholeSeconds = ((days * 24 + Number(hours)) * 60 + Number(minutes) - zone) * 60 + Number(seconds);
  return wholeSeconds * 1000 + Number(`${fraction ?? ''}000`.slice(0, 3));
}
