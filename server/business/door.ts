/**
 * The one way into the business's APIs: its credential first, then one transaction. App-scope only; a user's JWT is
 * refused here as an app's is at the SDK's door.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Attachments } from '../attachments.ts';
import { requireBusiness } from '../authenticate.ts';
import { Refusal } from '../errors.ts';
import type { Border } from '../hosts.ts';
import { parseBody, Query, type Answer } from '../sdk/door.ts';
import type { Conversation, Store, Transaction, User } from '../store.ts';
import { keepUpload, type Upload } from '../uploads.ts';

export interface BusinessVisit<Body> {
  readonly tx: Transaction;
  readonly body: Body;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly request: FastifyRequest;
  /** The service's own address as the asker knows it. */
  readonly address: string;
}

interface BusinessRoute<Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the app. */
  readonly path: string;
  readonly body?: z.ZodType<Body>;
  answer(visit: BusinessVisit<Body>): Promise<Answer>;
}

export interface BusinessDoor {
  <Body = undefined>(route: BusinessRoute<Body>): void;
  /** For a file: the credential is checked before a byte of it is read. */
  upload(route: {
    readonly path: string;
    answer(visit: BusinessVisit<undefined> & { readonly upload: Upload }): Promise<Answer>;
  }): void;
}

const Named = z.record(z.string(), z.string());

interface Deps {
  readonly appId: string;
  readonly store: Store;
  readonly border: Border;
  readonly attachments: Attachments;
  now(): number;
}

/** `base` is the path of the app; without an id in it the app is the one there is. */
export function businessDoor(app: FastifyInstance, base: string, deps: Deps): BusinessDoor {
  const { appId, store, border, attachments } = deps;

  async function enter(request: FastifyRequest): Promise<Omit<BusinessVisit<undefined>, 'tx'>> {
    await requireBusiness(request.headers.authorization, deps);
    const params = Named.parse(request.params);
    if ((params['appId'] ?? appId) !== appId) throw new Refusal('app_not_found');
    const query = Query.parse(request.query);
    return { body: undefined, params, query, request, address: border.addressFor(request.headers) };
  }

  const door = <Body>(route: BusinessRoute<Body>): void => {
    app.route({
      method: route.method,
      url: `${base}${route.path}`,
      config: { access: 'business', body: route.body },
      handler: async (request, reply) => {
        const entry = await enter(request);
        const body = parseBody(route.body, request.body);
        const answer = await store.transaction((tx) => route.answer({ ...entry, tx, body }));
        return reply.code(answer.status).send(answer.body);
      },
    });
  };
  return Object.assign(door, {
    upload: (route: Parameters<BusinessDoor['upload']>[0]) => {
      app.route({
        method: 'POST',
        url: `${base}${route.path}`,
        config: { access: 'business', takesFile: true },
        handler: async (request, reply) => {
          const entry = await enter(request);
          const keeping = { attachments, store, appUserId: null };
          const answer = await keepUpload(request, keeping, (tx, upload) =>
            route.answer({ ...entry, tx, upload }),
          );
          return reply.code(answer.status).send(answer.body);
        },
      });
    },
  });
}

/** A user by our id or by the customer's. @throws {Refusal} `user_not_found`. */
export async function findUser(tx: Transaction, idOrExternalId: string | undefined): Promise<User> {
  const asked = idOrExternalId ?? '';
  const byId = await tx.user(asked);
  const user = byId?.mergedInto === null ? byId : await tx.userByUserId(asked);
  if (user === null) throw new Refusal('user_not_found');
  return user;
}

/** @throws {Refusal} `conversation_not_found`. */
export async function findConversation(tx: Transaction, id: string | undefined): Promise<Conversation> {
  const conversation = await tx.conversation(id ?? '');
  if (!conversation) throw new Refusal('conversation_not_found');
  return conversation;
}

/**
 * A query parameter the API calls a deep object, however it was spelt: `filter[userId]=x`, as the official client does,
 * or `filter={"userId":"x"}`.
 */
export function deepObject(query: Readonly<Record<string, unknown>>, name: string): Record<string, string> {
  const whole = query[name];
  const parsed = Named.safeParse(typeof whole === 'string' ? tryJson(whole) : {});
  if (!parsed.success)
    throw new Refusal('bad_request', { says: `The query parameter "${name}" is malformed.` });
  const fields = { ...parsed.data };
  for (const [key, value] of Object.entries(query)) {
    const field = /^(\w+)\[([\w.]+)\]$/.exec(key);
    if (field?.[1] === name && field[2] && typeof value === 'string') fields[field[2]] = value;
  }
  return fields;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
