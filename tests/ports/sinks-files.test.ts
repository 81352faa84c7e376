import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AccountId } from '../../contract/ids.ts';
import type { ErasePlace } from '../../contract/erase-report.ts';
import { RecentFiles, recentFilesList } from '../../main/adapters/sink-recent-files.ts';
import { eraseStoredPages, fileSinks, temporaryFolder } from '../../main/adapters/sinks-files.ts';

const account = AccountId.parse('a'.repeat(32));
const nothing = { files: 0, bytes: 0, remaining: 0 };

let root: string;
let userData: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'onethread-sinks-'));
  userData = join(root, 'data');
  mkdirSync(userData);
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (path: string, text: string): string => {
  mkdirSync(dirname(join(userData, path)), { recursive: true });
  writeFileSync(join(userData, path), text);
  return join(userData, path);
};
const sinks = () => fileSinks({ userData, crashDumps: join(userData, 'Crashpad') });
const erase = (place: ErasePlace) =>
  sinks()
    .find((sink) => sink.place === place)
    ?.erase(account);

describe('The places that are files', () => {
  it('R-09 are found empty where nothing was ever written', async () => {
    for (const sink of sinks()) expect(await sink.erase(account)).toEqual(nothing);
    expect(await eraseStoredPages(userData)).toEqual(nothing);
  });

  it.each([
    ['temporaryFiles', ['temporary/a', 'temporary/b/c']],
    ['crashDumps', ['Crashpad/pending/1.dmp', 'Crashpad/completed/2.meta']],
    ['logs', ['logs/main.log', 'chrome_debug.log']],
    ['spelling', ['Custom Dictionary.txt', 'Custom Dictionary.txt.backup']],
  ] as const)('R-09 R-11 R-12 are emptied: %s', async (place, paths) => {
    const files = paths.map((path) => put(path, 'word'));
    expect(await erase(place)).toEqual({ files: 2, bytes: 8, remaining: 0 });
    expect(files.filter((file) => existsSync(file))).toEqual([]);
    expect(await erase(place)).toEqual(nothing);
  });

  it('leave Chromium’s own mark among the crash dumps alone', async () => {
    const mark = put('Crashpad/client_id', 'x');
    expect(await erase('crashDumps')).toEqual(nothing);
    expect(existsSync(mark)).toBe(true);
  });

  it('leave everything else in the data folder alone', async () => {
    const others = [put('settings.json', '{}'), put('accounts/x/history.db', 'sealed')];
    for (const sink of sinks()) await sink.erase(account);
    await eraseStoredPages(userData);
    expect(others.every((file) => existsSync(file))).toBe(true);
  });

  it('do not lead anywhere else: a link is taken away, not what it leads to', async () => {
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'precious'), 'word');
    symlinkSync(elsewhere, temporaryFolder(userData));
    expect(await erase('temporaryFiles')).toMatchObject({ files: 1, remaining: 0 });
    expect(existsSync(join(elsewhere, 'precious'))).toBe(true);
  });
});

it.runIf(process.platform === 'linux')('R-09 A file that does not go is told', async () => {
  // Not even root can take files out of there.
  const found = fileSinks({ userData, crashDumps: '/proc/self/attr' }).find(
    (one) => one.place === 'crashDumps',
  );
  const erased = await found?.erase(account);
  expect(erased?.remaining).toBeGreaterThan(0);
  expect(erased?.remaining).toBe(erased?.files);
});

describe('What a page may have stored', () => {
  it('R-07 is taken away wherever Chromium keeps such things', async () => {
    const traces = [
      'Local Storage/leveldb/000003.log',
      'Session Storage/000004.ldb',
      'IndexedDB/app_main_0.indexeddb.leveldb/000003.log',
      'Service Worker/CacheStorage/1a2b/index',
      'blob_storage/1/0',
      'Partitions/x/Local Storage/leveldb/000003.log',
    ].map((path) => put(path, 'word'.repeat(20)));
    expect(await eraseStoredPages(userData)).toEqual({ files: 6, bytes: 480, remaining: 0 });
    expect(traces.filter((file) => existsSync(file))).toEqual([]);
  });

  it('is not confused with what Chromium lays down for a session without a page', async () => {
    const shells = ['LOCK', 'LOG', 'CURRENT', 'MANIFEST-000001', '000003.log'];
    for (const shell of shells) put(`Local Storage/leveldb/${shell}`, 'VERSION 1');
    expect(await eraseStoredPages(userData)).toEqual(nothing);
  });
});

describe('The desktop’s list of recent files', () => {
  const entry = (href: string): string =>
    `  <bookmark href="${href}" added="2026-01-01T00:00:00Z">\n    <info/>\n  </bookmark>\n`;
  const list = (...entries: string[]): string =>
    `<?xml version="1.0"?>\n<xbel>\n${entries.join('')}</xbel>\n`;
  const path = (): string => join(root, 'recently-used.xbel');
  const recentFiles = () => {
    let cleared = 0;
    const recent = new RecentFiles({ list: path(), clear: () => (cleared += 1) });
    return { recent, cleared: () => cleared };
  };

  it('is where the desktop has it', () => {
    expect(recentFilesList({ XDG_DATA_HOME: '/data' })).toBe('/data/recently-used.xbel');
    expect(recentFilesList({})).toMatch(/\/\.local\/share\/recently-used\.xbel$/);
  });

  it('R-12 loses the files that this app has saved, and no other', async () => {
    const ours = join(root, 'Ana & “Bo”.txt');
    const href = pathToFileURL(ours).href.replaceAll('&', '&amp;');
    const theirs = entry('file:///home/ana/letter.odt');
    writeFileSync(path(), list(entry(href), theirs, entry('file:///other.txt')), { mode: 0o600 });
    const { recent } = recentFiles();
    expect(await recent.erase()).toEqual(nothing);
    recent.note(ours);
    expect(await recent.erase()).toMatchObject({ files: 1, remaining: 0 });
    expect(readFileSync(path(), 'utf8')).toBe(list(theirs, entry('file:///other.txt')));
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('is not made where there is none', async () => {
    const { recent, cleared } = recentFiles();
    recent.note('/x/report.json');
    expect(await recent.erase()).toEqual(nothing);
    expect(existsSync(path())).toBe(false);
    expect(cleared()).toBe(1);
  });

  it('is told to remain where it cannot be written', async () => {
    writeFileSync(path(), list(entry('file:///x/report.json')));
    // In the way of the new list.
    mkdirSync(`${path()}.onethread`);
    const { recent } = recentFiles();
    recent.note('/x/report.json');
    expect(await recent.erase()).toMatchObject({ files: 1, remaining: 1 });
    rmSync(`${path()}.onethread`, { recursive: true });
    expect(await recent.erase()).toMatchObject({ files: 1, remaining: 0 });
  });
});
