// Names come from strangers: shown whole, but never able to rearrange or imitate what stands around them.

/** Bidirectional controls, and the invisible characters that make two names look alike. */
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\p{Cc}]/gu;
/** More marks on one letter than any script needs: they would climb over the neighbours. */
const piledMarks = /([\p{M}\u200c\u200d]{6})[\p{M}\u200c\u200d]+/gu;

/** A name fit for a label, or `fallback` if nothing visible is left of it. */
export function shownName(name: string | null, fallback: string): string {
  const clean = (name ?? '').replace(invisible, '').replace(piledMarks, '$1').replace(/\s+/gu, ' ').trim();
  return clean === '' ? fallback : clean;
}

/**
 * Text fit for a bubble: everything it says, without marks that climb over the neighbours, and without a direction that is
 * forced on letters or goes on after the line that began it.
 */
export function shownText(text: string): string {
  const clean = text.replace(overrides, '').split('\n').map(closed).join('\n');
  return clean.replace(piledMarks, '$1');
}

/** Forced directions: they make `fdp.exe` read `exe.pdf`, and nobody who writes to be read needs them. */
const overrides = /[\u202d\u202e]/gu;
const directions = /[\u202a-\u202e\u2066-\u2069]/gu;
/** Deeper than any two languages nest. */
const deepest = 16;

/** A line that ends every direction it begins, or has none at all (Unicode Bidirectional Algorithm, X1 to X8). */
function closed(line: string): string {
  const open: string[] = [];
  for (const [character] of line.matchAll(directions)) {
    if (character === '\u202a' || character === '\u202b') open.push('\u202c');
    else if (character >= '\u2066' && character <= '\u2068') open.push('\u2069');
    else if (character !== open.pop()) return line.replace(directions, '');
    if (open.length > deepest) return line.replace(directions, '');
  }
  return open.length === 0 ? line : line.replace(directions, '');
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
