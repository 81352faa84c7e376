/** REST v2: conversations and who takes part in them. */
import { z } from 'zod';
import type { Conversations } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import type { Transaction, User } from '../store.ts';
import { FlatData, words } from '../words.ts';
import { deepObject, findConversation, findUser, type BusinessDoor } from './door.ts';
import { v2Conversation, v2Participant } from './shapes.ts';

const Named = z.object({ userId: z.string().optional(), userExternalId: z.string().optional() });
const Create = z.object({
  type: z.enum(['personal', 'sdkGroup']),
  participants: z.array(Named).min(1).max(10),
  displayName: words(100).optional(),
  description: words(100).optional(),
  iconUrl: z.string().max(2048).optional(),
  metadata: FlatData.optional(),
});
const Update = z.object({
  displayName: words(100).nullish(),
  description: words(100).nullish(),
  iconUrl: z.string().max(2048).nullish(),
  metadata: FlatData.nullish(),
});
const Leave = Named.extend({ participantId: z.string().optional() });

const base = '/conversations/:conversation';
const pageSize = 100;

export function conversationRoutes(door: BusinessDoor, conversations: Conversations): void {
  door({
    method: 'POST',
    path: '/conversations',
    body: Create,
    answer: async ({ tx, body: { type, participants, ...about } }) => {
      const users: User[] = [];
      for (const who of participants) users.push(await findNamed(tx, who));
      const { conversation } = await conversations.create(tx, { type, users, about });
      return { status: 201, body: { conversation: v2Conversation(conversation) } };
    },
  });

  door({
    method: 'GET',
    path: '/conversations',
    answer: async ({ tx, query }) => {
      const { userId, userExternalId } = deepObject(query, 'filter');
      const asked = userId ?? userExternalId;
      if (asked === undefined) throw new Refusal('bad_request', { says: 'A filter by user is needed.' });
      const offset = offsetOf(deepObject(query, 'page')['after']);
      const { id } = await findUser(tx, asked);
      const found = await tx.conversations({ appUserId: id, offset, limit: pageSize + 1 });
      const hasMore = found.length > pageSize;
      const meta = { hasMore, ...(hasMore && { afterCursor: String(offset + pageSize) }) };
      return { status: 200, body: { conversations: found.slice(0, pageSize).map(v2Conversation), meta } };
    },
  });

  door({
    method: 'GET',
    path: base,
    answer: async ({ tx, params }) => {
      const conversation = await findConversation(tx, params['conversation']);
      return { status: 200, body: { conversation: v2Conversation(conversation) } };
    },
  });

  door({
    method: 'PATCH',
    path: base,
    body: Update,
    answer: async ({ tx, params, body }) => {
      const conversation = await findConversation(tx, params['conversation']);
      const updated = await conversations.update(tx, conversation, body);
      return { status: 200, body: { conversation: v2Conversation(updated) } };
    },
  });

  door({
    method: 'DELETE',
    path: base,
    answer: async ({ tx, params }) => {
      await conversations.remove(tx, await findConversation(tx, params['conversation']));
      return { status: 200, body: {} };
    },
  });

  door({
    method: 'GET',
    path: `${base}/participants`,
    answer: async ({ tx, params }) => {
      const { id } = await findConversation(tx, params['conversation']);
      const participants: object[] = [];
      for (const participant of await tx.participants(id)) {
        const user = await tx.user(participant.appUserId);
        if (user) participants.push(v2Participant(participant, user));
      }
      return { status: 200, body: { participants, meta: { hasMore: false } } };
    },
  });

  door({
    method: 'POST',
    path: `${base}/join`,
    body: Named,
    answer: async ({ tx, params, body }) => {
      const conversation = await findConversation(tx, params['conversation']);
      const user = await findNamed(tx, body);
      const participant = await conversations.join(tx, conversation, user);
      return { status: 200, body: { participant: v2Participant(participant, user) } };
    },
  });

  door({
    method: 'POST',
    path: `${base}/leave`,
    body: Leave,
    answer: async ({ tx, params, body: { participantId, ...who } }) => {
      const conversation = await findConversation(tx, params['conversation']);
      const present = await tx.participants(conversation.id);
      const named = present.find(({ id }) => id === participantId);
      const user =
        participantId === undefined ? await findNamed(tx, who) : named && (await tx.user(named.appUserId));
      if (!user) throw new Refusal('participant_not_found');
      await conversations.leave(tx, conversation, user);
      return { status: 200, body: {} };
    },
  });
}

/** @throws {Refusal} 400 if nobody is named, 404 if there is no such user. */
async function findNamed(tx: Transaction, { userId, userExternalId }: z.infer<typeof Named>): Promise<User> {
  const named = userId ?? userExternalId;
  if (named === undefined) throw new Refusal('bad_request', { says: 'A user must be named.' });
  return findUser(tx, named);
}

function offsetOf(cursor: string | undefined): number {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor)) {
    throw new Refusal('bad_request', { says: 'The cursor is unknown.' });
  }
  return Number(cursor ?? 0);
}
