/** Devices ↔ users: create, login, logout, read, update. */
import type { z } from 'zod';
import type { WireBundle } from '../../contract/sdk-api.ts';
import type { Messages } from '../messages.ts';
import type { User } from '../store.ts';
import { wireConversation, wireMessage, wireUser } from '../wire.ts';
import type { Door, Visit } from './door.ts';
import { create, CreateBody, enter, LoginBody, LogoutBody, Profile, type EntryRooms } from './entry.ts';

interface Rooms extends EntryRooms {
  readonly messages: Messages;
}

export function appUserRoutes(door: Door, rooms: Rooms): void {
  const { users, conversations } = rooms;

  door.open({
    method: 'POST',
    path: '/login',
    body: LoginBody,
    answer: async (visit) => {
      const { user, sessionToken } = await enter(visit, rooms);
      if (user === null) return { status: 204 };
      return { status: 200, body: await bundle(visit, rooms, user, sessionToken) };
    },
  });

  door.open({
    method: 'POST',
    path: '/appusers',
    body: CreateBody,
    answer: async (visit) => {
      const { user, sessionToken } = await create(visit, rooms);
      return { status: 201, body: await bundle(visit, rooms, user, sessionToken) };
    },
  });

  // Legacy device ids prove nothing, so there is never anything to upgrade.
  door.open({ method: 'POST', path: '/appusers/upgrade', answer: async () => ({ status: 204 }) });

  door.self({
    method: 'GET',
    path: '/appusers/:appUserId',
    answer: async (visit) => ({ status: 200, body: await bundle(visit, rooms, visit.user, null) }),
  });

  door.self({
    method: 'PUT',
    path: '/appusers/:appUserId',
    body: Profile,
    answer: async ({ tx, user, body }) => {
      const updated = await users.update(tx, user, body);
      const started = (await tx.defaultConversation(user.id)) !== null;
      return { status: 200, body: { appUser: wireUser(updated, await tx.devices(user.id), started) } };
    },
  });

  door.self({
    method: 'POST',
    path: '/appusers/:appUserId/logout',
    body: LogoutBody,
    answer: async ({ tx, user, credential, body }) => {
      await users.detach(tx, user, body.client.id, credential);
      return { status: 200, body: {} };
    },
  });

  door.self({
    method: 'POST',
    path: '/appusers/:appUserId/conversation',
    answer: async ({ tx, user }) => {
      const membership = await conversations.start(tx, user);
      return { status: 201, body: { conversation: wireConversation(membership) } };
    },
  });
}

async function bundle(
  { tx, address }: Pick<Visit<unknown>, 'tx' | 'address'>,
  { messages }: Rooms,
  user: User,
  sessionToken: string | null,
): Promise<z.input<typeof WireBundle>> {
  const conversation = await tx.defaultConversation(user.id);
  const participant = conversation && (await tx.participant(conversation.id, user.id));
  const page = conversation ? await messages.page(tx, conversation) : { messages: [], hasMore: false };
  return {
    appUser: wireUser(user, await tx.devices(user.id), conversation !== null),
    ...(participant && { conversation: wireConversation({ conversation, participant }) }),
    messages: page.messages.map((message) => wireMessage(message, address)),
    hasPrevious: page.hasMore,
    ...(sessionToken !== null && { sessionToken }),
  };
}
