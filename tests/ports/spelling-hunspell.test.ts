import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { chooseLauncher, type LaunchHelper } from '../../main/adapters/child-process.ts';
import { systemClock } from '../../main/adapters/clock-system.ts';
import { dictionaries, dictionariesFor, HunspellSpelling } from '../../main/adapters/spelling-hunspell.ts';
import { spellingEngine } from '../../scripts/spelling-engine.ts';
import { RecordingLog } from '../fakes/log.ts';

const repository = resolve(import.meta.dirname, '../..');
let folder: string;
let launch: LaunchHelper;
const log = new RecordingLog();
let launched = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onethread-spelling-'));
  // As it is shipped: one file, with the engine in it.
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: spellingEngine },
    build: {
      ssr: true,
      target: 'node18',
      outDir: folder,
      rolldownOptions: {
        input: resolve(repository, 'main/adapters/spelling-process.ts'),
        output: { format: 'cjs', entryFileNames: 'spelling.cjs' },
      },
    },
    ssr: { noExternal: true },
  });
  for (const name of dictionaries)
    for (const ending of ['aff', 'dic'])
      symlinkSync(
        join(repository, 'node_modules', `dictionary-${name}`, `index.${ending}`),
        join(folder, `${name}.${ending}`),
      );
  const chosen = await chooseLauncher(log);
  launch = (program) => {
    launched += 1;
    return chosen(program);
  };
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

function spellingFor(...languages: string[]): HunspellSpelling {
  launched = 0;
  const entryPath = join(folder, 'spelling.cjs');
  return new HunspellSpelling({
    launch,
    clock: systemClock,
    log,
    entryPath,
    folder,
    languages: () => languages,
  });
}

describe('The dictionaries', () => {
  it.each([
    [
      ['de-AT', 'en-US'],
      ['de', 'en'],
    ],
    [['en-GB'], ['en-gb']],
    [['en'], ['en']],
    [
      ['en_AU', 'en-US'],
      ['en-gb', 'en'],
    ],
    [['de', 'fr-FR', 'de-DE'], ['de']],
    // Whoever writes French is not helped by English.
    [['fr-FR', 'en-US'], []],
    [[], []],
  ])('for %j are %j', (preferred, found) => {
    expect(dictionariesFor(preferred)).toEqual(found);
  });
});

describe('Spelling', () => {
  it('is right in any language of the person, compounds included, and finds what was meant', async () => {
    const spelling = spellingFor('de-DE', 'en-GB');
    const text = [
      'colour',
      'don’t',
      "don't",
      'Straßenbahnhaltestelle',
      'Häuser',
      'wrold',
      'falshc',
      'x'.repeat(500),
    ];
    expect(await spelling.misspelled(text)).toEqual(['wrold', 'falshc']);
    expect(await spelling.suggestions('falshc')).toContain('falsch');
    expect(await spelling.suggestions('wrold')).toContain('world');
    // One process for all of it, and another one for another person.
    expect(launched).toBe(1);
    spelling.forget();
    expect(await spelling.misspelled(['wrold'])).toEqual(['wrold']);
    expect(launched).toBe(2);
    spelling.dispose();
  });

  it('starts nothing where there is no dictionary, and finds no fault then', async () => {
    const spelling = spellingFor('fr-FR');
    expect([await spelling.misspelled(['wrold']), await spelling.suggestions('wrold'), launched]).toEqual([
      [],
      [],
      0,
    ]);
  });

  it('finds no fault while its process is broken, starts it again, and gives up in the end', async () => {
    const spelling = new HunspellSpelling({
      ...{ launch, clock: systemClock, log, folder: join(folder, 'nothing is here') },
      entryPath: join(folder, 'spelling.cjs'),
      languages: () => ['en'],
    });
    launched = 0;
    for (let n = 0; n < 5; n += 1) expect(await spelling.misspelled(['wrold'])).toEqual([]);
    expect(launched).toBe(3);
  });
});
