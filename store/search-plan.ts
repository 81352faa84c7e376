import { fold, wordsOf } from '../contract/fold.ts';
import type { SearchTerms } from '../contract/search.ts';
import { authorTag, isTag, kindTag, noTerm } from './search-entry.ts';
import type { SearchProof } from './search-entry.ts';

/**
 * Trigrams asked of the index at once. Every one costs the reading of its list, and spares the proof of messages that only
 * have the others: so few are asked for all, and of many only those that together cover the words.
 */
const fewTrigrams = 5;
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
  const each = distinct(proof.contained.flatMap((word) => trigramsOf(word, 1)));
  const trigrams =
    each.length <= fewTrigrams ? each : distinct(proof.contained.flatMap((word) => trigramsOf(word, 3)));
  const all = spread(trigrams, mostTrigrams).map(quoted);
  if (proof.kinds.length > 0) all.push(anyOf(proof.kinds));
  if (terms !== null) all.push(anyOf(terms.length === 0 ? [noTerm] : terms));
  return all.length === 0 ? null : all.join(' AND ');
}

/** The trigrams of `word`, each so many characters behind the one before, and the last one. */
function trigramsOf(word: string, step: number): string[] {
  const characters = [...word];
  const last = characters.length - 3;
  if (last < 0) return [];
  const starts = Array.from({ length: Math.ceil(last / step) + 1 }, (_, n) => Math.min(n * step, last));
  return starts.map((start) => characters.slice(start, start + 3).join(''));
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

/** At most `limit` of `values`, from all over them. */
function spread(values: readonly string[], limit: number): string[] {
  const step = Math.max(1, values.length / limit);
  return values.filter((_, n) => n === Math.ceil(Math.floor(n / step) * step));
}

const anyOf = (texts: readonly string[]): string => `(${texts.map(quoted).join(' OR ')})`;

/** A string of FTS5's query language, in which no character has a meaning (sqlite.org/fts5.html, "FTS5 strings"). */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
