/** The official client of REST v2, as published. It brings no types; every API of it is a table of calls. */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { Ready } from './running-service.ts';

type Call = (...args: unknown[]) => Promise<unknown>;
type Api = new (client: unknown) => Readonly<Record<string, Call>>;
interface Sunshine {
  readonly ApiClient: new () => {
    basePath: string;
    authentications: { basicAuth: { username?: string; password?: string } };
  };
  readonly [api: `${string}Api`]: Api;
}

const sunshine: Sunshine = createRequire(import.meta.url)('sunshine-conversations-client');

/** `call('Users', 'getUser', id)` for this service's app: plain JSON, or a rejection with `status`. */
export function officialClient(
  ready: Ready,
): (api: string, name: string, ...args: unknown[]) => Promise<unknown> {
  const client = new sunshine.ApiClient();
  client.basePath = ready.baseUrl;
  client.authentications.basicAuth.username = ready.appKey.id;
  client.authentications.basicAuth.password = ready.appKey.secret;
  return async (api, name, ...args) => {
    const Calls = sunshine[`${api}Api`];
    const calls = Calls && new Calls(client);
    const call = calls?.[name];
    if (!call) throw new Error(`The client has no ${api}.${name}.`);
    const answer: unknown = await call.call(calls, ready.appId, ...args);
    return JSON.parse(JSON.stringify(answer ?? null));
  };
}

export const fileAt = (path: string): unknown => createReadStream(path);
export const HasId = z.looseObject({ id: z.string() });
