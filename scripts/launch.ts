/**
 * `./start`, once everything is installed and built: the service, the app on it, and an end to both when the app quits.
 * Without a display it plays the two-device story on a virtual one instead.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dyingWithUs, end, runToEnd } from './child.ts';
import { command, say } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { findElectronRuntime } from './electron-runtime.ts';
import { openKeyring } from './keyring.ts';
import { displayAnswers } from './screen.ts';
import { holdLease } from './service-lease.ts';

const repository = resolve(import.meta.dirname, '..');

/** What the app is told: where its service is. */
type Configuration = { readonly configUrl: string; readonly appId: string; readonly release: () => void };

await command(main);

async function main(): Promise<number> {
  const { profile, erasing } = readArguments();
  if (erasing) return withKeyring(profile, (keyring) => runApp(profile, ['--erase-all'], keyring));
  if (!(await displayAnswers(process.env))) return playStory();
  const { configUrl, appId, release } = await configuration();
  const service = { ONETHREAD_CONFIG_URL: configUrl, ONETHREAD_APP_ID: appId };
  try {
    return await withKeyring(profile, (keyring) => runApp(profile, [], { ...keyring, ...service }));
  } finally {
    release();
  }
}

/** Names become folders, so they are kept plain. */
function readArguments(): { readonly profile: string; readonly erasing: boolean } {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: 'default' },
      'erase-all': { type: 'boolean', default: false },
    },
  });
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/i.test(values.profile)) {
    throw new Error('--profile takes a name of up to 32 letters, digits and dashes.');
  }
  return { profile: values.profile, erasing: values['erase-all'] };
}

async function withKeyring(
  profile: string,
  run: (env: Readonly<Record<string, string>>) => Promise<number>,
): Promise<number> {
  const keyring = await openKeyring(join(dataFolder(), 'keyrings', profile), process.env);
  try {
    return await run(keyring?.env ?? {});
  } finally {
    await keyring?.stop();
  }
}

async function playStory(): Promise<number> {
  say(
    'There is no display here. Playing the story of two devices on a virtual one; its pictures go to artifacts/.',
  );
  const story = [process.execPath, join(import.meta.dirname, 'e2e.ts'), 'two-devices'];
  return runToEnd(story, { ONETHREAD_PICTURES: join(repository, 'artifacts') });
}

async function configuration(): Promise<Configuration> {
  const { ONETHREAD_CONFIG_URL: configUrl, ONETHREAD_APP_ID: appId } = process.env;
  if (configUrl && appId) return { configUrl, appId, release: () => undefined };
  if (configUrl || appId) throw new Error('Set both ONETHREAD_CONFIG_URL and ONETHREAD_APP_ID, or neither.');
  const lease = await holdLease(join(dataFolder(), 'service'));
  say(`The service is at ${lease.configBaseUrl}, app id ${lease.appId}.`);
  say(`To answer as the business, open ${new URL('/desk', lease.configBaseUrl).href}; its key: npm run desk`);
  return { configUrl: lease.configBaseUrl, appId: lease.appId, release: () => lease.release() };
}

/** @param more environment for the app */
async function runApp(
  profile: string,
  switches: readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<number> {
  const userData = join(dataFolder(), 'devices', profile);
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  const { executable } = await findElectronRuntime({ repository, env: process.env, say: () => undefined });
  const [program, args] = dyingWithUs(executable, [repository, `--user-data-dir=${userData}`, ...switches]);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...more,
    ONETHREAD_NODE: process.execPath,
  };
  delete env['ELECTRON_RUN_AS_NODE'];
  delete env['ONETHREAD_KEYRING_FD'];
  return waitForApp(spawn(program, args, { cwd: repository, env, stdio: ['ignore', 'inherit', 'inherit'] }));
}

/** A signal to us asks the app to quit; one that does not within five seconds is ended. */
async function waitForApp(app: ChildProcess): Promise<number> {
  const quit = (): void => void end(app, 5_000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, quit);
  const [code] = (await once(app, 'exit')) as [number | null];
  return code ?? 1;
}
