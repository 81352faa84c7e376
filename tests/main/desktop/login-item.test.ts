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
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AutostartFile, SystemLoginItem } from '../../../main/desktop/login-item.ts';
import { zoomFrom } from '../../../main/desktop/zoom.ts';
import { zoomSteps } from '../../../contract/view.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'onethread-login-item-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const itemFor = (command = ['/opt/Onethread/onethread'], env: Record<string, string> = {}) =>
  new AutostartFile({ env, home, command });
const file = () => join(home, '.config', 'autostart', 'onethread.desktop');

describe('Starting with the desktop, on Linux', () => {
  it('is one file that is there only while it was chosen', () => {
    const item = itemFor();
    expect([item.isSet(), readdirSync(home)]).toEqual([false, []]);
    expect([item.set(true), item.isSet()]).toEqual([true, true]);
    expect(readFileSync(file(), 'utf8')).toBe(
      '[Desktop Entry]\nType=Application\nName=Onethread\nExec="/opt/Onethread/onethread" "--hidden"\nTerminal=false\n',
    );
    // Another run of the app sees it too.
    expect(itemFor().isSet()).toBe(true);
    expect([item.set(false), item.isSet(), existsSync(file())]).toEqual([true, false, false]);
    expect(readdirSync(join(home, '.config', 'autostart'))).toEqual([]);
    expect(item.set(false)).toBe(true);
  });

  it('stands where the person keeps such files, and nowhere relative', () => {
    const own = join(home, 'own config');
    itemFor(undefined, { XDG_CONFIG_HOME: own }).set(true);
    expect(readdirSync(join(own, 'autostart'))).toEqual(['onethread.desktop']);
    itemFor(undefined, { XDG_CONFIG_HOME: 'relative' }).set(true);
    expect(existsSync(file())).toBe(true);
  });

  it('starts a program whatever its path is made of', () => {
    itemFor(['/home/ana/my apps/One"thread$100%\\x']).set(true);
    const exec = /^Exec=(.*)$/m.exec(readFileSync(file(), 'utf8'))?.[1] ?? '';
    // As the desktop reads it: the escapes of a string, then those within quotes, then field codes.
    const [program, hidden] = [...exec.replace(/\\\\/g, '\\').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(
      ([, word = '']) => word.replace(/\\(.)/g, '$1').replaceAll('%%', '%'),
    );
    expect([program, hidden]).toEqual(['/home/ana/my apps/One"thread$100%\\x', '--hidden']);
  });

  it('is off where the desktop has switched its entry off', () => {
    const item = itemFor();
    item.set(true);
    writeFileSync(file(), `${readFileSync(file(), 'utf8')}Hidden=true\n`);
    expect(item.isSet()).toBe(false);
    expect([item.set(true), item.isSet()]).toEqual([true, true]);
  });

  it('says so when it cannot be', () => {
    mkdirSync(join(home, '.config'));
    writeFileSync(join(home, '.config', 'autostart'), 'a file in the place of the folder');
    expect([itemFor().set(true), itemFor().isSet()]).toEqual([false, false]);
  });
});

describe('Starting with the desktop, elsewhere', () => {
  it('is asked of the system, and is what the system says', () => {
    let open = false;
    const app = {
      getLoginItemSettings: () => ({ openAtLogin: open }),
      setLoginItemSettings: (settings: { openAtLogin?: boolean }) =>
        void (open = settings.openAtLogin === true),
    };
    const item = new SystemLoginItem(app as never);
    expect([item.isSet(), item.set(true), item.isSet()]).toEqual([false, true, true]);
    app.setLoginItemSettings = () => undefined;
    expect(item.set(false)).toBe(false);
  });
});

describe('Zoom', () => {
  it('goes step by step, back to the usual size, and no further than its ends', () => {
    expect([zoomFrom(100, 'in'), zoomFrom(100, 'out'), zoomFrom(250, 'reset')]).toEqual([110, 90, 100]);
    // From between two steps, to the next one.
    expect([zoomFrom(105, 'in'), zoomFrom(105, 'out')]).toEqual([110, 100]);
    const [least = 0, most = 0] = [zoomSteps.at(0), zoomSteps.at(-1)];
    expect([zoomFrom(least, 'out'), zoomFrom(most, 'in')]).toEqual([least, most]);
  });
});
