/** Reads the configuration, builds the service, listens, says where; stops in reverse order. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildApp, type App } from './app.ts';
import { longestUploadMs } from './arrival.ts';
import { Attachments } from './attachments.ts';
import { AutoReply } from './auto-reply.ts';
import { ConfigError, parseConfig, type ServiceConfig } from './config.ts';
import { loadIdentity, type ServiceIdentity } from './identity.ts';
import { claimFolder, leaseAddress, Leases } from './lease.ts';
import { createLog } from './log.ts';
import { SignInStore } from './sign-in-store.ts';
import { signInPath } from './sign-in.ts';
import { openSqliteStore } from './store-sqlite.ts';
import { NewerDatabaseError, NoDatabaseError, type Store } from './store.ts';

/** A graceful stop takes no longer; what is cut off then was never acknowledged. */
const stopWithinMs = 4_000;

const log = createLog((line) => process.stderr.write(line), Date.now);

async function main(config: ServiceConfig): Promise<void> {
  leaseAddress(config.dataDir);
  process.umask(0o077);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const claim = await claimFolder(config.dataDir);
  if (claim.kind === 'theirs') return say(claim.readyLine);
  const { release } = claim;

  const { shared } = config;
  const store = await openStore(config);
  const signInStore = new SignInStore(join(config.dataDir, 'demo-business.db'));
  // Nodes that share a database are told apart by their folders.
  const portName = shared === null ? 'port' : `port of ${config.dataDir}`;
  const identity = await loadIdentity(store, Date.now);
  const attachments = new Attachments({
    folder: shared?.attachments ?? join(config.dataDir, 'attachments'),
    quotaBytes: config.uploadQuotaBytes,
    now: Date.now,
  });
  // What another node is just receiving has no row yet.
  const atRestMs = shared === null ? 0 : longestUploadMs;
  await attachments.tidy(await store.transaction((tx) => tx.attachmentIds()), atRestMs);
  const app = buildApp({
    ...config,
    appId: identity.appId,
    store,
    signInStore,
    attachments,
    log,
    now: Date.now,
  });
  const reply = config.autoReply
    ? new AutoReply({ app, store, log, delayMs: config.replyDelayMs, now: Date.now })
    : null;
  const port = await listen(app, config.port, await store.transaction((tx) => tx.setting(portName)));
  await store.transaction((tx) => tx.putSetting(portName, String(port)));

  const readyLine = JSON.stringify(readyWords(port, identity));
  const onAbandoned = (): void => (config.lease ? void stop('abandoned') : undefined);
  const leases = new Leases({ dataDir: config.dataDir, readyLine, onAbandoned });
  let stopping = false;

  async function stop(reason: string): Promise<void> {
    if (stopping) process.exit(1);
    stopping = true;
    log.info('stopping', { reason });
    await leases.close();
    reply?.stop();
    await Promise.race([app.close(), sleep(stopWithinMs)]);
    signInStore.close();
    await Promise.race([store.close(), sleep(stopWithinMs)]);
    release();
    process.exit(0);
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  await leases.open();
  say(readyLine);
  log.info('ready', { port, lease: config.lease, autoReply: config.autoReply });
}

/** A service on its own starts without loading the client of another database. */
async function openStore({ dataDir, shared }: ServiceConfig): Promise<Store> {
  if (shared === null) return openSqliteStore(join(dataDir, 'service.db'));
  const { openPostgresStore } = await import('./store-postgres.ts');
  return openPostgresStore({ url: shared.database, log });
}

function readyWords(port: number, { appId, appKey }: ServiceIdentity): object {
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    baseUrl,
    configBaseUrl: `${baseUrl}/sdk`,
    appId,
    appKey: { id: appKey.id, secret: appKey.secret },
    signInUrl: `${baseUrl}${signInPath}`,
  };
}

/** The port asked for; or else that of the last run, because devices remember it; or any. */
async function listen({ http }: App, asked: number | null, last: string | null): Promise<number> {
  const host = '127.0.0.1';
  try {
    await http.listen({ host, port: asked ?? Number(last ?? 0) });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    if (asked !== null) throw new ConfigError(`--port ${asked} is in use.`);
    await http.listen({ host, port: 0 });
  }
  const address = http.server.address();
  if (address === null || typeof address === 'string') throw new Error('The service has no port.');
  return address.port;
}

/** The one line on stdout. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Libraries keep to the log too; Faye prints what it could not parse. */
console.log =
  console.info =
  console.warn =
  console.error =
    (): void => log.warn('a library printed something');
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.on('uncaughtException', (error) => {
  log.error('crashed', error);
  process.exit(70);
});

try {
  await main(parseConfig(process.argv.slice(2), process.env));
} catch (error) {
  const known = [ConfigError, NewerDatabaseError, NoDatabaseError].some((kind) => error instanceof kind);
  if (known && error instanceof Error) process.stderr.write(`${error.message}\n`);
  else log.error('could not start', error);
  process.exit(known ? 64 : 1);
}
