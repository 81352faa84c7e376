import { bus, DbusConnection } from './vault-dbus.ts';

const server = {
  destination: 'org.freedesktop.Notifications',
  path: '/org/freedesktop/Notifications',
  interface: 'org.freedesktop.Notifications',
};

/** Whether the desktop that shows notifications reads their bodies as markup. False where there is none that answers. */
export async function readsMarkup(address: string | undefined): Promise<boolean> {
  if (address === undefined) return false;
  return asking(address, async (connection) => {
    const [capabilities] = await connection.call({ ...server, member: 'GetCapabilities' });
    return Array.isArray(capabilities) && capabilities.includes('body-markup');
  });
}

/** Whether something shows the icons of a tray (StatusNotifierItem). */
export async function hasTrayHost(address: string | undefined): Promise<boolean> {
  if (address === undefined) return false;
  return asking(address, async (connection) => {
    const [answer] = await connection.call({
      ...bus,
      member: 'NameHasOwner',
      signature: 's',
      body: ['org.kde.StatusNotifierWatcher'],
    });
    return answer === true;
  });
}

async function asking(address: string, ask: (of: DbusConnection) => Promise<boolean>): Promise<boolean> {
  try {
    const connection = await DbusConnection.open(address);
    try {
      return await ask(connection);
    } finally {
      connection.close();
    }
  } catch {
    return false;
  }
}
