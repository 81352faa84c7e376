import type { SearchMatch, TextRange } from '../../contract/search.ts';
import { spoken } from '../timeline/labels.ts';

/** One piece of an excerpt, and whether it is what was looked for. */
export type Piece = { readonly text: string; readonly isHit: boolean };

/** So much of the text stands before the first hit, and so much in all; UTF-16 code units. */
const before = 32;
const longest = 180;

/**
 * The place of a message where something was found, cut to what fits into two lines. Cuts fall between graphemes, so that
 * nothing is torn apart.
 */
export function excerptOf({ message, parts }: SearchMatch): readonly Piece[] {
  const part = parts[0];
  if (part === undefined) return pieces(spoken(message), [], 0, longest);
  const first = part.ranges[0]?.from ?? 0;
  return pieces(part.text, part.ranges, first <= before + 8 ? 0 : first - before, longest);
}

function pieces(text: string, ranges: readonly TextRange[], start: number, room: number): Piece[] {
  const from = boundary(text, start);
  const to = boundary(text, Math.min(text.length, start + room));
  const found: Piece[] = from > 0 ? [{ text: '…', isHit: false }] : [];
  let at = from;
  for (const range of ranges) {
    if (range.from >= to) break;
    if (range.from > at) found.push({ text: text.slice(at, range.from), isHit: false });
    found.push({ text: text.slice(Math.max(at, range.from), Math.min(to, range.to)), isHit: true });
    at = Math.min(to, range.to);
  }
  if (at < to) found.push({ text: text.slice(at, to), isHit: false });
  if (to < text.length) found.push({ text: '…', isHit: false });
  return found.filter((piece) => piece.text !== '');
}

/** The nearest place at or before `at` that lies between two graphemes. */
function boundary(text: string, at: number): number {
  if (at <= 0 || at >= text.length) return Math.max(0, Math.min(at, text.length));
  const around = Math.max(0, at - 64);
  const near = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text.slice(around, at + 64));
  return around + (near.containing(at - around)?.index ?? at - around);
}
