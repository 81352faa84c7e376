import { describe, expect, it } from 'vitest';
import { read } from '../rules/planted-repository.ts';
import { mutants } from './mutants.ts';
import { type Mutant, sabotaged, verdictOn } from './sabotage.ts';

describe('The list of sabotages', () => {
  it.each(mutants.map((mutant) => [`${mutant.promise} ${mutant.name}`, mutant] as const))(
    'still fits the product and the tests: it %s',
    (_, mutant) => {
      expect(sabotaged(read(mutant.file), mutant)).not.toBe(read(mutant.file));
      expect(read(mutant.test)).toContain(mutant.title);
    },
  );

  it('names each sabotage once', () => {
    const names = mutants.map(({ promise, name }) => `${promise} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('A sabotage', () => {
  const mutant: Mutant = {
    ...{ promise: 'K-00', name: 'adds', file: 'a.ts', find: 'a + b', replace: 'a - b' },
    ...{ test: 'a.test.ts', title: 'adds' },
  };

  it('Q-04 is refused where its line is missing, stands twice, or stays as it is', () => {
    expect(sabotaged('return a + b;', mutant)).toBe('return a - b;');
    expect(() => sabotaged('return a * b;', mutant)).toThrow('occurs 0 times');
    expect(() => sabotaged('a + b; a + b;', mutant)).toThrow('occurs 2 times');
    expect(() => sabotaged('a + b', { ...mutant, replace: 'a + b' })).toThrow('nothing is changed');
    expect(sabotaged('a + b', { ...mutant, replace: '$& $1' })).toBe('$& $1');
  });

  const test = (fullName: string, status: string, failure = ''): object => ({
    fullName,
    status,
    failureMessages: failure === '' ? [] : [failure],
  });
  const report = (...assertionResults: object[]): object => ({ testResults: [{ assertionResults }] });

  it.each([
    ['red', report(test('A sum adds two', 'failed', 'AssertionError: expected 1 to be 3\n at …'))],
    ['red', report(test('A sum adds two', 'passed'), test('A sum adds three', 'failed', 'Error: timed out'))],
    ['green', report(test('A sum adds two', 'passed'), test('something else', 'failed', 'Error'))],
    ['broken', report(test('something else', 'failed', 'AssertionError'))],
    ['broken', report(test('A sum adds two', 'skipped'))],
    ['broken', report(test('A sum adds two', 'failed', 'ReferenceError: c is not defined'))],
    ['broken', report(test('A sum adds two', 'failed', 'TypeError: sum is not a function'))],
    ['broken', { testResults: [{ message: 'SyntaxError: Unexpected token', assertionResults: [] }] }],
    ['broken', null],
    ['broken', {}],
  ])('Q-04 is judged %s only if the named test says so', (kind, run) => {
    expect(verdictOn(run, 'adds').kind).toBe(kind);
  });
});
