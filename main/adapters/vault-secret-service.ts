import { z } from 'zod';
import { bus, DbusConnection, DbusError } from './vault-dbus.ts';

/**
 * What Linux' keyring says about itself. libsecret, and so keytar, answers "nothing there" alike for a missing item, a
 * locked keyring and a daemon that died; the Secret Service itself tells them apart. Secret Service API 0.2.
 */
export type KeyringState =
  /** Open, with this many items of the asked attributes in it. */
  | { readonly kind: 'open'; readonly items: number }
  | { readonly kind: 'locked'; readonly objects: readonly string[] }
  | { readonly kind: 'denied' | 'unavailable' };

export type ItemAttributes = Readonly<Record<string, string>>;

const secrets = {
  destination: 'org.freedesktop.secrets',
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
};

/** The object path that stands for "none". */
const noObject = '/';

const Paths = z.array(z.string()).readonly();
const Found = z.tuple([Paths, Paths]);
const OnePath = z.tuple([z.string()]);
const Flag = z.tuple([z.object({ value: z.boolean() })]);
const PathList = z.tuple([z.object({ value: Paths })]);
const Unlocked = z.tuple([Paths, z.string()]);

/** Ask after the keyring and the items of `attributes`. Raises no prompt. Waits as long as the daemon does. */
export function askKeyring(attributes: ItemAttributes): Promise<KeyringState> {
  return withBus(async (connection): Promise<KeyringState> => {
    const [open, locked] = Found.parse(
      await connection.call({
        ...secrets,
        member: 'SearchItems',
        signature: 'a{ss}',
        body: [Object.entries(attributes)],
      }),
    );
    const closed = [...locked, ...(await lockedCollections(connection))];
    return closed.length > 0 ? { kind: 'locked', objects: closed } : { kind: 'open', items: open.length };
  });
}

/**
 * Let the desktop ask the person to unlock `objects`. Resolves once they answered, or the desktop has no way to ask.
 * The window disappears with the process that asked for it.
 */
export async function askToUnlock(objects: readonly string[]): Promise<void> {
  await withBus(async (connection): Promise<KeyringState> => {
    const [, prompt] = Unlocked.parse(
      await connection.call({ ...secrets, member: 'Unlock', signature: 'ao', body: [objects] }),
    );
    if (prompt !== noObject) await answeredPrompt(connection, prompt);
    return { kind: 'open', items: 0 };
  });
}

async function answeredPrompt(connection: DbusConnection, prompt: string): Promise<void> {
  const promptInterface = 'org.freedesktop.Secret.Prompt';
  await connection.call({
    ...bus,
    member: 'AddMatch',
    signature: 's',
    body: [`type='signal',interface='${promptInterface}',member='Completed',path='${prompt}'`],
  });
  const completed = new Promise<void>((resolve) =>
    connection.onSignal(({ path, member }) => {
      if (path === prompt && member === 'Completed') resolve();
    }),
  );
  await connection.call({
    ...secrets,
    path: prompt,
    interface: promptInterface,
    member: 'Prompt',
    signature: 's',
    body: [''],
  });
  await completed;
}

/** The default collection if it is locked; where there is none, every locked one, since ours may be behind any. */
async function lockedCollections(connection: DbusConnection): Promise<readonly string[]> {
  const [standard] = OnePath.parse(
    await connection.call({ ...secrets, member: 'ReadAlias', signature: 's', body: ['default'] }),
  );
  const candidates = standard === noObject ? await collections(connection) : [standard];
  const locked = [];
  for (const path of candidates) if (await isLocked(connection, path)) locked.push(path);
  return locked;
}

async function collections(connection: DbusConnection): Promise<readonly string[]> {
  const answer = await property(connection, secrets.path, 'org.freedesktop.Secret.Service', 'Collections');
  return PathList.parse(answer)[0].value;
}

async function isLocked(connection: DbusConnection, collection: string): Promise<boolean> {
  const answer = await property(connection, collection, 'org.freedesktop.Secret.Collection', 'Locked');
  return Flag.parse(answer)[0].value;
}

function property(connection: DbusConnection, path: string, owner: string, name: string): Promise<unknown> {
  return connection.call({
    destination: secrets.destination,
    path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: [owner, name],
  });
}

async function withBus(ask: (connection: DbusConnection) => Promise<KeyringState>): Promise<KeyringState> {
  let connection: DbusConnection | null = null;
  try {
    connection = await DbusConnection.open(sessionBusAddress());
    return await ask(connection);
  } catch (error) {
    return { kind: isRefusal(error) ? 'denied' : 'unavailable' };
  } finally {
    connection?.close();
  }
}

/** As GLib does it: the environment's word, else the bus of the login session. */
function sessionBusAddress(): string {
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime } = process.env;
  return address ?? (runtime === undefined ? '' : `unix:path=${runtime}/bus`);
}

function isRefusal(error: unknown): boolean {
  return error instanceof DbusError && error.name === 'org.freedesktop.DBus.Error.AccessDenied';
}
