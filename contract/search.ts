import { z } from 'zod';
import { fileNameOf } from './file-name.ts';
import { fold, isPlain, segmentsOf } from './fold.ts';
import { Cursor } from './history.ts';
import { EpochMs } from './ids.ts';
import { Message } from './model.ts';
import type { Segment } from './fold.ts';
import type { Action, Content } from './model.ts';

const kinds = [
  'text',
  'image',
  'file',
  'location',
  'items',
  'unsupported',
] as const satisfies Content['kind'][];

/** Who wrote it: this person, or the business, any of its people or the one of this name (compared as folded). */
export const AuthorFilter = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('self') }).readonly(),
  z.object({ kind: z.literal('business'), name: z.string().nullable() }).readonly(),
]);
export type AuthorFilter = z.infer<typeof AuthorFilter>;

/** What is looked for. All of it must be true of a message; with no words and no filter nothing is found. */
export const SearchTerms = z
  .object({
    /** Words, in any order and anywhere in the message, also inside of others. No character has a meaning of its own. */
    text: z.string().max(4096),
    author: AuthorFilter.nullable(),
    /** Any of these; empty means all. */
    kinds: z.array(z.enum(kinds)).readonly(),
    /** Received then or later. */
    since: EpochMs.nullable(),
    /** Received before then. */
    until: EpochMs.nullable(),
  })
  .readonly();
export type SearchTerms = z.infer<typeof SearchTerms>;

export interface SearchQuery {
  readonly terms: SearchTerms;
  /** `next` of the page before, or null for the newest matches. */
  readonly before: Cursor | null;
  /** At most 100. */
  readonly limit: number;
}

/** UTF-16 code units of a text, never part of what a person sees as one character. */
export const TextRange = z.object({ from: z.int().nonnegative(), to: z.int().positive() }).readonly();
export type TextRange = z.infer<typeof TextRange>;

export const SearchMatch = z
  .object({
    message: Message,
    /** The texts of the message in which something was found, in reading order, and where. */
    parts: z
      .array(z.object({ text: z.string(), ranges: z.array(TextRange).readonly() }).readonly())
      .readonly(),
  })
  .readonly();
export type SearchMatch = z.infer<typeof SearchMatch>;

export const SearchPage = z
  .object({
    /** Newest first; what the service has not accepted yet comes first of all, and only on the first page. */
    matches: z.array(SearchMatch).readonly(),
    /**
     * Where to go on, null at the end. A page may be short, even empty, and yet not the last: a search that takes long is
     * answered with what it has, so that it can be given up.
     */
    next: Cursor.nullable(),
    /** False while messages stored by an older version of the app are not searchable yet: ask again later. */
    complete: z.boolean(),
  })
  .readonly();
export type SearchPage = z.infer<typeof SearchPage>;

export const mostCounted = 1000;

/** How many matches there are, counted up to `mostCounted`. `more`: or more than that. */
export const MatchCount = z.object({ count: z.int().nonnegative(), more: z.boolean() }).readonly();
export type MatchCount = z.infer<typeof MatchCount>;

/** More than the longest message; keeps a hostile list of items from filling the index. */
const longestSearched = 20_000;
const mostRanges = 200;

/** What of a message can be found, in reading order. */
export function searchableTexts({ content, actions }: Message): readonly string[] {
  const texts = [...contentTexts(content), ...actionTexts(actions)].filter((text) => text !== '');
  let room = longestSearched;
  return texts.flatMap((text) => {
    if (room <= 0) return [];
    const part = text.slice(0, room).replace(/[\uD800-\uDBFF]$/, '');
    room -= part.length;
    return [part];
  });
}

function contentTexts(content: Content): readonly string[] {
  switch (content.kind) {
    case 'text':
    case 'formResponse':
    case 'deleted':
    case 'unsupported':
      return [content.text];
    case 'form':
      return [content.text, ...content.fields.map(({ label }) => label)];
    case 'image':
      return [content.text, content.altText ?? '', content.name ?? ''];
    case 'file':
      return [content.text, content.name ?? fileNameOf(content.mediaUrl ?? '')];
    case 'location':
      return [content.text, content.name ?? ''];
    case 'items':
      return [
        content.text,
        ...content.items.flatMap((item) => [
          item.title,
          item.description ?? '',
          ...actionTexts(item.actions),
        ]),
      ];
  }
}

function actionTexts(actions: readonly Action[]): readonly string[] {
  return actions.map(({ text }) => text);
}

/** Where `words` (folded) stand in the texts of `message`. */
export function matchOf(message: Message, words: readonly string[]): SearchMatch {
  const parts = searchableTexts(message).map((text) => ({ text, ranges: rangesOf(text, words) }));
  return { message, parts: parts.filter(({ ranges }) => ranges.length > 0) };
}

/** Where `words` (folded) stand in `text`: in order, apart from each other, and each made of whole graphemes. */
export function rangesOf(text: string, words: readonly string[]): TextRange[] {
  const places = isPlain(text) ? samePlaces : placesOf(text);
  const folded = fold(text);
  const hits = words.flatMap((word) => occurrences(folded, word)).sort((a, b) => a.from - b.from);
  const ranges: { from: number; to: number }[] = [];
  for (const hit of hits) {
    const range = { from: places.start(hit.from), to: places.end(hit.to - 1) };
    const before = ranges.at(-1);
    if (before !== undefined && range.from <= before.to) before.to = Math.max(before.to, range.to);
    else ranges.push(range);
  }
  return ranges;
}

/** From places in the folded text to the graphemes they come from. */
interface Places {
  start(at: number): number;
  end(at: number): number;
}

/** In plain text each character is a grapheme, folded to one. */
const samePlaces: Places = { start: (at) => at, end: (at) => at + 1 };

function placesOf(text: string): Places {
  const segments = segmentsOf(text);
  const owners = segments.flatMap((segment) => Array<Segment>(segment.folded.length).fill(segment));
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text);
  const grapheme = (at: number) => {
    const found = graphemes.containing(at);
    if (found === undefined) throw new RangeError('not in the text');
    return found;
  };
  const owner = (at: number): Segment => {
    const segment = owners[at];
    if (segment === undefined) throw new RangeError('not in the text');
    return segment;
  };
  return {
    start: (at) => grapheme(owner(at).at).index,
    end: (at) => {
      const last = grapheme(owner(at).at + owner(at).length - 1);
      return last.index + last.segment.length;
    },
  };
}

function occurrences(folded: string, word: string): TextRange[] {
  const found: TextRange[] = [];
  for (let at = folded.indexOf(word); at >= 0 && found.length < mostRanges; at = folded.indexOf(word, at + 1))
    found.push({ from: at, to: at + word.length });
  return found;
}
