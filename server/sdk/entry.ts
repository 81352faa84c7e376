/** How a device becomes someone, whichever version of the API it speaks: the first message's call, and login. */
import { z } from 'zod';
import { WireClient } from '../../contract/sdk-api.ts';
import type { Conversations } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import type { Login, LoginOutcome } from '../login.ts';
import type { User } from '../store.ts';
import type { Users } from '../users.ts';
import { FlatData, plain, words } from '../words.ts';
import type { Visit } from './door.ts';

export interface EntryRooms {
  readonly users: Users;
  readonly conversations: Conversations;
  readonly login: Login;
}

export const Client = WireClient.extend({ id: plain(128) });

export const Profile = z.object({
  givenName: words(255).optional(),
  surname: words(255).optional(),
  email: words(255).optional(),
  locale: words(32).optional(),
  signedUpAt: z.iso.datetime({ offset: true }).optional(),
  properties: FlatData.optional(),
});

export const CreateBody = Profile.extend({ userId: plain(512).optional(), client: Client });
export const LoginBody = z.object({
  userId: plain(512),
  appUserId: z.string().max(128).nullish(),
  sessionToken: z.string().max(512).nullish(),
  client: Client,
});
export const LogoutBody = z.object({ client: z.object({ id: z.string().max(128) }) });

type Proof = Visit<unknown>['credential'] & { kind: 'none' | 'jwt' };

/** A session is no proof of a userId; a JWT is one of exactly its own. */
function proofOf(credential: Visit<unknown>['credential'], userId: string): Proof {
  if (credential.kind !== 'jwt') return { kind: 'none' };
  if (credential.userId !== userId) throw new Refusal('forbidden');
  return credential;
}

/** @throws {Refusal} as `Login.login`, and `forbidden` for someone else's JWT. */
export function enter(
  { tx, credential, body }: Visit<z.infer<typeof LoginBody>>,
  { login }: EntryRooms,
): Promise<LoginOutcome> {
  const { userId, appUserId, sessionToken, client } = body;
  return login.login(tx, {
    userId,
    credential: proofOf(credential, userId),
    anonymous: appUserId && sessionToken ? { appUserId, sessionToken } : null,
    client,
  });
}

/** The first message's call: the user, their conversation and, if anonymous, their token. */
export async function create(
  { tx, credential, body }: Visit<z.infer<typeof CreateBody>>,
  { users, conversations, login }: EntryRooms,
): Promise<{ user: User; sessionToken: string | null }> {
  const { client, userId: named, ...profile } = body;
  const userId = named ?? (credential.kind === 'jwt' ? credential.userId : null);
  if (userId === null) {
    const user = await users.create(tx, { userId: null, secured: false, profile });
    await users.see(tx, user, client);
    await conversations.start(tx, user);
    return { user, sessionToken: await users.issueToken(tx, user.id, client.id) };
  }
  const proof = proofOf(credential, userId);
  if (proof.kind === 'jwt' && (await tx.userByUserId(userId)) === null) {
    await users.create(tx, { userId, secured: true });
  }
  const { user, sessionToken } = await login.login(tx, {
    userId,
    credential: proof,
    anonymous: null,
    client,
  });
  if (user === null) throw new Refusal('internal');
  const updated = await users.update(tx, user, profile);
  await conversations.start(tx, updated);
  return { user: updated, sessionToken };
}
