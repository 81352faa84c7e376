// Names come from strangers: shown whole, but never able to rearrange or imitate what stands around them.

/** Bidirectional controls, and the invisible characters that make two names look alike. */
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\p{Cc}]/gu;
/** More marks on one letter than any script needs: they would climb over the neighbours. */
const piledMarks = /(\p{M}{6})\p{M}+/gu;

/** A name fit for a label, or `fallback` if nothing visible is left of it. */
export function shownName(name: string | null, fallback: string): string {
  const clean = (name ?? '').replace(invisible, '').replace(piledMarks, '$1').replace(/\s+/gu, ' ').trim();
  return clean === '' ? fallback : clean;
}

/** Text fit for a bubble: everything it says, without marks that climb over the neighbours. */
export function shownText(text: string): string {
  return text.replace(piledMarks, '$1');
}

/** One or two letters for an avatar: of the first and the last word, or of what stands before the @. */
export function initials(name: string): string {
  const words = (name.split('@')[0] ?? '').split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(firstLetter).join('');
  return letters === '' ? '?' : letters.toLocaleUpperCase();
}

function firstLetter(word: string | undefined): string {
  return word?.match(/[\p{L}\p{N}]/u)?.[0] ?? '';
}
