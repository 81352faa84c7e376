/** SDK API v2: many conversations. The first version is a view of the default one; the data are the same. */
import { z } from 'zod';
import type { Attachments } from '../attachments.ts';
import { Refusal } from '../errors.ts';
import { fileContent, type Messages, type Posted } from '../messages.ts';
import type { Membership, Transaction, User } from '../store.ts';
import { jsonField } from '../uploads.ts';
import { wireMessage, wireUser } from '../wire.ts';
import { FlatData, words } from '../words.ts';
import { boundsOf } from './conversation.ts';
import type { Answer, Door, Visit } from './door.ts';
import { Caption, clientMessageIdOf, common, contentOf, Draft, sourceOf } from './draft.ts';
import {
  Client,
  create,
  CreateBody,
  enter,
  LoginBody,
  LogoutBody,
  Profile,
  type EntryRooms,
} from './entry.ts';
import { conversationWords } from './second-version-words.ts';

interface Rooms extends EntryRooms {
  readonly messages: Messages;
  readonly attachments: Attachments;
  /** What a device needs to listen, for the address it asks under. */
  realtime(address: string): object;
  now(): number;
}

const Author = z.object({ client: Client.optional() });
const about = {
  displayName: words(100).nullish(),
  description: words(100).nullish(),
  iconUrl: z.string().max(2048).nullish(),
  metadata: FlatData.nullish(),
};
const NewConversation = z.object({
  type: z.literal('personal').default('personal'),
  client: Client.optional(),
  ...about,
});
const Post = z.object({ message: Draft, author: Author.optional() });
const Activity = z.object({
  activity: z.object({ type: z.enum(['typing:start', 'typing:stop', 'conversation:read']) }),
  author: Author.optional(),
});
const Postback = z.object({
  postback: z.object({ actionId: z.string().min(1).max(64) }),
  author: Author.optional(),
});

const pageSize = 10;

export function userRoutes(door: Door, rooms: Rooms): void {
  const { users, conversations } = rooms;
  const self = '/appusers/:appUserId';

  door.open({
    method: 'POST',
    path: '/appusers',
    body: CreateBody,
    answer: async (visit) => {
      const { user, sessionToken } = await create(visit, rooms);
      return { status: 201, body: await userResponse(visit, rooms, user, sessionToken) };
    },
  });

  door.open({
    method: 'POST',
    path: '/login',
    body: LoginBody,
    answer: async (visit) => {
      const { user, sessionToken } = await enter(visit, rooms);
      const { userId, client } = visit.body;
      // Unlike the first version, this one always answers with a user; only the JWT's own can be missing.
      const known = user ?? (await users.create(visit.tx, { userId, secured: true }));
      if (user === null) await users.see(visit.tx, known, client);
      return { status: 200, body: await userResponse(visit, rooms, known, sessionToken) };
    },
  });

  door.self({
    method: 'GET',
    path: self,
    answer: async (visit) => ({ status: 200, body: await userResponse(visit, rooms, visit.user, null) }),
  });

  door.self({
    method: 'PUT',
    path: self,
    body: Profile,
    answer: async (visit) => {
      const user = await users.update(visit.tx, visit.user, visit.body);
      return { status: 200, body: await userResponse(visit, rooms, user, null) };
    },
  });

  door.self({
    method: 'POST',
    path: `${self}/logout`,
    body: LogoutBody,
    answer: async ({ tx, user, credential, body }) => {
      await users.detach(tx, user, body.client.id, credential);
      return { status: 200, body: {} };
    },
  });

  door.self({
    method: 'POST',
    path: `${self}/conversations`,
    body: NewConversation,
    answer: async (visit) => {
      const { tx, user, body } = visit;
      const { type, client, ...words } = body;
      if (client) await users.see(tx, user, client);
      const membership = await conversations.create(tx, { type, users: [user], about: words });
      const answer = await conversationResponse(visit, rooms, user, membership);
      // Clients disagree whether they read one conversation or a list of them.
      return { status: 201, body: { ...(await userResponse(visit, rooms, user, null)), ...answer } };
    },
  });

  door.self({
    method: 'GET',
    path: `${self}/conversations`,
    answer: async ({ tx, user, query }) => {
      const offset = z.coerce
        .number()
        .int()
        .min(0)
        .max(1e6)
        .safeParse(query['offset'] ?? 0);
      if (!offset.success) throw new Refusal('bad_request');
      return {
        status: 200,
        body: { ...(await pageOf(tx, user, offset.data)), ...(await peopleOf(tx, user)) },
      };
    },
  });
}

