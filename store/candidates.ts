import type Database from 'better-sqlite3-multiple-ciphers';
import { firstPlaceIn, firstRowIn, lastPlaceIn, lastRowIn, windowOfPlace } from './places.ts';
import type { SearchEntry } from './search-entry.ts';
import { expressionFor, shortWordOf } from './search-plan.ts';
import type { SearchProof } from './search-plan.ts';

/** A message that may be a match. */
export interface Candidate extends SearchEntry {
  readonly place: number;
  readonly number: number;
  readonly received: number;
}

/** Windows (see `places.ts`) from the newest to the oldest, both included. */
export interface Windows {
  readonly newest: number;
  readonly oldest: number;
}

interface Slice extends Windows {
  /** The index does not know all of it. */
  readonly isCrowded: boolean;
}

/** In how many slices a history is searched, so that the time can be looked at in between. */
const sliceCount = { indexed: 12, read: 64 };

/** A short word that stands in so many of the newest thousand messages is found soon enough by reading. */
const frequent = 50;

/** No folded text contains it, and everything it does contain sorts before it. */
const afterAll = '\u{10FFFF}';

/** Trigrams that may stand for a short word. */
const mostTerms = 400;

/** Names those messages of a history that may be what somebody looks for. */
export class Candidates {
  readonly #indexed: Database.Statement<[string, bigint, bigint, string], Candidate>;
  readonly #read: Database.Statement<[number, number, string], Candidate>;
  readonly #newest: Database.Statement<[], number | null>;
  readonly #oldest: Database.Statement<[], number | null>;
  readonly #crowded: Database.Statement<[number, number], number | null>;
  readonly #frequency: Database.Statement<[string], number>;
  readonly #terms: Database.Statement<[string, string, number], string>;

  constructor(database: Database.Database) {
    const one = <P extends unknown[], T>(sql: string) => database.prepare<P, T>(sql).pluck();
    this.#indexed = database.prepare(
      `SELECT s.* FROM search_index AS i
       JOIN searchable AS s ON s.place = ((i.rowid >> 12) << 20) + (i.rowid & 4095)
       WHERE i.search_index MATCH ? AND i.rowid BETWEEN ? AND ? AND instr(s.text, ?) > 0
       ORDER BY i.rowid DESC`,
    );
    this.#read = database.prepare(
      'SELECT * FROM searchable WHERE place BETWEEN ? AND ? AND instr(text, ?) > 0 ORDER BY place DESC',
    );
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

  /** Slice by slice, the newest first; in each the candidates, window by window, the newest first. */
  *slices(
    proof: SearchProof,
    windows: Windows,
  ): Generator<{ readonly slice: Windows; readonly candidates: Iterable<Candidate> }> {
    const expression = expressionFor(proof, this.#termsOf(proof));
    const [contained = ''] = proof.contained;
    const count = expression === null ? sliceCount.read : sliceCount.indexed;
    for (const slice of this.#cut(windows, count)) {
      const { newest, oldest, isCrowded } = slice;
      const candidates =
        expression === null || isCrowded
          ? this.#read.iterate(firstPlaceIn(oldest), lastPlaceIn(newest), contained)
          : this.#indexed.iterate(expression, firstRowIn(oldest), lastRowIn(newest), contained);
      yield { slice, candidates };
    }
  }

  /** Crowded windows are slices of their own. */
  *#cut({ newest, oldest }: Windows, count: number): Generator<Slice> {
    const span = Math.ceil((newest - oldest + 1) / count);
    let top = newest;
    while (top >= oldest) {
      const bottom = Math.max(oldest, top - span + 1);
      const crowded = this.#crowdedIn(top, bottom);
      if (crowded === null || crowded < top)
        yield { newest: top, oldest: crowded === null ? bottom : crowded + 1, isCrowded: false };
      if (crowded !== null) yield { newest: crowded, oldest: crowded, isCrowded: true };
      top = (crowded ?? bottom) - 1;
    }
  }

  #crowdedIn(newest: number, oldest: number): number | null {
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
