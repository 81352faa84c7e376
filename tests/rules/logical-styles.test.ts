import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from './planted-repository.ts';

/** Sides of the window, where a style should say ends of a line. */
const physical =
  /(?:^|[\s;{])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|left|right|border-(?:top|bottom)-(?:left|right)-radius)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b/;

/** Four values go round the box by its sides: the second and the fourth have to be the same. */
const round = /(?:padding|margin|inset|border-width): (\S+) (\S+) (\S+) (\S+);/;

function isPhysical(line: string): boolean {
  const [, , right, , left] = round.exec(line) ?? [];
  return physical.test(line) || right !== left;
}

const sheets = readdirSync(join(repository, 'renderer'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.css'))
  .sort();

describe('The style sheets', () => {
  it('know the beginning and the end of a line, and neither left nor right', () => {
    expect(sheets.length).toBeGreaterThan(5);
    const found = sheets.flatMap((sheet) =>
      readFileSync(join(repository, 'renderer', sheet), 'utf8')
        .split('\n')
        .flatMap((line, index) => (isPhysical(line) ? [`${sheet}:${index + 1} ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it.each([
    'margin-left: 1px;',
    '  left: 0;',
    '.a{right:0}',
    'text-align: right;',
    'border-top-left-radius: 1px;',
    'padding-right:0',
    'padding: 1px 2px 1px 3px;',
  ])('would be caught with %s', (line) => {
    expect(isPhysical(line)).toBe(true);
  });

  it.each([
    'margin-inline-start: 1px;',
    'padding: 1px 2px 3px 2px;',
    'inset-inline-start: 0;',
    'text-align: start;',
    'border-end-start-radius: 1px;',
  ])('may say %s', (line) => {
    expect(isPhysical(line)).toBe(false);
  });
});