export function conversationRoutes(door: Door, rooms: Rooms): void {
  const { users, conversations, messages, now } = rooms;
  const base = '/conversations/:conversationId';

  door.participant({
    method: 'GET',
    path: base,
    answer: async (visit) => ({
      status: 200,
      body: await conversationResponse(visit, rooms, visit.user, visit.membership),
    }),
  });

  door.participant({
    method: 'PUT',
    path: base,
    body: z.object(about),
    answer: async (visit) => {
      const { tx, user, membership, body } = visit;
      const conversation = await conversations.update(tx, membership.conversation, body);
      return {
        status: 200,
        body: await conversationResponse(visit, rooms, user, { ...membership, conversation }),
      };
    },
  });

  door.participant({
    method: 'GET',
    path: `${base}/messages`,
    answer: async ({ tx, membership, query, address }) => {
      const bounds = boundsOf(query);
      const page = await messages.page(tx, membership.conversation, bounds);
      const more = bounds.after === undefined ? { hasPrevious: page.hasMore } : { hasNext: page.hasMore };
      return {
        status: 200,
        body: { messages: page.messages.map((message) => wireMessage(message, address)), ...more },
      };
    },
  });

  door.participant({
    method: 'POST',
    path: `${base}/messages`,
    body: Post,
    answer: async ({ tx, user, membership, body, request, address }) => {
      const client = body.author?.client;
      if (client) await users.see(tx, user, client);
      const posted = await messages.append(tx, membership.conversation, {
        author: user,
        seat: membership.participant,
        clientMessageId: clientMessageIdOf(body.message),
        content: contentOf(body.message, user, sourceOf(client, request), now()),
      });
      return postedAnswer(posted, address);
    },
  });

  door.participant({
    method: 'POST',
    path: `${base}/activity`,
    body: Activity,
    answer: async ({ tx, user, membership, body }) => {
      const { type } = body.activity;
      if (type === 'conversation:read') await messages.readByUser(tx, user, membership);
      else await messages.typingByUser(tx, user, membership.conversation, type);
      return { status: 200, body: {} };
    },
  });

  door.participant({
    method: 'POST',
    path: `${base}/postback`,
    body: Postback,
    answer: async ({ tx, user, body }) => {
      await messages.postback(tx, user, body.postback.actionId);
      return { status: 200, body: {} };
    },
  });
}

export function uploadRoutes(door: Door, { users, messages, attachments }: Rooms): void {
  door.participantUpload({
    path: '/conversations/:conversationId/files',
    answer: async ({ tx, user, membership, upload, request, address }) => {
      const client = jsonField(upload, 'author', Author)?.client;
      const draft = jsonField(upload, 'message', Caption) ?? {};
      if (client) await users.see(tx, user, client);
      const posted = await messages.append(tx, membership.conversation, {
        author: user,
        seat: membership.participant,
        clientMessageId: clientMessageIdOf(draft),
        content: {
          ...common(draft, user, sourceOf(client, request)),
          ...fileContent(upload.file),
          ...(draft.altText && upload.file.mediaType.startsWith('image/') && { altText: draft.altText }),
        },
      });
      if (!posted.repeated) await attachments.keep(tx, upload.file);
      return postedAnswer(posted, address);
    },
  });
}

function postedAnswer({ message }: Posted, address: string): Answer {
  const shown = wireMessage(message, address);
  return { status: 201, body: { message: shown, messages: [shown] } };
}

type At = Pick<Visit<unknown>, 'tx' | 'address'>;

async function userResponse(
  { tx, address }: At,
  { realtime }: Rooms,
  user: User,
  sessionToken: string | null,
): Promise<object> {
  return {
    settings: { realtime: realtime(address), typing: { enabled: true } },
    ...(await pageOf(tx, user, 0)),
    ...(await peopleOf(tx, user)),
    ...(sessionToken !== null && { sessionToken }),
  };
}

async function pageOf(tx: Transaction, user: User, offset: number): Promise<object> {
  const found = await tx.conversations({ appUserId: user.id, offset, limit: pageSize + 1 });
  const conversations: object[] = [];
  for (const one of found.slice(0, pageSize)) {
    conversations.push(conversationWords(one, await tx.participants(one.id)));
  }
  return { conversations, conversationsPagination: { hasMore: found.length > pageSize } };
}

async function peopleOf(tx: Transaction, user: User): Promise<object> {
  const started = (await tx.defaultConversation(user.id)) !== null;
  const appUser = wireUser(user, await tx.devices(user.id), started);
  return { appUser, appUsers: { [user.id]: appUser } };
}

async function conversationResponse(
  { tx, address }: At,
  { messages }: Rooms,
  user: User,
  { conversation }: Membership,
): Promise<object> {
  const page = await messages.page(tx, conversation);
  return {
    conversation: conversationWords(conversation, await tx.participants(conversation.id)),
    messages: page.messages.map((message) => wireMessage(message, address)),
    hasPrevious: page.hasMore,
    ...(await peopleOf(tx, user)),
  };
}
