import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyringSession } from '../../keyring-session.ts';

const watcher = 'org.kde.StatusNotifierWatcher';
const object = { destination: watcher, path: '/StatusNotifierWatcher' };
const item = 'org.kde.StatusNotifierItem';

/** What shows the icons of a tray on a device's desktop, as far as an app can tell: python3-dbusmock. */
export class TrayHost {
  readonly #bus: KeyringSession;
  readonly #log: string;
  readonly stop: () => Promise<void>;

  static async start(bus: KeyringSession): Promise<TrayHost> {
    const log = join(bus.env['HOME'] ?? '', 'tray.log');
    const named = [watcher, object.path, watcher];
    const child = spawn('/usr/bin/python3', ['-m', 'dbusmock', '--session', '--logfile', log, ...named], {
      env: { PATH: process.env['PATH'], ...bus.env },
      stdio: 'ignore',
    });
    const gone = once(child, 'exit');
    await bus.owner(watcher);
    const mock = { ...object, interface: 'org.freedesktop.DBus.Mock' };
    await bus.call({
      ...{ ...mock, member: 'AddMethod', signature: 'sssss' },
      body: [watcher, 'RegisterStatusNotifierItem', 's', '', ''],
    });
    await bus.call({
      ...{ ...mock, member: 'AddProperty', signature: 'ssv' },
      body: [watcher, 'IsStatusNotifierHostRegistered', { signature: 'b', value: true }],
    });
    return new TrayHost(bus, log, async () => {
      child.kill();
      await gone;
      rmSync(log, { force: true });
    });
  }

  private constructor(bus: KeyringSession, log: string, stop: () => Promise<void>) {
    this.#bus = bus;
    this.#log = log;
    this.stop = stop;
  }

  /** The bus name of the icon that stands there, null without one. */
  icon(): string | null {
    const found = [...readFileSync(this.#log, 'utf8').matchAll(/RegisterStatusNotifierItem "([^"]+)"/g)];
    return found.at(-1)?.[1] ?? null;
  }

  /** The person clicks on the icon. */
  click(): void {
    const { destination, path } = this.#place();
    // The bus drops a call whose caller is gone before it is delivered: wait for the answer.
    const { status } = spawnSync(
      'dbus-send',
      ['--session', '--print-reply', `--dest=${destination}`, path, `${item}.Activate`, 'int32:0', 'int32:0'],
      { env: { PATH: process.env['PATH'], ...this.#bus.env } },
    );
    if (status !== 0) throw new Error('the icon could not be clicked');
  }

  /** What stands beside the pointer over the icon. */
  async toolTip(): Promise<string> {
    const { destination, path } = this.#place();
    const answer = await this.#bus.call({
      ...{ destination, path, interface: 'org.freedesktop.DBus.Properties', member: 'Get' },
      ...{ signature: 'ss', body: [item, 'ToolTip'] },
    });
    return JSON.stringify(answer);
  }

  /** An app registers a name of its own, at whose usual place the icon is. */
  #place(): { destination: string; path: string } {
    const icon = this.icon();
    if (icon === null) throw new Error('there is no icon in the tray');
    const [destination = icon, ...path] = icon.split(/(?=\/)/);
    return { destination, path: path.length === 0 ? '/StatusNotifierItem' : path.join('') };
  }
}
