import { join } from 'node:path';
import type { Log } from '../ports/log.ts';
import { bus, DbusConnection } from './vault-dbus.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Desktops that say when their screen is locked, each in its own name and all with the same signal. */
const screenSavers = ['freedesktop', 'gnome', 'cinnamon', 'mate', 'xfce', 'kde'].map(
  (desktop) => `org.${desktop}.ScreenSaver`,
);

/**
 * Hear when a Linux desktop is locked, which Electron does not tell: from the desktop's screen saver on the session bus, and
 * from logind on the system bus. Nothing is heard where there is no such bus.
 *
 * @returns once it listens; closes both when undone
 */
export async function hearDesktopLock(deps: {
  readonly env: Env;
  readonly log: Log;
  readonly onLock: () => void;
}): Promise<() => void> {
  const { env, log, onLock } = deps;
  const listening = [
    listen(sessionBus(env), screenSavers.map(lockedBy), (member, [active]) => {
      if (member === 'ActiveChanged' && active === true) onLock();
    }),
    listen(systemBus(env), ownLogin(env), (member) => {
      if (member === 'Lock') onLock();
    }),
  ];
  const open = (await Promise.all(listening)).filter((connection) => connection !== null);
  log.info('presence.desktopLock', { heardFrom: open.length });
  return () => open.forEach((connection) => connection.close());
}

const lockedBy = (name: string): string => `type='signal',interface='${name}',member='ActiveChanged'`;

/** `loginctl lock-session`, and whatever does the same: said of this login only (org.freedesktop.login1(5)). */
function ownLogin({ XDG_SESSION_ID: id }: Env): readonly string[] {
  if (id === undefined || !/^[\w-]{1,64}$/.test(id)) return [];
  const path = `/org/freedesktop/login1/session/${escaped(id)}`;
  return [`type='signal',path='${path}',interface='org.freedesktop.login1.Session',member='Lock'`];
}

/** As systemd escapes an id into a path: what is no letter, and a digit in the first place, becomes `_` and its code. */
function escaped(id: string): string {
  const code = (character: string): string => `_${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return id.replace(/^\d|[^A-Za-z0-9]/g, code);
}

function sessionBus({ DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime }: Env): string {
  return address ?? (runtime === undefined ? '' : `unix:path=${join(runtime, 'bus')}`);
}

function systemBus({ DBUS_SYSTEM_BUS_ADDRESS: address }: Env): string {
  return address ?? 'unix:path=/run/dbus/system_bus_socket';
}

async function listen(
  address: string,
  rules: readonly string[],
  hear: (member: string, body: readonly unknown[]) => void,
): Promise<DbusConnection | null> {
  if (rules.length === 0) return null;
  try {
    const connection = await DbusConnection.open(address);
    connection.onSignal(({ member, body }) => hear(member, body));
    for (const rule of rules)
      await connection.call({ ...bus, member: 'AddMatch', signature: 's', body: [rule] });
    return connection;
  } catch {
    return null;
  }
}
