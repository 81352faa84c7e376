/**
 * Login: whose device this is from now on. An anonymous history that the device can prove comes along: the anonymous
 * user is promoted to the userId, or merged into the user who has it already.
 */
import type { WireClient } from '../contract/sdk-api.ts';
import type { Audience } from './audience.ts';
import type { Credential } from './authenticate.ts';
import { Refusal } from './errors.ts';
import type { ServiceEvent } from './fan-out.ts';
import type { Conversation, Device, Participant, Place, Transaction, User } from './store.ts';
import type { Users } from './users.ts';

export interface LoginRequest {
  readonly userId: string;
  /** A verified JWT for this very userId, or none. */
  readonly credential: Credential & { kind: 'none' | 'jwt' };
  /** Whom the device was before; counts only if the token proves it. */
  readonly anonymous: { readonly appUserId: string; readonly sessionToken: string } | null;
  readonly client: WireClient;
}

/** `user` is null if a JWT names someone who has not written yet; the first message creates them. */
export interface LoginOutcome {
  readonly user: User | null;
  /** Only without a JWT. */
  readonly sessionToken: string | null;
}

export class Login {
  readonly #users: Users;
  readonly #audience: Audience;
  readonly #now: () => number;

  constructor({ users, audience, now }: { users: Users; audience: Audience; now: () => number }) {
    this.#users = users;
    this.#audience = audience;
    this.#now = now;
  }

  /** @throws {Refusal} `invalid_auth` without a JWT for a userId that has been used with one. */
  async login(tx: Transaction, request: LoginRequest): Promise<LoginOutcome> {
    const { userId, credential, client } = request;
    const verified = credential.kind === 'jwt';
    if (verified && (await tx.key(credential.keyId)) === null) throw new Refusal('invalid_auth');
    const target = await tx.userByUserId(userId);
    if (!verified && target?.credentialRequired) throw new Refusal('invalid_auth');
    const anonymous = request.anonymous
      ? await this.#users.anonymous(tx, request.anonymous.appUserId, request.anonymous.sessionToken)
      : null;
    if (target === null && anonymous === null && verified) return { user: null, sessionToken: null };

    let user = await this.#settle(tx, userId, target, anonymous, client);
    if (verified) user = await this.#users.secure(tx, user);
    const sessionToken = verified ? null : await this.#users.issueToken(tx, user.id, client.id);
    return { user, sessionToken };
  }

  async #settle(
    tx: Transaction,
    userId: string,
    target: User | null,
    anonymous: User | null,
    client: WireClient,
  ): Promise<User> {
    if (anonymous === null) {
      const user = target ?? (await this.#users.create(tx, { userId, secured: false }));
      await this.#users.see(tx, user, client);
      return user;
    }
    return target === null
      ? this.#promote(tx, anonymous, userId, client)
      : this.#merge(tx, anonymous, target, client);
  }

  /** The anonymous user gets the userId; `_id` and conversation stay. */
  async #promote(tx: Transaction, anonymous: User, userId: string, client: WireClient): Promise<User> {
    const user: User = { ...anonymous, userId };
    await tx.putUser(user);
    const device = await this.#users.see(tx, user, client);
    this.#link(tx, user.id, user, device);
    await this.#users.revokeTokens(tx, user.id);
    await this.#audience.tellBusiness(tx, { kind: 'promoted', user });
    return user;
  }

  /** `discarded` goes into `surviving`: history, unread count, devices, profile where the survivor has gaps. */
  async #merge(tx: Transaction, discarded: User, surviving: User, client: WireClient): Promise<User> {
    const user: User = {
      ...surviving,
      signedUpAt: Math.min(surviving.signedUpAt, discarded.signedUpAt),
      profile: {
        ...discarded.profile,
        ...surviving.profile,
        properties: { ...discarded.profile.properties, ...surviving.profile.properties },
      },
    };
    await tx.putUser(user);
    await this.#moveConversations(tx, discarded, user);
    await moveDevices(tx, discarded, user);
    const device = await this.#users.see(tx, user, client);
    await tx.putUser({ ...discarded, mergedInto: user.id });
    this.#link(tx, user.id, user, device);
    this.#link(tx, discarded.id, user, device);
    await this.#users.revokeTokens(tx, discarded.id);
    await this.#audience.tellBusiness(tx, { kind: 'merge', surviving: user, discarded, device });
    return user;
  }

  /** The default conversations become one; any other that `discarded` takes part in goes on with `surviving`. */
  async #moveConversations(tx: Transaction, discarded: User, surviving: User): Promise<void> {
    const from = await tx.defaultConversation(discarded.id);
    const to = await tx.defaultConversation(surviving.id);
    if (from && to) await joinConversations(tx, from, to, surviving.id, this.#now());
    const others = await tx.conversations({
      appUserId: discarded.id,
      offset: 0,
      limit: Number.MAX_SAFE_INTEGER,
    });
    for (const { id } of others) await takeSeat(tx, id, discarded.id, surviving.id);
    await tx.reattributeMessages(discarded.id, surviving.id);
  }

  /** Tells the devices on a user's channel who they are now; see B.5 of the protocol notes. */
  #link(tx: Transaction, channelOf: string, user: User, device: Device): void {
    const event: ServiceEvent = {
      type: 'link',
      appUser: { _id: user.id, ...(user.userId !== null && { userId: user.userId }) },
      client: { id: device.id, platform: device.platform },
    };
    this.#audience.tellDevices(tx, channelOf, event);
  }
}

