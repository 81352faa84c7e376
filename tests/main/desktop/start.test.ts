import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearUntrustedVariables, forbiddenSwitch } from '../../../main/desktop/command-line.ts';
import { claimDataFolder } from '../../../main/desktop/data-folder.ts';
import { menuTemplate, type PageKey } from '../../../main/desktop/menu.ts';
import { becomeOnlyInstance, bringForward } from '../../../main/desktop/single-instance.ts';
import { wordsFor } from '../../../main/desktop/words.ts';

describe('The command line of a packaged app', () => {
  it.each([
    ...[
      '--remote-debugging-port=9222',
      '--remote-debugging-pipe',
      '--inspect',
      '--inspect=0',
      '--inspect-brk',
    ],
    ...[
      '--no-sandbox',
      '--disable-web-security',
      '--ignore-certificate-errors',
      '--ignore-certificate-errors-spki-list=x',
    ],
    ...[
      '--host-rules=MAP * x',
      '--host-resolver-rules=MAP * x',
      '--load-extension=/x',
      '--js-flags=--expose-gc',
    ],
    ...[
      '--renderer-cmd-prefix=x',
      '--gpu-launcher-cmd-prefix=x',
      '--log-net-log=/x',
      '--proxy-server=x',
      '-r',
      '--eval',
    ],
    ...['--NO-SANDBOX', '--disable-setuid-sandbox', '--allow-running-insecure-content', '/no-sandbox'],
  ])('E-22 does not take %s', (word) => {
    expect(forbiddenSwitch(['onethread', '--ok', word])).not.toBeNull();
  });

  it('takes what is harmless', () => {
    const words = [
      'onethread',
      '--user-data-dir=/x',
      '--force-dark-mode',
      '--lang=de',
      'inspect',
      '--',
      '--no-sandbox',
    ];
    expect(forbiddenSwitch(words)).toBeNull();
    expect(forbiddenSwitch(['/opt/no-sandbox'])).toBeNull();
  });

  it('E-22 loses the variables that would make it trust too much', () => {
    const env = {
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      SSLKEYLOGFILE: '/x',
      NODE_EXTRA_CA_CERTS: '/x',
      HOME: '/h',
    };
    clearUntrustedVariables(env);
    expect(env).toEqual({ HOME: '/h' });
  });
});

describe('The data folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'onethread-data-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('R-14 is made for its owner only, and made so if it was not', () => {
    const umask = process.umask(0);
    try {
      const folder = join(root, 'a', 'b');
      expect(claimDataFolder(folder)).toBe(true);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      chmodSync(folder, 0o777);
      expect(claimDataFolder(folder)).toBe(true);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    } finally {
      process.umask(umask);
    }
  });

  it('R-14 is never a link or a file', () => {
    mkdirSync(join(root, 'real'));
    symlinkSync(join(root, 'real'), join(root, 'link'));
    writeFileSync(join(root, 'file'), '');
    expect(claimDataFolder(join(root, 'link'))).toBe(false);
    expect(claimDataFolder(join(root, 'file'))).toBe(false);
  });
});

