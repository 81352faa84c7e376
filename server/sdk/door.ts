/**
 * The one way into the SDK API. A route says whom it is for; there is no way to register one that does not. What a
 * `self` route does, including the check that the credential proves the user in the path, is one transaction, and the
 * answer leaves after its commit.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../access.ts';
import type { Attachments } from '../attachments.ts';
import { readCredential, type Credential } from '../authenticate.ts';
import { Refusal } from '../errors.ts';
import type { Border } from '../hosts.ts';
import type { Store, Transaction, User } from '../store.ts';
import { keepUpload, type Upload } from '../uploads.ts';
import type { Users } from '../users.ts';

export interface Answer {
  readonly status: number;
  /** Absent with 204. */
  readonly body?: unknown;
}

export interface Visit<Body> {
  readonly tx: Transaction;
  readonly credential: Credential;
  readonly body: Body;
  readonly query: Readonly<Record<string, unknown>>;
  readonly request: FastifyRequest;
  /** The service's own address as the asker knows it. */
  readonly address: string;
}

export interface OwnVisit<Body> extends Visit<Body> {
  readonly user: User;
}

interface Route<Body, V> {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `/sdk/apps/:appId`. */
  readonly path: string;
  /** Absent if the route takes none; then whatever comes is ignored. */
  readonly body?: z.ZodType<Body>;
  answer(visit: V): Promise<Answer>;
}

export interface Door {
  /** For anyone who knows the app; the handler judges the credential, if there is one. */
  open<Body = undefined>(route: Route<Body, Visit<Body>>): void;
  /** For the user of `:appUserId` alone. */
  self<Body = undefined>(route: Route<Body, OwnVisit<Body>>): void;
  /** As `self`, for a file: its user is admitted before a byte of it is read, and once more when it is kept. */
  upload(route: Omit<Route<undefined, OwnUpload>, 'method' | 'body'>): void;
}

export interface OwnUpload extends OwnVisit<undefined> {
  readonly upload: Upload;
}

interface Deps {
  readonly border: Border;
  readonly attachments: Attachments;
  readonly appId: string;
  readonly store: Store;
  readonly users: Users;
  now(): number;
}

const Params = z.object({ appId: z.string(), appUserId: z.string().optional() });

export function sdkDoor(app: FastifyInstance, deps: Deps): Door {
  const { appId, store, users, border, attachments } = deps;

  async function enter(
    request: FastifyRequest,
  ): Promise<Omit<Visit<undefined>, 'tx'> & { appUserId: string }> {
    const params = Params.parse(request.params);
    if (params.appId !== appId) throw new Refusal('app_not_found');
    const credential = await readCredential(request.headers.authorization, deps);
    const query = z.record(z.string(), z.unknown()).parse(request.query);
    const address = border.addressFor(request.headers);
    return { credential, body: undefined, query, request, address, appUserId: params.appUserId ?? '' };
  }

  function add<Body, V>(
    access: Access,
    route: Route<Body, V & { readonly body: Body }>,
    visitOf: (visit: Visit<undefined>, appUserId: string) => Promise<V>,
  ): void {
    app.route({
      method: route.method,
      url: `/sdk/apps/:appId${route.path}`,
      config: { access },
      handler: async (request, reply) => {
        const { appUserId, ...entry } = await enter(request);
        const answer = await store.transaction(async (tx) => {
          // Who asks comes before what: whoever is not let in learns nothing of what the body should be.
          const visit = await visitOf({ ...entry, tx }, appUserId);
          return route.answer({ ...visit, body: parseBody(route.body, request.body) });
        });
        return reply.code(answer.status).send(answer.body);
      },
    });
  }

  return {
    open: (route) => add('device', route, async (visit) => visit),
    self: (route) =>
      add('self', route, async (visit, appUserId) => ({
        ...visit,
        user: await users.admit(visit.tx, visit.credential, appUserId),
      })),
    upload: (route) =>
      app.route({
        method: 'POST',
        url: `/sdk/apps/:appId${route.path}`,
        config: { access: 'self' },
        handler: async (request, reply) => {
          const { appUserId, ...entry } = await enter(request);
          const admitted = (tx: Transaction): Promise<User> => users.admit(tx, entry.credential, appUserId);
          await store.transaction(admitted);
          const answer = await keepUpload(request, { attachments, store, appUserId }, async (tx, upload) =>
            route.answer({ ...entry, tx, upload, user: await admitted(tx) }),
          );
          return reply.code(answer.status).send(answer.body);
        },
      }),
  };
}

/** @throws {Refusal} naming the field, never its value. */
export function parseBody<Body>(schema: z.ZodType<Body> | undefined, raw: unknown): Body {
  const parsed = (schema ?? z.unknown().transform(() => undefined as Body)).safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'body';
  throw new Refusal('bad_request', { says: `The request is not in the expected form at "${where}".` });
}
