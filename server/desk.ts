/**
 * The desk: a page on which a person plays the business. It signs in with an app key, which stays in the page; what it
 * says to people goes by REST v2 like any other client's. Here are the page itself, and what REST v2 has no words for:
 * everybody's conversations, and waiting for news.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { mostUnread, type DeskApp, type DeskChanges } from '../contract/desk-api.ts';
import { requireBusiness } from './authenticate.ts';
import { findConversation, type BusinessDoor } from './business/door.ts';
import { v2Message } from './business/shapes.ts';
import type { DeskLive } from './desk-live.ts';
import type { DeskPage } from './desk-page.ts';
import { Refusal } from './errors.ts';
import type { Border } from './hosts.ts';
import type { Conversation, Store, Transaction, User } from './store.ts';

/** Where the desk stands. */
export const deskPath = '/desk';

/** `here`: only for somebody at this machine. `anywhere`: also under the public address. */
export type DeskReach = 'here' | 'anywhere';

/** Nothing but its own files, and its own service. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

interface Parts {
  readonly store: Store;
  readonly border: Border;
  readonly live: DeskLive;
  readonly page: DeskPage;
  readonly reach: DeskReach;
  readonly app: DeskApp;
  now(): number;
  /** Makes a door into the business's side in this scope. */
  door(scope: FastifyInstance): BusinessDoor;
}

export function deskRoutes(http: FastifyInstance, parts: Parts): void {
  const { border, reach } = parts;
  void http.register(async (scope) => {
    scope.addHook('onRequest', async ({ headers }) => {
      if (reach === 'here' && !border.isLocal(headers)) throw new Refusal('forbidden');
    });
    pageRoutes(scope, parts);
    listRoutes(parts.door(scope), parts);
    changesRoute(scope, parts);
  });
}

function pageRoutes(http: FastifyInstance, { page }: Parts): void {
  http.get(deskPath, { config: { access: 'public' } }, async (_request, reply) => show(reply, page.file('')));
  http.get(`${deskPath}/assets/:file`, { config: { access: 'public' } }, async (request, reply) => {
    const { file } = z.object({ file: z.string() }).parse(request.params);
    return show(reply, page.file(file));
  });
}

function show(reply: FastifyReply, file: ReturnType<DeskPage['file']>): FastifyReply {
  if (file === null) throw new Refusal('not_found');
  return reply
    .header('Content-Security-Policy', policy)
    .header('Referrer-Policy', 'same-origin')
    .header('Cross-Origin-Opener-Policy', 'same-origin')
    .header('Cross-Origin-Resource-Policy', 'same-origin')
    .type(file.type)
    .send(file.bytes);
}

const pageSize = 30;
const Offset = z.coerce.number().int().min(0).max(1e6).default(0);

function listRoutes(door: BusinessDoor, { app }: Parts): void {
  door({ method: 'GET', path: '/app', answer: async () => ({ status: 200, body: app }) });

  door({
    method: 'GET',
    path: '/conversations',
    answer: async ({ tx, query, address }) => {
      const offset = Offset.safeParse(query['offset']);
      if (!offset.success) throw new Refusal('bad_request', { says: 'The offset is malformed.' });
      const found = await tx.latestConversations({ offset: offset.data, limit: pageSize + 1 });
      const conversations: object[] = [];
      for (const one of found.slice(0, pageSize)) conversations.push(await shown(tx, one, address));
      return { status: 200, body: { conversations, hasMore: found.length > pageSize } };
    },
  });

  door({
    method: 'GET',
    path: '/conversations/:conversation',
    answer: async ({ tx, params, address }) => {
      const conversation = await findConversation(tx, params['conversation']);
      return { status: 200, body: { conversation: await shown(tx, conversation, address) } };
    },
  });
}

/** No transaction is open while it waits; who has lost the key meanwhile hears nothing. */
function changesRoute(http: FastifyInstance, { live, ...doorway }: Parts): void {
  const Query = z.object({ after: z.string().max(64).optional() });
  http.get(
    `${deskPath}/changes`,
    { config: { access: 'business' } },
    async (request, reply): Promise<DeskChanges> => {
      await requireBusiness(request.headers.authorization, doorway);
      const query = Query.safeParse(request.query);
      if (!query.success) throw new Refusal('bad_request');
      const changes = await live.after(query.data.after, hungUp(reply));
      await requireBusiness(request.headers.authorization, doorway);
      return changes;
    },
  );
}

function hungUp({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}

/** A `DeskConversation`. */
async function shown(tx: Transaction, conversation: Conversation, address: string): Promise<object> {
  const { id, about, lastReceived, createdAt, businessLastRead } = conversation;
  const people: User[] = [];
  const read: (number | null)[] = [];
  for (const { appUserId, lastRead } of await tx.participants(id)) {
    const user = await tx.user(appUserId);
    if (user) people.push(user);
    read.push(lastRead);
  }
  const [last] = await tx.messages({ conversationId: id, limit: 1 });
  const author = last?.appUserId ? await tx.user(last.appUserId) : null;
  const seen = read.reduce(
    (least, one) => (least === null || one === null ? null : Math.min(least, one)),
    Infinity,
  );
  return {
    id,
    name: about.displayName ?? people.map(nameOf).filter(Boolean).join(', '),
    externalIds: people.flatMap(({ userId }) => userId ?? []),
    lastActivityAt: iso(Math.max(lastReceived, createdAt)),
    lastMessage: last ? v2Message(last, author, address) : null,
    unreadCount: await tx.countFromPeople(id, businessLastRead ?? 0, mostUnread),
    seenUntil: seen === null || seen === Infinity ? null : iso(seen),
  };
}

function nameOf({ userId, profile: { givenName, surname, email } }: User): string {
  const name = [givenName, surname].filter(Boolean).join(' ');
  return name || userId || email || '';
}

const iso = (ms: number): string => new Date(ms).toISOString();
