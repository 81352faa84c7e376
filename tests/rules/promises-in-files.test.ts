import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { read, repository } from './planted-repository.ts';

const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  overrides: z.record(z.string(), z.string()).default({}),
});
const LockedPackage = z.object({
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const Lock = z.object({ packages: z.record(z.string(), LockedPackage) });

const manifest = Manifest.parse(JSON.parse(read('package.json')));
const lock = Lock.parse(JSON.parse(read('package-lock.json')));

/** The repository's own text files: everything but what is installed, built or left by a run. */
function ownFiles(): string[] {
  const notOurs = [
    'node_modules',
    '.git',
    'out',
    '.runtime',
    'artifacts',
    'test-results',
    'package-lock.json',
  ];
  const isPicture = (name: string): boolean => /\.(png|ico|icns|gif|jpe?g|webp|woff2)$/.test(name);
  const walk = (folder: string): string[] =>
    readdirSync(join(repository, folder), { withFileTypes: true })
      .filter(({ name }) => !notOurs.includes(name) && !isPicture(name))
      .flatMap((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
      });
  return walk('');
}

/** Files that hold `pattern`, this one left out: it has to name what it looks for. */
function filesWith(pattern: RegExp, paths = ownFiles()): string[] {
  return paths.filter((path) => path !== 'tests/rules/promises-in-files.test.ts' && pattern.test(read(path)));
}

describe('package.json', () => {
  it('E-30 names one exact version of everything', () => {
    const ranges = Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.overrides,
    });
    const exact = /^(npm:(@[^/]+\/)?[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;
    expect(ranges.filter(([, version]) => !exact.test(version))).toEqual([]);
    expect(ranges.length).toBeGreaterThan(20);
  });

  it('packs native modules only: whatever can be bundled is a dev dependency', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(['better-sqlite3-multiple-ciphers', 'keytar']);
  });
});

describe('package-lock.json', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

  it('names no address: everybody installs from the registry they have', () => {
    expect(packages.filter(([, one]) => one.resolved !== undefined)).toEqual([]);
  });

  it('E-30 knows the hash of every package', () => {
    expect(packages.filter(([, one]) => one.integrity === undefined).map(([path]) => path)).toEqual([]);
  });

  it('holds the package of every platform, or npm ci fails', () => {
    const missing = packages.flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('The sources', () => {
  const files = ownFiles();

  it('are found at all', () => {
    expect(files).toEqual(expect.arrayContaining(['start', 'test', '.ci/run', 'package.json']));
  });

  it('E-04 never switch the sandbox off', () => {
    const product = files.filter((path) => !path.startsWith('tests/') && !path.endsWith('.md'));
    const off = /--no-sandbox|--disable-setuid-sandbox|sandbox:\s*false|ELECTRON_DISABLE_SANDBOX/i;
    expect(filesWith(off, product)).toEqual([]);
    // The tests of what the app refuses to start with have to name it.
    const tests = files.filter(
      (path) => path.startsWith('tests/') && !path.startsWith('tests/main/desktop/'),
    );
    expect(filesWith(/chromiumSandbox:\s*false/, tests)).toEqual([]);
    // A plain browser that a developer starts as root cannot do otherwise; ./test never runs one as root.
    expect(filesWith(/^(?!.*getuid).*['"]--no-sandbox['"]/m, tests)).toEqual([]);
  });

  it('name no registry and no folder of the machine they were written on', () => {
    const host = /registry\.(npmjs|yarnpkg)\.|npmmirror\.com|deb\.debian\.org/;
    expect(filesWith(host, files)).toEqual([]);
    expect(filesWith(/(?:^|[\s"'`(=])\/(?:work|root)\//m, files)).toEqual([]);
  });

  it('K-02 do not pass a secret on a command line or in the environment', () => {
    const scripts = files.filter((path) => path.startsWith('scripts/') || ['start', 'test'].includes(path));
    expect(filesWith(/appKey|secretKey|APP_KEY/, scripts)).toEqual([]);
  });
});
