/** What the service is called and keyed with: made at the first start, kept in its database. */
import { newId, newSecret } from './ids.ts';
import type { AppKey, Store } from './store.ts';

export interface ServiceIdentity {
  readonly appId: string;
  /** The oldest live key. */
  readonly appKey: AppKey;
}

export async function loadIdentity(store: Store, now: () => number): Promise<ServiceIdentity> {
  return store.transaction(async (tx) => {
    let appId = await tx.setting('appId');
    if (appId === null) {
      appId = newId(now());
      await tx.putSetting('appId', appId);
    }
    const [oldest] = await tx.keys();
    const appKey = oldest ?? newKey('first', now());
    if (!oldest) await tx.insertKey(appKey);
    return { appId, appKey };
  });
}

export function newKey(displayName: string, now: number): AppKey {
  return { id: `app_${newId(now)}`, displayName, secret: newSecret(), createdAt: now };
}
