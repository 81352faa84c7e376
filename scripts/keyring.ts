import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dyingWithUs, end } from './child.ts';

/** A session bus with an unlocked keyring on it, for a user who has no desktop session of their own. */
export type Keyring = {
  /** DBUS_SESSION_BUS_ADDRESS. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/**
 * Start a keyring in `folder`, unlocked with the password that waits on the descriptor named by ONETHREAD_KEYRING_FD
 * (./start puts it there for root; a password has no business in arguments or environment).
 *
 * @returns undefined without that descriptor: then the desktop's own keyring is used.
 */
export async function openKeyring(
  folder: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<Keyring | undefined> {
  const { ONETHREAD_KEYRING_FD: password } = env;
  if (password === undefined) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = { ...env, XDG_DATA_HOME: folder };
  const [busProgram, busArgs] = dyingWithUs('dbus-daemon', ['--session', '--nofork', '--print-address=1']);
  const bus = spawn(busProgram, busArgs, { env: own, stdio: ['ignore', 'pipe', 'ignore'] });
  const lost = Promise.race([once(bus, 'error'), once(bus, 'exit')]).then(() => {
    throw new Error('dbus-daemon did not start.');
  });
  const [address] = (await Promise.race([once(bus.stdout, 'data'), lost])) as [Buffer];
  const session = { DBUS_SESSION_BUS_ADDRESS: address.toString().trim() };
  const args = ['--unlock', '--foreground', '--components=secrets', '--control-directory', folder];
  const [program, daemonArgs] = dyingWithUs('gnome-keyring-daemon', args);
  const daemon = spawn(program, daemonArgs, {
    env: { ...own, ...session },
    stdio: [Number(password), 'ignore', 'ignore'],
  });
  daemon.once('error', () => undefined); // the app then says that there is no keychain
  return {
    env: session,
    async stop() {
      await end(daemon);
      await end(bus);
    },
  };
}
