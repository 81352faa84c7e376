/** Runs every test the conformance checklist names, and writes docs/conformance.md: its lines, and the authorisation table. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { checklist, rowTitle, type ChecklistLine } from '../tests/server/checklist.ts';
import { runToEnd } from './child.ts';
import { command, say } from './command.ts';

const repository = resolve(import.meta.dirname, '..');
const own = ['conformance', 'authorisation'];
const matrixTitle = 'is what it says, for every kind of asker';

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ title: z.string(), status: z.string() })),
    }),
  ),
});

await command(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const files = new Set([...own, ...checklist.flatMap(({ elsewhere }) => elsewhere.map(([file]) => file))]);
    const named = [matrixTitle, ...checklist.flatMap((line) => testsOf(line).map(([, title]) => title))];
    const report = join(folder, 'report.json');
    const code = await runToEnd(
      [
        join(repository, 'node_modules', '.bin', 'vitest'),
        ...[
          'run',
          '--configLoader=native',
          '--reporter=dot',
          '--reporter=json',
          `--outputFile.json=${report}`,
        ],
        // What takes long on a busy machine may still hold.
        '--testTimeout=120000',
        `--testNamePattern=${named.map(escaped).join('|')}`,
        ...[...files].map((file) => `tests/server/${file}.test.ts`),
      ],
      { ONETHREAD_TABLES: folder },
    );
    const status = statuses(readFileSync(report, 'utf8'));
    const matrix = readFileSync(join(folder, 'authorisation'), 'utf8').split('\n');
    writeFileSync(join(repository, 'docs', 'conformance.md'), page(status, matrix));
    const open = checklist.filter((line) => !holds(line, status));
    for (const line of open) say(`Does not hold: ${rowTitle(line)}`);
    return open.length > 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function escaped(title: string): string {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

type Statuses = ReadonlyMap<string, string>;

function statuses(report: string): Statuses {
  const { testResults } = Report.parse(JSON.parse(report));
  return new Map(
    testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(
        ({ title, status }) => [`${basename(name, '.test.ts')} ${title}`, status] as const,
      ),
    ),
  );
}

function testsOf(line: ChecklistLine): (readonly [file: string, title: string])[] {
  return [['conformance', rowTitle(line)], ...line.elsewhere];
}

function holds(line: ChecklistLine, status: Statuses): boolean {
  return testsOf(line).every(([file, title]) => status.get(`${file} ${title}`) === 'passed');
}

function page(status: Statuses, matrix: readonly string[]): string {
  const lines = checklist.map((line) => {
    const tests = testsOf(line).map(([file, title]) =>
      file === 'conformance' ? 'its row in `conformance`' : `\`${file}\`: ${title}`,
    );
    const says =
      line.clientsPart === undefined ? line.says : `${line.says} (the client’s part: ${line.clientsPart})`;
    return `| ${line.number} | ${says} | ${tests.join('<br>')} | ${holds(line, status) ? 'holds' : 'open'} |`;
  });
  const [head = '', ...rows] = matrix;
  const rule = head.replace(/[^|]+/g, ' --- ');
  return [
    '# Conformance',
    '',
    'Written by `npm run conformance` from the tests it runs (`tests/server/`).',
    '',
    '## The checklist',
    '',
    '| | what holds | tests | result |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
    '## Who may use which route',
    '',
    'Every route of the router, asked by every kind of asker about things that are Ana’s. `in`: let in, and answered or told what is',
    'wrong with the request. 401: no credential, or none that counts here. 403: one that is not for this. 404: as if it did not exist.',
    '',
    head,
    rule,
    ...rows.toSorted(),
    '',
  ].join('\n');
}
