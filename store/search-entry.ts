import { fold } from '../contract/fold.ts';
import type { AuthorFilter } from '../contract/search.ts';
import { searchableTexts } from '../contract/search.ts';
import type { Author, Content, Message } from '../contract/model.ts';

/** What a message has to prove to be a match. */
export interface SearchProof {
  /** All of these its text must contain: words, longest first, and tags. */
  readonly contained: readonly string[];
  /** One of these tags; none listed means that any will do. */
  readonly kinds: readonly string[];
  /** Folded name of the sender, null for whoever it may be. */
  readonly sender: string | null;
}

/** What the search knows of one message. */
export interface SearchEntry {
  /** The folded name of the business's person; empty for this person and for one without a name. */
  readonly sender: string;
  /** The folded text, and after it the tags. */
  readonly text: string;
}

/**
 * A tag is a trigram by itself, so that the one index also answers for who wrote and what kind it is. It is made of control
 * characters, which no folded text contains.
 */
const kindTags: Readonly<Record<Content['kind'], string>> = {
  text: '\x01\x01\x10',
  image: '\x01\x01\x11',
  file: '\x01\x01\x12',
  location: '\x01\x01\x13',
  items: '\x01\x01\x14',
  unsupported: '\x01\x01\x15',
  form: '\x01\x01\x16',
  formResponse: '\x01\x01\x17',
  deleted: '\x01\x01\x18',
};
const authorTags: Readonly<Record<Author['kind'], string>> = {
  self: '\x02\x02\x10',
  business: '\x02\x02\x11',
};

export const isTag = (text: string): boolean => text.charCodeAt(0) < 0x10;
/** What no text contains. */
export const noTerm = '\x04\x04\x10';

export const kindTag = (kind: Content['kind']): string => kindTags[kind];

/** A name's tag may be that of other names too: `sender` decides. */
export function authorTag(author: AuthorFilter): string {
  if (author.kind === 'self' || author.name === null) return authorTags[author.kind];
  return authorTags.business + nameTag(fold(author.name));
}

export function entryOf(message: Message): SearchEntry {
  const { author, content } = message;
  const sender = author.kind === 'business' ? fold(author.name ?? '') : '';
  const text = fold(searchableTexts(message).join('\n'));
  return { sender, text: `${text}${kindTags[content.kind]}${authorTags[author.kind]}${nameTag(sender)}` };
}

/** Two hexadecimal digits of FNV-1a (draft-eastlake-fnv), as control characters. */
function nameTag(sender: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(sender)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  const digit = (shift: number): string => String.fromCharCode(0x10 + ((hash >>> shift) & 0xf));
  return `\x03${digit(4)}${digit(0)}`;
}

export function isProven(
  { sender, text }: SearchEntry,
  { contained, kinds, sender: wanted }: SearchProof,
): boolean {
  if (wanted !== null && wanted !== sender) return false;
  if (kinds.length > 0 && !kinds.some((kind) => text.includes(kind))) return false;
  return contained.every((part) => text.includes(part));
}
