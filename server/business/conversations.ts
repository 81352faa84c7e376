/** REST v2: conversations, their messages and activities. Each user has one conversation, their default. */
import { z } from 'zod';
import { normalizeText } from '../../contract/text.ts';
import { Refusal } from '../errors.ts';
import type { Messages } from '../messages.ts';
import type { Transaction, User } from '../store.ts';
import { Content, FlatData, storedContent } from './content.ts';
import { deepObject, findConversation, findUser, type BusinessDoor } from './door.ts';
import { v2Conversation, v2Message, v2Participant } from './shapes.ts';

const Author = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('business'),
    displayName: z.string().max(255).transform(normalizeText).optional(),
    avatarUrl: z.string().max(2048).optional(),
  }),
  z.object({ type: z.literal('user'), userId: z.string().optional(), userExternalId: z.string().optional() }),
]);
type Author = z.infer<typeof Author>;

const Post = z.object({ author: Author, content: Content, metadata: FlatData.optional() });
const Activity = z.object({
  author: Author,
  type: z.enum(['typing:start', 'typing:stop', 'conversation:read']),
});
const Create = z.object({
  type: z.literal('personal'),
  participants: z
    .array(z.object({ userId: z.string().optional(), userExternalId: z.string().optional() }))
    .length(1),
});

const base = '/conversations/:conversation';

export function conversationRoutes(door: BusinessDoor, messages: Messages, now: () => number): void {
  door({
    method: 'POST',
    path: '/conversations',
    body: Create,
    answer: async ({ tx, body }) => {
      const [who] = body.participants;
      const user = await findUser(tx, who?.userId ?? who?.userExternalId);
      return { status: 201, body: { conversation: v2Conversation(await messages.start(tx, user)) } };
    },
  });

  door({
    method: 'GET',
    path: '/conversations',
    answer: async ({ tx, query }) => {
      const { userId, userExternalId } = deepObject(query, 'filter');
      const asked = userId ?? userExternalId;
      if (asked === undefined) throw new Refusal('bad_request', { says: 'A filter by user is needed.' });
      const conversation = await tx.conversationOf((await findUser(tx, asked)).id);
      const conversations = conversation ? [v2Conversation(conversation)] : [];
      return { status: 200, body: { conversations, meta: { hasMore: false } } };
    },
  });

  door({
    method: 'GET',
    path: base,
    answer: async ({ tx, params }) => {
      const { conversation } = await findConversation(tx, params['conversation']);
      return { status: 200, body: { conversation: v2Conversation(conversation) } };
    },
  });

  door({
    method: 'GET',
    path: `${base}/participants`,
    answer: async ({ tx, params }) => {
      const { conversation, user } = await findConversation(tx, params['conversation']);
      const participants = [v2Participant(conversation, user)];
      return { status: 200, body: { participants, meta: { hasMore: false } } };
    },
  });

  door({
    method: 'POST',
    path: `${base}/messages`,
    body: Post,
    answer: async ({ tx, params, body: { author, content, metadata } }) => {
      const { user } = await findConversation(tx, params['conversation']);
      requireParticipant(author, user);
      const said = storedContent(content, now());
      const { message } = await messages.append(tx, user, {
        role: author.type === 'user' ? 'appUser' : 'appMaker',
        clientMessageId: null,
        content: { ...said, source: { type: 'api' }, ...signature(author), ...(metadata && { metadata }) },
      });
      return { status: 201, body: { messages: [v2Message(message, user)] } };
    },
  });

  door({
    method: 'GET',
    path: `${base}/messages`,
    answer: async ({ tx, params, query, request }) => {
      const { conversation, user } = await findConversation(tx, params['conversation']);
      const { before, after } = deepObject(query, 'page');
      if (before !== undefined && after !== undefined) throw new Refusal('bad_request');
      const page = await messages.page(tx, conversation, {
        ...(before !== undefined && { before: await placeOf(tx, before, conversation.id) }),
        ...(after !== undefined && { after: await placeOf(tx, after, conversation.id) }),
      });
      const shown = page.messages.map((message) => v2Message(message, user));
      const [first, last] = [page.messages[0]?.id, page.messages.at(-1)?.id];
      const here = `http://${request.headers.host ?? ''}${request.url.split('?', 1)[0] ?? ''}`;
      const forward = after !== undefined;
      return {
        status: 200,
        body: {
          messages: shown,
          meta: {
            hasMore: page.hasMore,
            ...(first && { beforeCursor: first }),
            ...(last && { afterCursor: last }),
          },
          links: {
            ...(page.hasMore && !forward && { prev: `${here}?page[before]=${first}` }),
            ...(page.hasMore && forward && { next: `${here}?page[after]=${last}` }),
          },
        },
      };
    },
  });

  door({
    method: 'POST',
    path: `${base}/activity`,
    body: Activity,
    answer: async ({ tx, params, body: { author, type } }) => {
      const { conversation, user } = await findConversation(tx, params['conversation']);
      requireParticipant(author, user);
      if (author.type === 'business')
        await messages.activityByBusiness(tx, conversation, type, signature(author));
      else if (type === 'conversation:read') await messages.readByUser(tx, user);
      else throw new Refusal('bad_request', { says: 'A user may only send conversation:read.' });
      return { status: 200, body: {} };
    },
  });
}

/** Whoever speaks as a user must be the user of this conversation. */
function requireParticipant(author: Author, user: User): void {
  if (author.type === 'business') return;
  const { userId, userExternalId } = author;
  const named = userId === undefined ? userExternalId === user.userId : userId === user.id;
  if (!named) throw new Refusal('user_not_found');
}

function signature(author: Author): { name?: string; avatarUrl?: string } {
  if (author.type === 'user') return {};
  const { displayName, avatarUrl } = author;
  return {
    ...(displayName !== undefined && { name: displayName }),
    ...(avatarUrl !== undefined && { avatarUrl }),
  };
}

async function placeOf(tx: Transaction, messageId: string, conversationId: string): Promise<number> {
  const message = await tx.message(messageId);
  if (message?.conversationId !== conversationId)
    throw new Refusal('bad_request', { says: 'The cursor is unknown.' });
  return message.received;
}
