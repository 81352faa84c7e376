/** Devices ↔ users: create, login, logout, read, update. */
import { z } from 'zod';
import { WireClient, type WireBundle } from '../../contract/sdk-api.ts';
import type { Conversations } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import type { Login } from '../login.ts';
import type { Messages } from '../messages.ts';
import type { User } from '../store.ts';
import type { Users } from '../users.ts';
import { wireConversation, wireMessage, wireUser } from '../wire.ts';
import { FlatData, plain, words } from '../words.ts';
import type { Answer, Door, Visit } from './door.ts';

interface Rooms {
  readonly users: Users;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly login: Login;
}

const Client = WireClient.extend({ id: plain(128) });

const Profile = z.object({
  givenName: words(255).optional(),
  surname: words(255).optional(),
  email: words(255).optional(),
  signedUpAt: z.iso.datetime({ offset: true }).optional(),
  properties: FlatData.optional(),
});

const Create = Profile.extend({ userId: plain(512).optional(), client: Client });
const LoginBody = z.object({
  userId: plain(512),
  appUserId: z.string().max(128).nullish(),
  sessionToken: z.string().max(512).nullish(),
  client: Client,
});
const Logout = z.object({ client: z.object({ id: z.string().max(128) }) });

export function appUserRoutes(door: Door, rooms: Rooms): void {
  const { users, conversations, login } = rooms;

  door.open({
    method: 'POST',
    path: '/login',
    body: LoginBody,
    answer: async (visit) => {
      const { tx, credential, body } = visit;
      const { userId, appUserId, sessionToken, client } = body;
      const { user, sessionToken: issued } = await login.login(tx, {
        userId,
        credential: proofOf(credential, userId),
        anonymous: appUserId && sessionToken ? { appUserId, sessionToken } : null,
        client,
      });
      if (user === null) return { status: 204 };
      return { status: 200, body: await bundle(visit, rooms, user, issued) };
    },
  });

  door.open({ method: 'POST', path: '/appusers', body: Create, answer: (visit) => create(visit, rooms) });

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
    body: Logout,
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

type Proof = Visit<unknown>['credential'] & { kind: 'none' | 'jwt' };

/** A session is no proof of a userId; a JWT is one of exactly its own. */
function proofOf(credential: Visit<unknown>['credential'], userId: string): Proof {
  if (credential.kind !== 'jwt') return { kind: 'none' };
  if (credential.userId !== userId) throw new Refusal('forbidden');
  return credential;
}

/** The first message's call: the user, their conversation and, if anonymous, their token. */
async function create(visit: Visit<z.infer<typeof Create>>, rooms: Rooms): Promise<Answer> {
  const { tx, credential, body } = visit;
  const { client, userId: named, ...profile } = body;
  const userId = named ?? (credential.kind === 'jwt' ? credential.userId : null);
  if (userId === null) {
    const user = await rooms.users.create(tx, { userId: null, secured: false, profile });
    await rooms.users.see(tx, user, client);
    await rooms.conversations.start(tx, user);
    const sessionToken = await rooms.users.issueToken(tx, user.id, client.id);
    return { status: 201, body: await bundle(visit, rooms, user, sessionToken) };
  }
  const proof = proofOf(credential, userId);
  if (proof.kind === 'jwt' && (await tx.userByUserId(userId)) === null) {
    await rooms.users.create(tx, { userId, secured: true });
  }
  const { user, sessionToken } = await rooms.login.login(tx, {
    userId,
    credential: proof,
    anonymous: null,
    client,
  });
  if (user === null) throw new Refusal('internal');
  const updated = await rooms.users.update(tx, user, profile);
  await rooms.conversations.start(tx, updated);
  return { status: 201, body: await bundle(visit, rooms, updated, sessionToken) };
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
