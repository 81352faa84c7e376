/**
 * The one way into REST v2: the business's credential first, then one transaction. App-scope only; a user's JWT is
 * refused here as an app's is at the SDK's door.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requireBusiness } from '../authenticate.ts';
import { Refusal } from '../errors.ts';
import { parseBody, type Answer } from '../sdk/door.ts';
import type { Conversation, Store, Transaction, User } from '../store.ts';

export interface BusinessVisit<Body> {
  readonly tx: Transaction;
  readonly body: Body;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly request: FastifyRequest;
}

interface BusinessRoute<Body> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v2/apps/:appId`. */
  readonly path: string;
  readonly body?: z.ZodType<Body>;
  answer(visit: BusinessVisit<Body>): Promise<Answer>;
}

export type BusinessDoor = <Body = undefined>(route: BusinessRoute<Body>) => void;

const Named = z.record(z.string(), z.string());

export function businessDoor(
  app: FastifyInstance,
  deps: { readonly appId: string; readonly store: Store; now(): number },
): BusinessDoor {
  return (route) => {
    app.route({
      method: route.method,
      url: `/v2/apps/:appId${route.path}`,
      handler: async (request, reply) => {
        await requireBusiness(request.headers.authorization, deps);
        const params = Named.parse(request.params);
        if (params['appId'] !== deps.appId) throw new Refusal('app_not_found');
        const body = parseBody(route.body, request.body);
        const query = z.record(z.string(), z.unknown()).parse(request.query);
        const answer = await deps.store.transaction((tx) =>
          route.answer({ tx, body, params, query, request }),
        );
        return reply.code(answer.status).send(answer.body);
      },
    });
  };
}

/** A user by our id or by the customer's. @throws {Refusal} `user_not_found`. */
export async function findUser(tx: Transaction, idOrExternalId: string | undefined): Promise<User> {
  const asked = idOrExternalId ?? '';
  const byId = await tx.user(asked);
  const user = byId?.mergedInto === null ? byId : await tx.userByUserId(asked);
  if (user === null) throw new Refusal('user_not_found');
  return user;
}

/** A conversation and whose it is. @throws {Refusal} `conversation_not_found`. */
export async function findConversation(
  tx: Transaction,
  id: string | undefined,
): Promise<{ conversation: Conversation; user: User }> {
  const conversation = await tx.conversation(id ?? '');
  const user = conversation && (await tx.user(conversation.appUserId));
  if (!conversation || !user) throw new Refusal('conversation_not_found');
  return { conversation, user };
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