async function moveDevices(tx: Transaction, from: User, to: User): Promise<void> {
  const known = new Set((await tx.devices(to.id)).map(({ id }) => id));
  for (const device of await tx.devices(from.id)) {
    if (!known.has(device.id)) await tx.putDevice({ ...device, appUserId: to.id });
    await tx.putDevice({ ...device, active: false });
  }
}

async function joinConversations(
  tx: Transaction,
  from: Conversation,
  to: Conversation,
  appUserId: string,
  now: number,
): Promise<void> {
  const moved = interleave(await tx.places(from.id), await tx.places(to.id));
  await tx.moveMessages(moved, to.id);
  await tx.putConversation({
    ...to,
    createdAt: Math.min(from.createdAt, to.createdAt),
    lastReceived: Math.max(to.lastReceived, moved.at(-1)?.received ?? 0),
    businessLastRead: latest(from.businessLastRead, to.businessLastRead),
    merges: mergesWith(to.merges, moved[0], now),
  });
  const [gone] = await tx.participants(from.id);
  const stays = await tx.participant(to.id, appUserId);
  if (gone && stays) await tx.putParticipant(joinedSeat(gone, stays));
  await tx.deleteConversation(from.id);
}

/** `to` sits where `from` sat; where both did, what is unread adds up. */
async function takeSeat(tx: Transaction, conversationId: string, from: string, to: string): Promise<void> {
  const gone = await tx.participant(conversationId, from);
  const stays = await tx.participant(conversationId, to);
  if (gone === null) return;
  if (stays === null) return tx.putParticipant({ ...gone, appUserId: to });
  await tx.deleteParticipant(gone.id);
  await tx.putParticipant(joinedSeat(gone, stays));
}

function joinedSeat(gone: Participant, stays: Participant): Participant {
  const unreadCount = gone.unreadCount + stays.unreadCount;
  return { ...stays, unreadCount, lastRead: latest(gone.lastRead, stays.lastRead) };
}

/** @param oldest of what has come in just now */
function mergesWith(
  before: Conversation['merges'],
  oldest: Place | undefined,
  now: number,
): Conversation['merges'] {
  if (oldest === undefined) return before;
  const from = oldest.received;
  // A clock that was set back must not hide a merge from those who know of the last one.
  const at = Math.max(now, (before.at(-1)?.at ?? 0) + 1);
  return [...before.filter((other) => other.from < from), { at, from }];
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

/**
 * New places for `moving` among `staying`, both ascending: each keeps its time, or takes the next free millisecond. What
 * stays is never touched, so other devices' copies of it stay true.
 */
export function interleave(moving: readonly Place[], staying: readonly Place[]): Place[] {
  const taken = new Set(staying.map(({ received }) => received));
  let last = -1;
  return moving.map(({ id, received }) => {
    let place = Math.max(received, last + 1);
    while (taken.has(place)) place += 1;
    last = place;
    return { id, received: place };
  });
}
