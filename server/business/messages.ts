/** REST v2: what is said in a conversation, and what is done in it without words. */
import { z } from 'zod';
import type { Conversations } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import type { Messages } from '../messages.ts';
import type { Conversation, Transaction, User } from '../store.ts';
import { storedUrl } from '../wire.ts';
import { FlatData, words } from '../words.ts';
import { Content, storedContent } from './content.ts';
import { deepObject, findConversation, findUser, type BusinessDoor } from './door.ts';
import { v2Message } from './shapes.ts';

const Author = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('business'),
    displayName: words(255).optional(),
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

const base = '/conversations/:conversation';

interface Rooms {
  readonly conversations: Conversations;
  readonly messages: Messages;
  now(): number;
}

export function messageRoutes(door: BusinessDoor, { conversations, messages, now }: Rooms): void {
  door({
    method: 'POST',
    path: `${base}/messages`,
    body: Post,
    answer: async ({ tx, params, address, body: { author: by, content, metadata } }) => {
      const conversation = await findConversation(tx, params['conversation']);
      const author = await speaker(tx, by, conversation);
      if (author === null && content.type === 'formResponse') throw new Refusal('bad_request');
      const said = relinked(storedContent(content, now()), address);
      const { message } = await messages.append(tx, conversation, {
        author,
        clientMessageId: null,
        content: { ...said, source: { type: 'api' }, ...signature(by), ...(metadata && { metadata }) },
      });
      return { status: 201, body: { messages: [v2Message(message, author, address)] } };
    },
  });

  door({
    method: 'GET',
    path: `${base}/messages`,
    answer: async ({ tx, params, query, request, address }) => {
      const conversation = await findConversation(tx, params['conversation']);
      const { before, after } = deepObject(query, 'page');
      if (before !== undefined && after !== undefined) throw new Refusal('bad_request');
      const page = await messages.page(tx, conversation, {
        ...(before !== undefined && { before: await placeOf(tx, before, conversation.id) }),
        ...(after !== undefined && { after: await placeOf(tx, after, conversation.id) }),
      });
      const authors = await authorsOf(tx, page.messages);
      const [first, last] = [page.messages[0]?.id, page.messages.at(-1)?.id];
      const here = `${address}${request.url.split('?', 1)[0] ?? ''}`;
      const forward = after !== undefined;
      return {
        status: 200,
        body: {
          messages: page.messages.map((message) =>
            v2Message(message, authors.get(message.appUserId ?? '') ?? null, address),
          ),
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
    method: 'DELETE',
    path: `${base}/messages`,
    answer: async ({ tx, params }) => {
      await messages.remove(tx, await findConversation(tx, params['conversation']));
      return { status: 200, body: {} };
    },
  });

  door({
    method: 'DELETE',
    path: `${base}/messages/:message`,
    answer: async ({ tx, params }) => {
      await messages.remove(tx, await findConversation(tx, params['conversation']), params['message']);
      return { status: 200, body: {} };
    },
  });

  door({
    method: 'POST',
    path: `${base}/activity`,
    body: Activity,
    answer: async ({ tx, params, body: { author: by, type } }) => {
      const conversation = await findConversation(tx, params['conversation']);
      const author = await speaker(tx, by, conversation);
      if (author === null) await messages.activityByBusiness(tx, conversation, type, signature(by));
      else if (type === 'conversation:read') {
        const membership = await conversations.membership(tx, author, conversation.id);
        await messages.readByUser(tx, author, membership);
      } else throw new Refusal('bad_request', { says: 'A user may only send conversation:read.' });
      return { status: 200, body: {} };
    },
  });
}

/** Null for the business. @throws {Refusal} if it speaks for a user who takes no part in this conversation. */
async function speaker(tx: Transaction, author: Author, conversation: Conversation): Promise<User | null> {
  if (author.type === 'business') return null;
  const user = await findUser(tx, author.userId ?? author.userExternalId);
  if ((await tx.participant(conversation.id, user.id)) === null) throw new Refusal('user_not_found');
  return user;
}

function signature(author: Author): { name?: string; avatarUrl?: string } {
  if (author.type === 'user') return {};
  const { displayName, avatarUrl } = author;
  return {
    ...(displayName !== undefined && { name: displayName }),
    ...(avatarUrl !== undefined && { avatarUrl }),
  };
}

/** Addresses of what was uploaded here, back in the form in which they are kept. */
function relinked(
  content: ReturnType<typeof storedContent>,
  address: string,
): ReturnType<typeof storedContent> {
  const { mediaUrl, items } = content;
  return {
    ...content,
    ...(mediaUrl !== undefined && { mediaUrl: storedUrl(mediaUrl, address) }),
    ...(items !== undefined && {
      items: items.map((item) => ({
        ...item,
        ...(item.mediaUrl !== undefined && { mediaUrl: storedUrl(item.mediaUrl, address) }),
      })),
    }),
  };
}

async function authorsOf(
  tx: Transaction,
  messages: readonly { appUserId: string | null }[],
): Promise<ReadonlyMap<string, User>> {
  const authors = new Map<string, User>();
  for (const id of new Set(messages.map(({ appUserId }) => appUserId))) {
    const user = id === null ? null : await tx.user(id);
    if (user) authors.set(user.id, user);
  }
  return authors;
}

async function placeOf(tx: Transaction, messageId: string, conversationId: string): Promise<number> {
  const message = await tx.message(messageId);
  if (message?.conversationId !== conversationId)
    throw new Refusal('bad_request', { says: 'The cursor is unknown.' });
  return message.received;
}
