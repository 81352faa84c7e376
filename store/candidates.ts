import type Database from 'better-sqlite3-multiple-ciphers';
import { firstPlaceIn, firstRowIn, lastPlaceIn, lastRowIn, windowOfPlace } from './places.ts';
import { isProven } from './search-entry.ts';
import type { SearchEntry, SearchProof } from './search-entry.ts';
import { expressionFor, shortWordOf } from './search-plan.ts';

/** A message that is a match. */
export interface Candidate {
  readonly place: number;
  readonly number: number;
  readonly received: number;
}

/** Windows (see `places.ts`) from the newest to the oldest, both included. */
export interface Windows {
  readonly newest: number;
  readonly oldest: number;
}

/** Received at `since` or later and before `until`. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

export interface Slice extends Windows {
  /** The matches, the newest window first. */
  matches(): Iterable<Candidate>;
  /** How many there are, counted no further than `limit`. */
  count(limit: number): number;
}

/** What SQL is told of a slice and of what is looked for. */
interface Question extends Span {
  readonly expression: string | null;
  /** Row numbers of the index, or places where it is not asked. */
  readonly newest: bigint | number;
  readonly oldest: bigint | number;
  /** Words and tags, empty if there are not so many. */
  readonly first: string;
  readonly second: string;
  readonly third: string;
  readonly sender: string | null;
}

interface Way {
  readonly each: Database.Statement<[Question], Candidate>;
  readonly count: Database.Statement<[Question & { readonly limit: number }], number>;
}

/** Candidates named by the index. */
const asked = `
  SELECT s.place, s.number, s.received FROM search_index AS i
  JOIN searchable AS s ON s.place = ((i.rowid >> 12) << 20) + (i.rowid & 4095)
  WHERE i.search_index MATCH @expression AND i.rowid BETWEEN @oldest AND @newest`;
/** Everything. */
const read = `
  SELECT s.place, s.number, s.received FROM searchable AS s
  WHERE @expression IS NULL AND s.place BETWEEN @oldest AND @newest`;
const proven = `
  AND s.received >= @since AND s.received < @until AND (@sender IS NULL OR s.sender = @sender)
  AND instr(s.text, @first) > 0 AND instr(s.text, @second) > 0 AND instr(s.text, @third) > 0`;

/**
 * In how many slices a history is searched, so that the time can be looked at in between. Each begins FTS5's work anew: more of
 * them make a search longer, fewer a commit that waits behind one.
 */
const sliceCount = { indexed: 4, read: 64 };

/** A short word that stands in so many of the newest thousand messages is found soon enough by reading. */
const frequent = 50;

/** Trigrams that may stand for a short word. */
const mostTerms = 400;

/** No folded text contains it, and everything it does contain sorts before it. */
const afterAll = '\u{10FFFF}';

/**
 * Finds matches in a history, slice by slice. FTS5 names candidates by their trigrams, or where it cannot all messages are
 * read; either way each proves itself by its folded text.
 */
export class Candidates {
  readonly #asked: Way;
  readonly #read: Way;
  readonly #entry: Database.Statement<[number], SearchEntry>;
  readonly #newest: Database.Statement<[], number | null>;
  readonly #oldest: Database.Statement<[], number | null>;
  readonly #crowded: Database.Statement<[number, number], number | null>;
  readonly #frequency: Database.Statement<[string], number>;
  readonly #terms: Database.Statement<[string, string, number], string>;

