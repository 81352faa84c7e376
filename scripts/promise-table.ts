import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of docs/promises.md. */
export interface PromiseLine {
  /** A group's letter and two digits, `K-04`. */
  readonly number: string;
  readonly says: string;
  /** Null if it is covered. */
  readonly notCovered: string | null;
}

/** A test that names promises at the start of its title. */
export interface NamingTest {
  readonly file: string;
  /** Without the numbers, as it stands in the source. */
  readonly title: string;
  readonly promises: readonly string[];
}

/** @throws for a line of a table that is not of the form `| K-04 | what it says | covered |`. */
export function parsePromises(markdown: string): readonly PromiseLine[] {
  const rows = markdown.split('\n').filter((line) => /^\| *[A-Z]-/.test(line));
  return rows.map((line) => {
    const cells = /^\| ([A-Z]-\d\d) \| ([^|]+) \| (?:covered|not covered: ([^|]+)) \|$/.exec(line);
    if (cells === null) throw new Error(`not a promise: ${line}`);
    const [, number = '', says = '', why] = cells;
    return { number, says, notCovered: why ?? null };
  });
}

/** Sources that hold titles only as examples, or promises that are no titles. */
const notTests = ['tests/rules/promises.test.ts', 'tests/mutants/'];

/** Every test below `tests/` that names a promise: a static scan, so that also what was not run is known. */
export function namingTests(repository: string): readonly NamingTest[] {
  return readdirSync(join(repository, 'tests'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('tests', name))
    .filter((file) => /\.tsx?$/.test(file) && !notTests.some((one) => file.startsWith(one)))
    .sort()
    .flatMap((file) => titlesIn(file, readFileSync(join(repository, file), 'utf8')));
}

/** Any text in quotes that begins with promises is a title. */
export function titlesIn(file: string, source: string): readonly NamingTest[] {
  const titles = source.matchAll(/(['"`])((?:[A-Z]-\d\d )+)((?:\\.|(?!\1)[^\\])+)\1/g);
  return [...titles].map(([, , numbers = '', title = '']) => ({
    file,
    title,
    promises: numbers.trim().split(' '),
  }));
}
