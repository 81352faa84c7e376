import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { App } from 'electron';

/** Whether the operating system starts the app when this person logs in to it. The system's word is the truth of it. */
export interface LoginItem {
  isSet(): boolean;
  /** @returns false if the system did not agree; nothing has changed then. */
  set(on: boolean): boolean;
}

/** So the window stays away until it is wanted, where there is a tray to open it from. */
export const hiddenSwitch = '--hidden';

/** macOS and Windows know of it themselves. */
export class SystemLoginItem implements LoginItem {
  readonly #app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;

  constructor(app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>) {
    this.#app = app;
  }

  isSet(): boolean {
    return this.#app.getLoginItemSettings({ args: [hiddenSwitch] }).openAtLogin;
  }

  set(on: boolean): boolean {
    this.#app.setLoginItemSettings({ openAtLogin: on, args: [hiddenSwitch] });
    return this.isSet() === on;
  }
}

/**
 * On Linux, a file in the folder of what starts with the desktop (Desktop Application Autostart Specification). It is there
 * while it was chosen, and holds nothing but how to start the app.
 */
export class AutostartFile implements LoginItem {
  readonly #folder: string;
  readonly #file: string;
  readonly #command: readonly string[];

  /**
   * @param deps.command the program, absolute, and its switches
   * @param deps.home the person's own folder
   */
  constructor(deps: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly home: string;
    readonly command: readonly string[];
  }) {
    const given = deps.env['XDG_CONFIG_HOME'] ?? '';
    // A relative one is to be ignored (XDG Base Directory Specification).
    const config = isAbsolute(given) ? given : join(deps.home, '.config');
    this.#folder = join(config, 'autostart');
    this.#file = join(this.#folder, 'onethread.desktop');
    this.#command = deps.command;
  }

  isSet(): boolean {
    try {
      // A desktop's own settings switch an entry off in this way.
      return !/^(?:Hidden=true|X-GNOME-Autostart-enabled=false)\s*$/im.test(readFileSync(this.#file, 'utf8'));
    } catch {
      return false;
    }
  }

  set(on: boolean): boolean {
    try {
      if (on) this.#write();
      else rmSync(this.#file, { force: true });
    } catch {
      return false;
    }
    return this.isSet() === on;
  }

  #write(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const part = `${this.#file}.part`;
    const lines = [
      '[Desktop Entry]',
      'Type=Application',
      'Name=Onethread',
      `Exec=${[...this.#command, hiddenSwitch].map(quoted).join(' ')}`,
      'Terminal=false',
    ];
    writeFileSync(part, `${lines.join('\n')}\n`, { mode: 0o600 });
    renameSync(part, this.#file);
  }
}

/** One word of `Exec`: quoted, with its own escapes within those of a string, and no field code in it. */
function quoted(word: string): string {
  const escaped = word.replace(/["`$\\]/g, (sign) => `\\${sign}`).replaceAll('%', '%%');
  return `"${escaped.replaceAll('\\', '\\\\')}"`;
}
