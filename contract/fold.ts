/**
 * What two texts have in common for somebody who searches: letters without their case, accents, width and style, so that
 * `resume` finds `Résumé`, `ｒｅｓｕｍｅ` and its decomposed spelling. All Turkish i are one letter, kana of both kinds too. Marks
 * that make another letter of it, as in Thai, Devanagari or `が`, stay. Hangul is folded into its parts, so that a syllable is
 * found while it is being typed.
 *
 * The fold of a text is the folds of its segments, one after the other; a segment is a character and the marks upon it.
 */

export interface Segment {
  /** Where it begins in the text, in UTF-16 code units. */
  readonly at: number;
  readonly length: number;
  readonly folded: string;
}

const segmentPattern = /[^\p{M}\uFF9E\uFF9F][\p{M}\uFF9E\uFF9F]*|[\p{M}\uFF9E\uFF9F]+/gsu;

/** Marks that only colour a letter: general diacritics, Hebrew points, Arabic vowel signs. */
const colouringMarks =
  /[\u0300-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E8\u06EA-\u06ED\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]/gu;

/** What nobody sees or types: joiners, variation selectors, soft hyphens, directions, control and no characters, tatweel. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cf}\p{Cc}\u0640]/gu;

/** Letters that Unicode does not decompose, and the quotation marks and dashes that keyboards turn into others. */
const alike: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  '‘': "'",
  '’': "'",
  ʼ: "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '−': '-',
};
const alikePattern = new RegExp(`[${Object.keys(alike).join('')}]`, 'gu');

const known = new Map<string, string>();
const mostKnown = 20_000;

export function fold(text: string): string {
  if (isPlain(text)) return text.toLowerCase();
  return text.replace(segmentPattern, foldSegment);
}

export function segmentsOf(text: string): Segment[] {
  return Array.from(text.matchAll(segmentPattern), (match) => ({
    at: match.index,
    length: match[0].length,
    folded: foldSegment(match[0]),
  }));
}

/** The words to look for: what white space parts, each once. No character has a meaning of its own. */
export function wordsOf(text: string): readonly string[] {
  return [...new Set(fold(text).split(' '))].filter((word) => word !== '');
}

/** Printable ASCII, where folding is only a matter of case. */
export function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

function foldSegment(segment: string): string {
  const found = known.get(segment);
  if (found !== undefined) return found;
  const folded = foldAnew(segment);
  // Texts with ever new characters must not fill the memory.
  if (known.size >= mostKnown) known.clear();
  known.set(segment, folded);
  return folded;
}

function foldAnew(segment: string): string {
  if (/^\s/u.test(segment)) return ' ';
  const bare = segment.normalize('NFKD').replace(invisible, '');
  // By way of the capital: so `ß` meets `SS`, the final sigma the other one, and the dotless i all its sisters.
  const lower = bare.toUpperCase().toLowerCase().replace(colouringMarks, '');
  const letters = lower.replace(alikePattern, (letter) => alike[letter] ?? letter);
  const whole = /[\u1100-\u11FF]/u.test(letters) ? letters : letters.normalize('NFC');
  return whole
    .replace(/[\u30A1-\u30F6]/gu, (kana) => String.fromCodePoint((kana.codePointAt(0) ?? 0) - 0x60))
    .replace(/\s+/gu, ' ');
}
