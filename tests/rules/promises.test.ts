import { describe, expect, it } from 'vitest';
import { namingTests, parsePromises, titlesIn } from '../../scripts/promise-table.ts';
import { mutants } from '../mutants/mutants.ts';
import { read, repository } from './planted-repository.ts';

const promises = parsePromises(read('docs/promises.md'));
const tests = namingTests(repository);
const covered = promises.filter(({ notCovered }) => notCovered === null).map(({ number }) => number);
/** Groups whose proof must have been seen to fail. */
const sabotagedGroups = /^[KRA]-/;

describe('The table of promises', () => {
  it('Q-01 has a test for each promise that it calls covered', () => {
    const named = new Set(tests.flatMap((test) => test.promises));
    expect(covered.filter((number) => !named.has(number))).toEqual([]);
    expect(covered.length).toBeGreaterThan(30);
  });

  it('Q-01 has a sabotage for each promise of identity, rest and isolation that it calls covered', () => {
    const broken = new Set(mutants.map(({ promise }) => promise));
    const demanded = covered.filter((number) => sabotagedGroups.test(number));
    expect(demanded.filter((number) => !broken.has(number))).toEqual([]);
  });

  it('Q-01 knows every promise that a test or a sabotage of its groups names, each once', () => {
    const known = promises.map(({ number }) => number);
    const groups = new Set(known.map((number) => number[0]));
    const named = [...tests.flatMap((test) => test.promises), ...mutants.map(({ promise }) => promise)];
    expect(named.filter((number) => groups.has(number[0]) && !known.includes(number))).toEqual([]);
    expect(new Set(known).size).toBe(known.length);
  });

  it('Q-01 says why, where a promise is not covered', () => {
    const excused = promises.flatMap(({ notCovered }) => notCovered ?? []);
    expect(excused.filter((why) => why.length < 10)).toEqual([]);
  });
});

describe('The reader of titles', () => {
  it('Q-04 finds a number in any kind of quotes, after a line break and among others', () => {
    const source = `
      it('K-01 says this', () => {});
      it.each([1])(
        "K-02 R-03 it's that",
      );
      test(\`A-04 \${network} with a "word"\`, f);
      it('says K-05 in the middle', f);
      const notATitle = 'K-06';
    `;
    expect(titlesIn('some.test.ts', source)).toEqual([
      { file: 'some.test.ts', title: 'says this', promises: ['K-01'] },
      { file: 'some.test.ts', title: "it's that", promises: ['K-02', 'R-03'] },
      { file: 'some.test.ts', title: '${network} with a "word"', promises: ['A-04'] },
    ]);
  });

  it('Q-04 takes no line that only looks like a promise', () => {
    expect(parsePromises('| K-01 | This. | covered |\n| K-02 | That. | not covered: not yet |\n')).toEqual([
      { number: 'K-01', says: 'This.', notCovered: null },
      { number: 'K-02', says: 'That.', notCovered: 'not yet' },
    ]);
    for (const line of ['| K-1 | This. | covered |', '| K-01 | This. | maybe |', '| K-01 | This. |']) {
      expect(() => parsePromises(line)).toThrow('not a promise');
    }
  });
});
