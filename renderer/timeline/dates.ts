import type { Message } from '../../contract/model.ts';
import { locale, strings } from '../strings/strings.ts';

/** When a message was sent, as shown: the service's time, else this device's. Null if neither is known. */
export function shownAt(message: Message): number | null {
  return message.received ?? message.composedAt;
}

/** The local midnight at which the day of `at` begins. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** "Today", "Yesterday", the weekday within a week, else the full date. Both are local midnights. */
export function dayLabel(day: number, today: number): string {
  // Rounded, because a day with a clock change has 23 or 25 hours.
  const daysAgo = Math.round((today - day) / 86_400_000);
  if (daysAgo === 0) return strings.timeline.today;
  if (daysAgo === 1) return strings.timeline.yesterday;
  if (daysAgo > 1 && daysAgo < 7) return format(day, { weekday: 'long' });
  return format(day, { day: 'numeric', month: 'long', year: 'numeric' });
}

export function clockTime(at: number): string {
  return format(at, { timeStyle: 'short' });
}

/** The whole truth, for a tooltip: date, time and zone. */
export function fullTime(at: number): string {
  return format(at, { dateStyle: 'full', timeStyle: 'long' });
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs more than using it a hundred times. */
function format(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale()} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  formats.set(key, known);
  return known.format(at);
}

/** The local midnight at which the day of a date field begins, or one `daysLater`; null for an empty or half-filled field. */
export function midnightOf(field: string, daysLater = 0): number | null {
  const [year, month, day] = /^\d{4,}-\d\d-\d\d$/.test(field) ? field.split('-').map(Number) : [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const midnight = new Date(year, month - 1, day + daysLater).getTime();
  return Number.isNaN(midnight) ? null : midnight;
}

/** As a date field has it: the local day of `at`. */
export function dateField(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
