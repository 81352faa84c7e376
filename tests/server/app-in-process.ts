/** The service's routes and hooks in this process, for tests that need to look inside. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp, type App, type AppDeps } from '../../server/app.ts';
import { Attachments } from '../../server/attachments.ts';
import { parseConfig } from '../../server/config.ts';
import { loadIdentity } from '../../server/identity.ts';
import { createLog } from '../../server/log.ts';
import { SignInStore } from '../../server/sign-in-store.ts';
import { openSqliteStore } from '../../server/store-sqlite.ts';
import type { Ready } from './running-service.ts';

export interface InProcess {
  readonly app: App;
  readonly ready: Ready;
  readonly log: string[];
  stop(): Promise<void>;
}

/** Listens on any port of loopback. */
export async function startInProcess(more: Partial<AppDeps> = {}): Promise<InProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'app-'));
  const config = parseConfig(['--data', folder]);
  const store = openSqliteStore(join(folder, 'service.db'));
  const signInStore = new SignInStore(join(folder, 'sign-in.db'));
  const { appId, appKey } = await loadIdentity(store, Date.now);
  const attachments = new Attachments({
    ...{ folder: join(folder, 'attachments'), quotaBytes: config.uploadQuotaBytes, now: Date.now },
  });
  await attachments.tidy([]);
  const log: string[] = [];
  const app = buildApp({
    ...{ ...config, appId, store, signInStore, attachments, now: Date.now },
    ...{ log: createLog((line) => log.push(line), Date.now), ...more },
  });
  const baseUrl = await app.http.listen({ host: '127.0.0.1', port: 0 });
  return {
    app,
    log,
    ready: {
      ...{ baseUrl, configBaseUrl: `${baseUrl}/sdk`, appId, signInUrl: `${baseUrl}/demo/sign-in` },
      appKey: { id: appKey.id, secret: appKey.secret },
    },
    stop: async () => {
      await app.close();
      await store.close();
      signInStore.close();
      await rm(folder, { recursive: true });
    },
  };
}
