import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecordingLog } from '../fakes/log.ts';

// Outside Electron, its package only tells where a binary would be, and would download one to be able to.
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent';
const { eraseAll } = await import('../../main/erase-all.ts');

const here = resolve(import.meta.dirname, '../../main');
const entries: Readonly<Record<string, string>> = {
  'erase.cjs': join(here, 'erase-thread.ts'),
  'vault.cjs': join(here, 'adapters/vault-process.ts'),
};
const id = (letter: string): string => letter.repeat(32);

let userData: string;
beforeEach(() => {
  userData = mkdtempSync(join(tmpdir(), 'onethread-erase-'));
  // No keychain to be had: nothing here may touch that of whoever runs the tests.
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${join(userData, 'no-bus')}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(userData, { recursive: true });
});

const put = (name: string, content: object | string): void => {
  mkdirSync(join(userData, name, '..'), { recursive: true });
  writeFileSync(join(userData, name), typeof content === 'string' ? content : JSON.stringify(content));
};
const settings = (): Record<string, unknown> =>
  JSON.parse(readFileSync(join(userData, 'settings.json'), 'utf8')) as Record<string, unknown>;

function erase(): { readonly isGone: boolean; readonly report: Record<string, unknown> } {
  let printed = '';
  const isGone = eraseAll({
    userData,
    crashDumps: join(userData, 'Crashpad'),
    built: (file) => entries[file] ?? '',
    log: new RecordingLog(),
    print: (line) => (printed += line),
  });
  expect(printed).toMatch(/^\{.*\}\n$/);
  return { isGone, report: JSON.parse(printed) as Record<string, unknown> };
}

/** Accounts of two services, one half erased, and what the service was still to hear. */
const everything = {
  accounts: [
    { id: id('a'), realm: 'https://one.example|app' },
    { id: id('b'), realm: 'https://two.example|app' },
  ],
  active: { 'https://one.example|app': id('a') },
  erasing: [id('c')],
  passing: [id('b')],
  notes: [{ id: id('d'), kind: 'ticket', realm: 'https://one.example|app' }],
  appearance: { theme: 'dark' },
};

describe('Erasing all', () => {
  it('finds nobody on a device that nobody used', () => {
    expect(erase()).toMatchObject({ isGone: true, report: { found: 0, erased: 0, remaining: 0 } });
  });

  it('R-09 keeps a tombstone for each whose key may still be in a keychain out of reach; their files are gone', () => {
    put('settings.json', everything);
    for (const letter of ['a', 'b']) put(`accounts/${id(letter)}/history.db`, 'sealed');
    const { isGone, report } = erase();
    expect(isGone).toBe(false);
    expect(report).toMatchObject({ found: 4, erased: 0, remaining: 4 });
    expect(readdirSync(join(userData, 'accounts'))).toEqual([]);
    expect(settings()).toMatchObject({
      ...{ accounts: [], active: {}, passing: [], notes: [] },
      erasing: [id('a'), id('b'), id('d'), id('c')],
      // The device's own settings are nobody's, and stay.
      appearance: { theme: 'dark' },
    });
  });

  it('R-09 needs no keychain for keys under a passphrase: they go with their file, and its copies', () => {
    put('settings.json', { accounts: [everything.accounts[0]] });
    put(`accounts/${id('a')}/history.db`, 'sealed');
    for (const name of ['keys.json', 'keys.copy.json', 'keys.json.bad'])
      put(name, { version: 1, items: { [id('a')]: 'sealed', [id('f')]: 'listed nowhere else' } });
    const { isGone, report } = erase();
    expect(isGone).toBe(true);
    expect(report).toMatchObject({ found: 2, erased: 2, remaining: 0 });
    expect(report['places']).toContainEqual({ place: 'key', removed: 5, bytes: 0, remaining: 0 });
    expect(report['places']).toContainEqual({ place: 'history', removed: 1, bytes: 6, remaining: 0 });
    expect(readdirSync(userData).toSorted()).toEqual(['accounts', 'settings.copy.json', 'settings.json']);
    expect(settings()).toMatchObject({ accounts: [], erasing: [] });
  });

  it('R-09 finds a history that damaged settings know nothing of', () => {
    put('settings.json', '{"accounts": [');
    put(`accounts/${id('e')}/history.db`, 'sealed');
    const { report } = erase();
    expect(report).toMatchObject({ found: 1 });
    expect(existsSync(join(userData, 'accounts', id('e')))).toBe(false);
    expect(settings()).toMatchObject({ erasing: [id('e')] });
    expect(existsSync(join(userData, 'settings.json.bad'))).toBe(false);
  });

  it('empties the other places as a sign-out does', () => {
    put('settings.json', { accounts: [everything.accounts[0]] });
    put('temporary/picture.png', 'word');
    put('Custom Dictionary.txt', 'word');
    put('Crashpad/pending/1.dmp', 'word');
    erase();
    for (const left of ['temporary/picture.png', 'Custom Dictionary.txt', 'Crashpad/pending/1.dmp'])
      expect(existsSync(join(userData, left))).toBe(false);
  });
});
