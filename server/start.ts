/** Reads the configuration, builds the service, listens, says where; stops in reverse order. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from './app.ts';
import { ConfigError, parseConfig, type ServiceConfig } from './config.ts';
import { loadIdentity } from './identity.ts';
import { createLog } from './log.ts';
import { signInPath } from './sign-in.ts';
import { openSqliteStore } from './store-sqlite.ts';

const log = createLog((line) => process.stderr.write(line), Date.now);

async function main(config: ServiceConfig): Promise<void> {
  process.umask(0o077);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const store = openSqliteStore(join(config.dataDir, 'service.db'));
  const { appId, appKey } = await loadIdentity(store, Date.now);
  const app = buildApp({ ...config, appId, store, log, now: Date.now });
  const port = await listen(app.http, config.port, await store.transaction((tx) => tx.setting('port')));
  await store.transaction((tx) => tx.putSetting('port', String(port)));
  const baseUrl = `http://127.0.0.1:${port}`;
  const ready = {
    baseUrl,
    configBaseUrl: `${baseUrl}/sdk`,
    appId,
    appKey: { id: appKey.id, secret: appKey.secret },
    signInUrl: `${baseUrl}${signInPath}`,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const stop = async (): Promise<void> => {
    await app.close();
    await store.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}

type Listener = ReturnType<typeof buildApp>['http'];

/** The port asked for, or else the one of the last run, or any. */
async function listen(http: Listener, asked: number | null, last: string | null): Promise<number> {
  const host = '127.0.0.1';
  if (asked === null && last !== null) {
    try {
      await http.listen({ host, port: Number(last) });
      return Number(last);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
  await http.listen({ host, port: asked ?? 0 });
  const address = http.server.address();
  if (address === null || typeof address === 'string') throw new Error('The service has no port.');
  return address.port;
}

try {
  await main(parseConfig(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 64;
}
