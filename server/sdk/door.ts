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
import type { Conversations } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import type { Border } from '../hosts.ts';
import type { Membership, Store, Transaction, User } from '../store.ts';
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

export interface MemberVisit<Body> extends OwnVisit<Body> {
  readonly membership: Membership;
}

interface Route<Body, V> {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the app. */
  readonly path: string;
  /** Absent if the route takes none; then whatever comes is ignored. */
  readonly body?: z.ZodType<Body>;
  answer(visit: V): Promise<Answer>;
}

/** A route for one file, in a scope that reads multipart bodies. */
type UploadRoute<V> = Pick<Route<undefined, V & { readonly upload: Upload }>, 'path' | 'answer'>;

/** Uploads: their user is admitted before a byte of the file is read, and once more when it is kept. */
export interface Door {
  /** For anyone who knows the app; the handler judges the credential, if there is one. */
  open<Body = undefined>(route: Route<Body, Visit<Body>>): void;
  /** For the user of `:appUserId` alone. */
  self<Body = undefined>(route: Route<Body, OwnVisit<Body>>): void;
  selfUpload(route: UploadRoute<OwnVisit<undefined>>): void;
  /** For whoever takes part in `:conversationId`. */
  participant<Body = undefined>(route: Route<Body, MemberVisit<Body>>): void;
  participantUpload(route: UploadRoute<MemberVisit<undefined>>): void;
}

interface Deps {
  readonly border: Border;
  readonly attachments: Attachments;
  readonly appId: string;
  readonly store: Store;
  readonly users: Users;
  readonly conversations: Conversations;
  now(): number;
}

const Params = z.object({
  appId: z.string(),
  appUserId: z.string().default(''),
  conversationId: z.string().default(''),
});
type Params = z.infer<typeof Params>;
export const Query = z.record(z.string(), z.unknown());
type Entry = Omit<Visit<undefined>, 'tx'>;
type Admission<V> = (visit: Visit<undefined>, params: Params) => Promise<V>;

/** `base` is the path of the app, for instance `/sdk/apps/:appId`. */
export function sdkDoor(app: FastifyInstance, base: string, deps: Deps): Door {
  const { appId, store, users, conversations, border, attachments } = deps;

  async function enter(request: FastifyRequest): Promise<{ entry: Entry; params: Params }> {
    const params = Params.parse(request.params);
    if (params.appId !== appId) throw new Refusal('app_not_found');
    const credential = await readCredential(request.headers.authorization, deps);
    const query = Query.parse(request.query);
    const address = border.addressFor(request.headers);
    return { params, entry: { credential, body: undefined, query, request, address } };
  }

  function add<Body, V>(
    access: Access,
    route: Route<Body, V & { readonly body: Body }>,
    admit: Admission<V>,
  ): void {
    app.route({
      method: route.method,
      url: `${base}${route.path}`,
      config: { access, body: route.body },
      handler: async (request, reply) => {
        const { entry, params } = await enter(request);
        const answer = await store.transaction(async (tx) => {
          // Who asks comes before what: whoever is not let in learns nothing of what the body should be.
          const visit = await admit({ ...entry, tx }, params);
          return route.answer({ ...visit, body: parseBody(route.body, request.body) });
        });
        return reply.code(answer.status).send(answer.body);
      },
    });
  }

  function addUpload<V extends OwnVisit<undefined>>(
    access: Access,
    route: UploadRoute<V>,
    admit: Admission<V>,
  ): void {
    app.route({
      method: 'POST',
      url: `${base}${route.path}`,
      config: { access, takesFile: true },
      handler: async (request, reply) => {
        const { entry, params } = await enter(request);
        const { user } = await store.transaction((tx) => admit({ ...entry, tx }, params));
        const keeping = { attachments, store, appUserId: user.id };
        const answer = await keepUpload(request, keeping, async (tx, upload) =>
          route.answer({ ...(await admit({ ...entry, tx }, params)), upload }),
        );
        return reply.code(answer.status).send(answer.body);
      },
    });
  }

  const own: Admission<OwnVisit<undefined>> = async (visit, { appUserId }) => ({
    ...visit,
    user: await users.admit(visit.tx, visit.credential, appUserId),
  });
  const member: Admission<MemberVisit<undefined>> = async (visit, { conversationId }) => {
    const user = await users.bearer(visit.tx, visit.credential);
    return { ...visit, user, membership: await conversations.membership(visit.tx, user, conversationId) };
  };
  return {
    open: (route) => add('device', route, async (visit) => visit),
    self: (route) => add('self', route, own),
    selfUpload: (route) => addUpload('self', route, own),
    participant: (route) => add('participant', route, member),
    participantUpload: (route) => addUpload('participant', route, member),
  };
}

/** @throws {Refusal} naming the field, never its value. */
export function parseBody<Body>(schema: z.ZodType<Body> | undefined, raw: unknown): Body {
  if (schema === undefined) return undefined as Body;
  const parsed = schema.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'body';
  throw new Refusal('bad_request', { says: `The request is not in the expected form at "${where}".` });
}
