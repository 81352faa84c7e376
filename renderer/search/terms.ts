import { EpochMs } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import type { AuthorFilter, SearchTerms } from '../../contract/search.ts';
import { midnightOf } from '../timeline/dates.ts';

/** What the fields of the search say. Dates as a date field has them, `2026-11-22` or empty. */
export type SearchForm = {
  readonly text: string;
  readonly author: AuthorFilter | null;
  readonly kind: SearchTerms['kinds'][number] | 'all';
  readonly since: string;
  readonly until: string;
};

export const emptyForm: SearchForm = { text: '', author: null, kind: 'all', since: '', until: '' };

/** The last day is meant as a whole. */
export function termsOf({ text, author, kind, since, until }: SearchForm): SearchTerms {
  return {
    text,
    author,
    kinds: kind === 'all' ? [] : [kind],
    since: boundary(midnightOf(since)),
    until: boundary(midnightOf(until, 1)),
  };
}

export function filtersInUse({ author, kind, since, until }: SearchForm): number {
  return [author !== null, kind !== 'all', since !== '', until !== ''].filter(Boolean).length;
}

/** The people of the business who have a say in these messages, each once. */
export function namesIn(messages: readonly Message[]): readonly string[] {
  const names = messages.flatMap(({ author }) =>
    author.kind === 'business' && author.name !== null && author.name.trim() !== '' ? [author.name] : [],
  );
  return [...new Set(names)].sort((one, other) => one.localeCompare(other));
}

function boundary(at: number | null): EpochMs | null {
  return at === null ? null : EpochMs.parse(at);
}
