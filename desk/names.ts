/** Names, times and texts as the desk writes them. Names come from strangers: they must not rearrange what is around them. */
import type { DeskConversation, DeskMessage } from '../contract/desk-api.ts';

/** Bidirectional controls, and the invisible characters that make two names look alike. */
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\p{Cc}]/gu;
/** More marks on one letter than any script needs: they would climb over the neighbours. */
const piledMarks = /(\p{M}{6})\p{M}+/gu;

export function nameOf({ name, id }: Pick<DeskConversation, 'name' | 'id'>): string {
  const clean = name.replace(invisible, '').replace(piledMarks, '$1').replace(/\s+/gu, ' ').trim();
  return clean === '' ? `Visitor ${id.slice(-4)}` : clean;
}

/** One or two letters for an avatar: of the first and the last word, or of what stands before the @. */
export function initials(name: string): string {
  const words = (name.split('@')[0] ?? '').split(/[\s._-]+/u).filter((word) => /^\p{L}+$/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.match(/[\p{L}\p{N}]/u)?.[0] ?? '')
    .join('');
  return letters === '' ? '?' : letters.toLocaleUpperCase();
}

export const shownText = (text: string): string => text.replace(piledMarks, '$1');

/** One line that stands for a message. */
export function previewOf({ author, content }: DeskMessage): string {
  const said = shownText(content.text ?? '').trim() || kinds[content.type] || 'Message';
  return author.type === 'business' ? `You: ${said}` : said;
}

const kinds: Readonly<Record<string, string>> = {
  image: 'Picture',
  file: 'File',
  location: 'Location',
  carousel: 'Cards',
  list: 'List',
  form: 'Form',
  formResponse: 'Answers to a form',
};

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const shortDay = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric' });

export const timeOf = (iso: string): string => clock.format(new Date(iso));

/** For the list: today's by the clock, older by the day. */
export function whenOf(iso: string, now = new Date()): string {
  const when = new Date(iso);
  return when.toDateString() === now.toDateString() ? clock.format(when) : shortDay.format(when);
}

export function dayOf(iso: string, now = new Date()): string {
  const when = new Date(iso);
  return when.toDateString() === now.toDateString() ? 'Today' : longDay.format(when);
}

export function sizeOf(bytes: number): string {
  const [amount, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}