  constructor(database: Database.Database) {
    const one = <P extends unknown[], T>(sql: string) => database.prepare<P, T>(sql).pluck();
    this.#asked = {
      each: database.prepare(`${asked} ${proven} ORDER BY i.rowid DESC`),
      count: one(`SELECT count(*) FROM (${asked} ${proven} LIMIT @limit)`),
    };
    this.#read = {
      each: database.prepare(`${read} ${proven} ORDER BY s.place DESC`),
      count: one(`SELECT count(*) FROM (${read} ${proven} LIMIT @limit)`),
    };
    this.#entry = database.prepare('SELECT sender, text FROM searchable WHERE place = ?');
    this.#newest = one('SELECT max(place) FROM searchable');
    this.#oldest = one('SELECT min(place) FROM searchable');
    this.#crowded = one(
      'SELECT max(place) FROM searchable WHERE (place & 1048575) >= 4096 AND place BETWEEN ? AND ?',
    );
    this.#frequency = one(
      `SELECT count(*) FROM (SELECT text FROM searchable ORDER BY place DESC LIMIT 1000) WHERE instr(text, ?) > 0`,
    );
    this.#terms = one('SELECT term FROM search_terms WHERE term >= ? AND term < ? LIMIT ?');
  }

  /** Where there is anything at all; null if there is nothing. */
  windows(): Windows | null {
    const newest = this.#newest.get() ?? null;
    const oldest = this.#oldest.get() ?? null;
    if (newest === null || oldest === null) return null;
    return { newest: windowOfPlace(newest), oldest: windowOfPlace(oldest) };
  }

  /** An expression of FTS5 that every match satisfies; null if the index is of no help. */
  expressionFor(proof: SearchProof): string | null {
    return expressionFor(proof, this.#termsOf(proof));
  }

  /** From the newest to the oldest. Crowded windows, which the index does not know all of, are slices of their own. */
  *slices(expression: string | null, proof: SearchProof, windows: Windows, span: Span): Generator<Slice> {
    const parts = expression === null ? sliceCount.read : sliceCount.indexed;
    const all = this.windows() ?? windows;
    // Of the whole, and not of what is left: else each step would take a smaller part.
    const size = Math.ceil((all.newest - all.oldest + 1) / parts);
    let newest = windows.newest;
    while (newest >= windows.oldest) {
      const oldest = Math.max(windows.oldest, newest - size + 1);
      const crowded = this.#crowdedIn({ newest, oldest });
      if (crowded === null || crowded < newest)
        yield this.#slice(
          expression,
          proof,
          { newest, oldest: crowded === null ? oldest : crowded + 1 },
          span,
        );
      if (crowded !== null) yield this.#slice(null, proof, { newest: crowded, oldest: crowded }, span);
      newest = (crowded ?? oldest) - 1;
    }
  }

  #slice(expression: string | null, proof: SearchProof, { newest, oldest }: Windows, span: Span): Slice {
    const [first = '', second = '', third = '', ...more] = proof.contained;
    const bounds =
      expression === null
        ? { newest: lastPlaceIn(newest), oldest: firstPlaceIn(oldest) }
        : { newest: lastRowIn(newest), oldest: firstRowIn(oldest) };
    const question = { ...span, ...bounds, expression, first, second, third, sender: proof.sender };
    const way = expression === null ? this.#read : this.#asked;
    const isDecided = more.length === 0 && (proof.kinds.length === 0 || expression !== null);
    return {
      newest,
      oldest,
      matches: () =>
        isDecided ? way.each.iterate(question) : this.#proven(way.each.iterate(question), proof),
      count: (limit) =>
        isDecided
          ? (way.count.get({ ...question, limit }) ?? 0)
          : [...this.#proven(way.each.iterate(question), proof)].length,
    };
  }

  /** What SQL has not looked at: more than three words, and kinds where the index was not asked. */
  *#proven(found: Iterable<Candidate>, proof: SearchProof): Generator<Candidate> {
    for (const candidate of found) {
      const entry = this.#entry.get(candidate.place);
      if (entry !== undefined && isProven(entry, proof)) yield candidate;
    }
  }

  #crowdedIn({ newest, oldest }: Windows): number | null {
    const place = this.#crowded.get(firstPlaceIn(oldest), lastPlaceIn(newest)) ?? null;
    return place === null ? null : windowOfPlace(place);
  }

  /** The trigrams that begin with the short word that is looked for; null if they are too many, or there is none. */
  #termsOf(proof: SearchProof): readonly string[] | null {
    const short = shortWordOf(proof);
    if (short === null || (this.#frequency.get(short) ?? 0) >= frequent) return null;
    const terms = this.#terms.all(short, short + afterAll, mostTerms + 1);
    return terms.length > mostTerms ? null : terms;
  }
}
