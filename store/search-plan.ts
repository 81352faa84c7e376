import { fold, wordsOf } from '../contract/fold.ts';
import type { SearchTerms } from '../contract/search.ts';
import { authorTag, isTag, kindTag, noTerm } from './search-entry.ts';
import type { SearchProof } from './search-entry.ts';

/** Trigrams asked of the index at once. Text is proven afterwards, more of them would only narrow the choice. */
const mostTrigrams = 24;

/** @returns null if nothing is looked for */
export function proofOf({ text, author, kinds, since, until }: SearchTerms): SearchProof | null {
  const words = [...wordsOf(text)].sort((a, b) => b.length - a.length);
  const isFiltered = author !== null || kinds.length > 0 || since !== null || until !== null;
  if (words.length === 0 && !isFiltered) return null;
  return {
    contained: author === null ? words : [...words, authorTag(author)],
    kinds: kinds.map(kindTag),
    sender: author?.kind === 'business' && author.name !== null ? fold(author.name) : null,
  };
}

/** The longest word, if even that is too short for a trigram. */
export function shortWordOf({ contained }: SearchProof): string | null {
  const [longest] = contained;
  return longest === undefined || isTag(longest) || [...longest].length >= 3 ? null : longest;
}

/**
 * An FTS5 expression that is true of every message that can prove itself; null if the index is of no help.
 *
 * @param terms the trigrams that begin with the short word: whatever contains it has one of them, for tags follow every text
 */
export function expressionFor(proof: SearchProof, terms: readonly string[] | null): string | null {
  const trigrams = [...new Set(proof.contained.flatMap(trigramsOf))];
  const all = spread(trigrams, mostTrigrams).map(quoted);
  if (proof.kinds.length > 0) all.push(anyOf(proof.kinds));
  if (terms !== null) all.push(anyOf(terms.length === 0 ? [noTerm] : terms));
  return all.length === 0 ? null : all.join(' AND ');
}

/** Trigrams that cover all of `word`, overlapping as little as possible. */
function trigramsOf(word: string): string[] {
  const characters = [...word];
  const last = characters.length - 3;
  if (last < 0) return [];
  const starts = Array.from({ length: Math.ceil(characters.length / 3) }, (_, n) => Math.min(n * 3, last));
  return starts.map((start) => characters.slice(start, start + 3).join(''));
}

/** At most `limit` of `values`, from all over them. */
function spread(values: readonly string[], limit: number): string[] {
  const step = Math.max(1, values.length / limit);
  return values.filter((_, n) => n === Math.ceil(Math.floor(n / step) * step));
}

const anyOf = (texts: readonly string[]): string => `(${texts.map(quoted).join(' OR ')})`;

/** A string of FTS5's query language, in which no character has a meaning (sqlite.org/fts5.html, "FTS5 strings"). */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
