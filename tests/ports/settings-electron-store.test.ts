import { fork } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeSettingsFile } from './settings-suite.ts';

// Outside Electron, its package only tells where a binary would be, and would download one to be able to.
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent';
const { createSettingsFile } = await import('../../main/adapters/settings-electron-store.ts');

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'onethread-settings-'));

describeSettingsFile('The file of electron-store', () => {
  const root = makeFolder();
  const folder = join(root, 'data');
  return {
    open: () => createSettingsFile(folder),
    spoil() {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'settings.json'), '{"half": ');
    },
    // As root, no permission is in the way; a file where the folder should be is.
    fill: () => writeFileSync(folder, ''),
    close: () => rmSync(root, { recursive: true }),
  };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = makeFolder();
  path = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('A settings file that is none', () => {
  const good = '{"theme":"dark"}';
  const spoiled: Record<string, () => void> = {
    'is empty': () => writeFileSync(path, ''),
    'is half there': () => writeFileSync(path, good.slice(0, 9)),
    'is a list': () => writeFileSync(path, '[1]'),
    'is a string': () => writeFileSync(path, '"theme"'),
    'is null': () => writeFileSync(path, 'null'),
    'begins with a byte order mark': () => writeFileSync(path, `\uFEFF${good}`),
    'is UTF-16': () => writeFileSync(path, good, 'utf16le'),
    'is not UTF-8': () => writeFileSync(path, Buffer.from('{"name":"\xff"}', 'latin1')),
    'is all zeros': () => writeFileSync(path, Buffer.alloc(4096)),
    'names __proto__': () => writeFileSync(path, '{"__proto__":{"theme":"dark"}}'),
    'names __proto__ further in': () => writeFileSync(path, '{"a":[{"__proto__":{}}]}'),
    'is 100 MB': () => {
      writeFileSync(path, good);
      truncateSync(path, 100_000_000);
    },
    'is nested without end': () => writeFileSync(path, '{"a":'.repeat(20_000)),
    'is a folder': () => {
      mkdirSync(path);
      writeFileSync(join(path, 'inside'), 'x');
    },
    'is a link': () => {
      writeFileSync(join(folder, 'elsewhere'), good);
      symlinkSync(join(folder, 'elsewhere'), path);
    },
    'is a link to nowhere': () => symlinkSync(join(folder, 'nowhere'), path),
  };

  for (const [how, spoil] of Object.entries(spoiled)) {
    it(`because it ${how} is set aside as it is, and defaults are in use`, () => {
      spoil();
      const before = describeEntry(path);
      const file = createSettingsFile(folder);
      expect(file.load()).toEqual({ raw: {}, setAside: true });
      expect(describeEntry(`${path}.bad`)).toEqual(before);
      expect(file.save({ theme: 'light' })).toBe(true);
      expect(file.load()).toEqual({ raw: { theme: 'light' }, setAside: false });
      expect(lstatSync(path).isFile()).toBe(true);
    });
  }

  it('D-09 never stops a start, however it was damaged: 300 ways', () => {
    const whole = Buffer.from(
      JSON.stringify({ appId: 'a1', theme: 'dark', accounts: [{ id: 'x', hasKey: true }] }),
    );
    const damage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(whole.length).map((length) => whole.subarray(0, length)),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
        const flipped = Buffer.from(whole);
        flipped[at] = byte;
        return flipped;
      }),
      fc.json().map((text) => Buffer.from(text)),
    );
    let setAside = 0;
    fc.assert(
      fc.property(damage, (bytes) => {
        writeFileSync(path, bytes);
        const file = createSettingsFile(folder);
        const loaded = file.load();
        expect(typeof loaded.raw).toBe('object');
        if (loaded.setAside) {
          setAside++;
          expect(Buffer.compare(readFileSync(`${path}.bad`), bytes)).toBe(0);
        }
        expect(file.save({ theme: 'light' })).toBe(true);
        expect(file.load()).toEqual({ raw: { theme: 'light' }, setAside: false });
      }),
      { numRuns: 300 },
    );
    expect(setAside).toBeGreaterThan(100);
  });

  it('D-09 gives back what was saved last, with every account', () => {
    const raw = { theme: 'dark', accounts: [{ id: 'x', hasKey: true }] };
    createSettingsFile(folder).save(raw);
    writeFileSync(path, '{"theme":');
    expect(createSettingsFile(folder).load()).toEqual({ raw, setAside: true });
  });

  it('is set aside once: the next one takes its place', () => {
    for (const text of ['first', 'second']) {
      writeFileSync(path, text);
      createSettingsFile(folder).load();
    }
    expect(readdirSync(folder)).toEqual(['settings.json.bad']);
    expect(readFileSync(`${path}.bad`, 'utf8')).toBe('second');
  });
});

describe('The settings file', () => {
  it('R-14 is for its owner only, whatever the umask and whatever it was before', () => {
    const umask = process.umask(0);
    try {
      const inner = join(folder, 'new');
      createSettingsFile(inner).load();
      createSettingsFile(inner).save({ a: 1 });
      writeFileSync(path, '{}', { mode: 0o666 });
      chmodSync(path, 0o666);
      createSettingsFile(folder).save({ a: 1 });
      expect(
        [inner, join(inner, 'settings.json'), path].map((entry) => statSync(entry).mode & 0o777),
      ).toEqual([0o700, 0o600, 0o600]);
    } finally {
      process.umask(umask);
    }
  });

  it('R-14 is never written through a link that appeared after the start', () => {
    const file = createSettingsFile(folder);
    file.load();
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'untouched');
    symlinkSync(elsewhere, path);
    expect(file.save({ a: 1 })).toBe(true);
    expect(readFileSync(elsewhere, 'utf8')).toBe('untouched');
    expect(readlinkSync(`${path}.bad`)).toBe(elsewhere);
  });

  it(
    'is whole after a kill in the middle of saving, ten times, and leaves no scraps',
    { timeout: 60_000 },
    async () => {
      let last = 0;
      for (let round = 0; round < 10; round++) {
        last = await saveUntilKilled(folder, 20 + 7 * round);
        const loaded = createSettingsFile(folder).load();
        expect(loaded.setAside).toBe(false);
        // The child said so only after `save` returned, so this or a later one is on disk.
        expect((loaded.raw as { count: number }).count).toBeGreaterThanOrEqual(last);
        expect(readdirSync(folder).sort()).toEqual(['settings.copy.json', 'settings.json']);
      }
      expect(last).toBeGreaterThan(0);
    },
  );
});

/** What is at `path`, without following a link. */
function describeEntry(entry: string): unknown {
  const stat = lstatSync(entry);
  if (stat.isSymbolicLink()) return { link: readlinkSync(entry) };
  return stat.isFile() ? { size: stat.size } : { entries: readdirSync(entry) };
}

/** Save ever larger counts in a process of its own, and kill that at the `afterSaves`th. Returns the last one saved. */
function saveUntilKilled(into: string, afterSaves: number): Promise<number> {
  const child = fork(join(import.meta.dirname, 'settings-saver.ts'), [into]);
  let last = 0;
  child.on('message', (count) => {
    last = Number(count);
    if (last >= afterSaves) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.once('exit', () => resolve(last)));
}
