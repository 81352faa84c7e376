/**
 * Prints which tests prove a promise and which sabotages those tests have been seen to catch:
 * `npm run promises [-- K-04]`.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mutants } from '../tests/mutants/mutants.ts';
import { command } from './command.ts';
import { namingTests, parsePromises, type PromiseLine } from './promise-table.ts';

const repository = resolve(import.meta.dirname, '..');
const [wanted = ''] = process.argv.slice(2);

await command(async () => {
  const promises = parsePromises(readFileSync(join(repository, 'docs/promises.md'), 'utf8'));
  const tests = namingTests(repository);
  for (const promise of promises) if (promise.number.startsWith(wanted)) print(promise, tests);
  const covered = promises.filter(({ notCovered }) => notCovered === null).length;
  process.stdout.write(
    `\n${promises.length} promises, ${covered} covered, ${tests.length} tests name one, ${mutants.length} sabotages\n`,
  );
});

function print({ number, says, notCovered }: PromiseLine, tests: ReturnType<typeof namingTests>): void {
  process.stdout.write(`\n${number} ${says}\n`);
  if (notCovered !== null) process.stdout.write(`     not covered: ${notCovered}\n`);
  for (const { file, title, promises } of tests) {
    if (promises.includes(number)) process.stdout.write(`     test     ${file}: ${title}\n`);
  }
  for (const { promise, name, file } of mutants) {
    if (promise === number) process.stdout.write(`     sabotage ${file}: ${name}\n`);
  }
}