describe('The menu', () => {
  const pressed: PageKey[] = [];
  let canLock = true;
  const zoomed: string[] = [];
  const items = (
    platform: NodeJS.Platform,
    development = false,
    locale = 'en-GB',
  ): MenuItemConstructorOptions[] =>
    menuTemplate({
      platform,
      development,
      words: wordsFor(locale).menu,
      zoom: (direction) => zoomed.push(direction),
      lock: async () => canLock,
      press: (key) => pressed.push(key),
    }).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const roles = (platform: NodeJS.Platform, development: boolean): unknown[] =>
    items(platform, development).map(({ role }) => role);
  /** Choose an item, with the mouse or by its key. */
  const choose = async (label: string, triggeredByAccelerator = false): Promise<PageKey[]> => {
    pressed.length = 0;
    const item = items('linux').find((one) => one.label === label);
    type Click = Required<MenuItemConstructorOptions>['click'];
    await item?.click?.(...([{}, undefined, { triggeredByAccelerator }] as unknown[] as Parameters<Click>));
    return [...pressed];
  };

  it('locks without the page, by a key that needs no answer from it', async () => {
    canLock = true;
    const lock = items('linux').find(({ label }) => label === '&Lock Now');
    expect([lock?.accelerator, lock?.registerAccelerator]).toEqual(['CommandOrControl+L', undefined]);
    expect(await choose('&Lock Now')).toEqual([]);
  });

  it('has the page ask for a passcode where there is none, unless the key came through it already', async () => {
    canLock = false;
    expect(await choose('&Lock Now')).toEqual([{ keyCode: 'L', modifiers: ['control'] }]);
    expect(await choose('&Lock Now', true)).toEqual([]);
  });

  it('presses the page’s own keys to switch, to sign out and to list the keys', async () => {
    expect(await choose('Switch &Account…')).toEqual([{ keyCode: 'A', modifiers: ['control', 'shift'] }]);
    expect(await choose('&Sign Out and Erase…')).toEqual([{ keyCode: 'L', modifiers: ['control', 'shift'] }]);
    const shown = items('darwin').filter(({ registerAccelerator }) => registerAccelerator === false);
    expect(shown).toHaveLength(3);
    expect(await choose('&Keyboard Shortcuts')).toEqual([{ keyCode: '/', modifiers: ['control'] }]);
  });

  it('offers editing, zoom and quitting on every system', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      expect(roles(platform, false)).toEqual(expect.arrayContaining(['copy', 'paste', 'quit']));
      zoomed.length = 0;
      type Click = () => void;
      for (const { accelerator, click } of items(platform))
        if (/OrControl\+(?:Plus|=|-|0)$/.test(String(accelerator))) (click as Click)();
      expect(zoomed).toEqual(['reset', 'in', 'in', 'out']);
    }
  });

  it('speaks the language of the person, and leaves Ctrl+M to the page', () => {
    const said = (locale: string) => items('linux', false, locale).map(({ label }) => label ?? '');
    expect(said('de-AT')).toContain('Jetzt &sperren');
    expect(said('de-AT').filter((label) => label !== '' && said('en-GB').includes(label))).toEqual([]);
    // A letter that chooses, and only one.
    for (const label of [...said('de-AT'), ...said('en-GB')].filter((each) => each !== ''))
      expect(label.match(/&/g), label).toHaveLength(1);
    expect(roles('linux', false)).not.toContain('minimize');
  });

  it('E-23 reloads and looks into the page only in development', () => {
    for (const role of ['reload', 'toggleDevTools']) {
      expect(roles('linux', false)).not.toContain(role);
      expect(roles('linux', true)).toContain(role);
    }
    expect(roles('darwin', false)).not.toContain('forceReload');
  });
});

describe('A second start', () => {
  it('E-24 ends at once and brings the first one forward', () => {
    let hear: (event: unknown, argv: string[]) => void = () => undefined;
    const shown: unknown[] = [];
    const app = (first: boolean) => ({
      requestSingleInstanceLock: () => first,
      on: (_event: 'second-instance', listener: typeof hear) => (hear = listener),
    });
    expect(becomeOnlyInstance(app(false), () => shown.push('second'))).toBe(false);
    expect(becomeOnlyInstance(app(true), (argv) => shown.push(argv))).toBe(true);
    hear({}, ['onethread', 'onethread://login']);
    expect(shown).toEqual([['onethread', 'onethread://login']]);
  });

  it('finds the window also where it was minimised', () => {
    const done: string[] = [];
    const note = (what: string) => (): void => void done.push(what);
    bringForward({
      isMinimized: () => true,
      restore: note('restore'),
      show: note('show'),
      focus: note('focus'),
    });
    expect(done).toEqual(['restore', 'show', 'focus']);
  });
});
