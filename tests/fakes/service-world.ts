import { createHash } from 'node:crypto';
import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import { AppUserId, ConversationId, EpochMs, MessageId, UserId } from '../../contract/ids.ts';
import type { ActionId, ClientId } from '../../contract/ids.ts';
import type { Action, Message, Profile } from '../../contract/model.ts';
import { readJwt } from '../../main/ports/jwt.ts';
import type {
  Credential,
  FeedEvent,
  KnownSpeaker,
  Merge,
  ServiceConfig,
  SignedIn,
  SignInProof,
  UserBundle,
} from '../../main/ports/service.ts';

/** A user of the fake service, open for tests to look at. */
export interface WorldUser {
  readonly appUserId: AppUserId;
  userId: UserId | null;
  profile: Profile;
  /** True once a JWT was used for this userId. */
  secured: boolean;
  conversationId: ConversationId | null;
  unreadCount: number;
  /** In thread order. */
  messages: Message[];
  /** Session token to the device it was given to. */
  readonly tokens: Map<string, ClientId>;
  readonly clients: Set<ClientId>;
  mergedInto: WorldUser | null;
  /** What the business has seen, where the service says so on its pages. */
  seenUpTo: EpochMs | null;
  /** What was merged in, where the service says so on its pages. */
  merges: readonly Merge[];
}

export interface WorldOptions {
  /** The service's clock; by default it stands still and `received` moves by 1 ms per message. */
  readonly now?: () => number;
  readonly pageSize?: number;
  readonly idempotentSend?: boolean;
  readonly maxFileBytes?: number | null;
  /** Whether pages say what was merged in, as our own service's do. */
  readonly tellsOfMerges?: boolean;
  /** How long a JWT is good for, by the service's clock. */
  readonly tokenLifetimeMs?: number;
}

/** One open feed. */
export interface Follower {
  readonly device: { deliver(follower: Follower, event: FeedEvent): void };
  who(): KnownSpeaker;
  hear(event: FeedEvent): void;
}

/**
 * The Smooch-compatible service as a little world in memory: users, their conversations, merges, and the feed to every
 * device (`FakeDevice`). Everything is delivered in order and without timers.
 */
export class ServiceWorld {
  readonly users: WorldUser[] = [];
  /** What was uploaded, by its address. */
  readonly media = new Map<string, Uint8Array>();
  /** userId to password, for `signIn`. */
  readonly passwords = new Map<string, string>();
  /** False for a business that gives no refresh tokens. */
  givesRefreshTokens = true;
  /** Refresh tokens to whom they are good for; each is good once. */
  readonly refreshTokens = new Map<string, string>();
  /** What the sign-in page has given out and nobody has used. */
  readonly #codes = new Map<string, { readonly userId: string; readonly challenge: string }>();
  readonly postbacks: ActionId[] = [];
  /** What the business side saw of people typing: true for start. */
  readonly typing: boolean[] = [];
  readonly followers = new Set<Follower>();
  readonly config: ServiceConfig;
  readonly pageSize: number;
  readonly now: () => number;
  readonly tokenLifetimeMs: number;
  readonly tellsOfMerges: boolean;
  #serial = 0;
  readonly #deadJwts = new Map<string, 'expired' | 'invalid'>();

  constructor({
    now = () => 1_700_000_000_000,
    pageSize = 100,
    idempotentSend = true,
    maxFileBytes = null,
    tellsOfMerges = true,
    tokenLifetimeMs = 24 * 3_600_000,
  }: WorldOptions = {}) {
    this.now = now;
    this.tokenLifetimeMs = tokenLifetimeMs;
    this.tellsOfMerges = tellsOfMerges;
    this.pageSize = pageSize;
    this.config = {
      business: { name: 'Northwind', iconUrl: null, brandColor: '#2f6fde' },
      signInUrl: 'https://service.example/sign-in',
      signInPageUrl: 'https://service.example/sign-in/page',
      idempotentSend,
      maxFileBytes,
    };
  }

  /** A valid JWT for `userId`; each call mints another one. */
  jwt(userId: string): string {
    const iat = this.now() / 1000;
    const claims = { userId, iat, exp: iat + this.tokenLifetimeMs / 1000, jti: this.#next() };
    return `${base64url({ alg: 'none' })}.${base64url(claims)}.fake`;
  }

  /** What the sign-in page hands back once `userId` has signed in there. */
  code(userId: string, challenge: string): string {
    const code = `code-${this.#next()}-${'x'.repeat(16)}`;
    this.#codes.set(code, { userId, challenge });
    return code;
  }

  /** At the business's sign-in endpoint. */
  signIn(by: SignInProof): Result<SignedIn> {
    const userId = this.#provenBy(by);
    if (userId === null) return fail({ kind: 'wrongPassword' });
    const refreshToken = this.givesRefreshTokens ? `refresh-${this.#next()}` : null;
    if (refreshToken !== null) this.refreshTokens.set(refreshToken, userId);
    const expiresAt = EpochMs.parse(this.now() + this.tokenLifetimeMs);
    return ok({ userId: UserId.parse(userId), jwt: this.jwt(userId), expiresAt, refreshToken });
  }

  #provenBy(by: SignInProof): string | null {
    switch (by.kind) {
      case 'password':
        return this.passwords.get(by.userId) === by.password ? by.userId : null;
      case 'refresh': {
        const userId = this.refreshTokens.get(by.refreshToken) ?? null;
        this.refreshTokens.delete(by.refreshToken);
        return userId;
      }
      case 'code': {
        const issued = this.#codes.get(by.code);
        this.#codes.delete(by.code);
        const challenge = createHash('sha256').update(by.verifier).digest('base64url');
        return issued?.challenge === challenge ? issued.userId : null;
      }
    }
  }

  /** From now on the service refuses this JWT. */
  killJwt(jwt: string, reason: 'expired' | 'invalid' = 'expired'): void {
    this.#deadJwts.set(jwt, reason);
    this.#kick((credential) => credential.kind === 'jwt' && credential.jwt === jwt);
  }

  /** From now on the service refuses every session token of this user. */
  revokeTokens(user: WorldUser): void {
    const revoked = new Set(user.tokens.keys());
    user.tokens.clear();
    this.#kick((credential) => credential.kind === 'session' && revoked.has(credential.sessionToken));
  }

  /** The live user with this userId or app user id. */
  user(id: string): WorldUser {
    const found = this.users.find(
      (one) => one.mergedInto === null && (one.userId === id || one.appUserId === id),
    );
    if (found === undefined) throw new Error(`no such user in this world: ${id}`);
    return found;
  }

  /** The business writes to `user`. */
  say(user: WorldUser, text: string, actions: readonly Action[] = []): Message {
    user.unreadCount += 1;
    const author = { kind: 'business', name: 'Ann', avatarUrl: null } as const;
    return this.append(user, { author, content: { kind: 'text', text }, actions }, null);
  }

  businessTypes(user: WorldUser, started: boolean): void {
    this.publish(user, { kind: 'typing', typing: started ? { name: 'Ann', avatarUrl: null } : null });
  }

  /** The business has seen everything up to the newest message. */
  businessReads(user: WorldUser): void {
    const at = user.messages.at(-1)?.received ?? EpochMs.parse(this.now());
    user.seenUpTo = at;
    this.publish(user, { kind: 'seen', at });
  }

  /**
   * The business deletes messages, those `which` says.
   *
   * @param tells whether this service tells the devices; those of others find out by what a page no longer holds
   */
  remove(user: WorldUser, which: (message: Message) => boolean, tells = false): void {
    const gone = user.messages.filter(which);
    user.messages = user.messages.filter((message) => !which(message));
    for (const { id } of tells ? gone : []) if (id !== null) this.publish(user, { kind: 'deleted', id });
  }

  /** `loser` becomes part of `survivor`; the devices of both hear of it. */
  merge(loser: WorldUser, survivor: WorldUser): void {
    survivor.conversationId ??= loser.conversationId;
    survivor.unreadCount += loser.unreadCount;
    survivor.messages = strictlyIncreasing([...survivor.messages, ...loser.messages]);
    const oldest = survivor.messages.find(({ id }) => id === loser.messages[0]?.id)?.received ?? null;
    if (oldest !== null) {
      const at = EpochMs.parse(Math.max(this.now(), (survivor.merges.at(-1)?.at ?? 0) + 1));
      survivor.merges = [...survivor.merges.filter(({ from }) => from < oldest), { at, from: oldest }];
    }
    for (const client of loser.clients) survivor.clients.add(client);
    this.publish(loser, this.#movedTo(survivor));
    loser.mergedInto = survivor;
    this.revokeTokens(loser);
    this.publish(survivor, { kind: 'reload' });
  }

  /** An anonymous user has become somebody: what proved it as nobody proves nothing now. */
  promote(user: WorldUser): void {
    this.publish(user, { kind: 'reload' });
    this.revokeTokens(user);
  }

  create(userId: UserId | null, profile: Profile = {}): WorldUser {
    const user: WorldUser = {
      appUserId: AppUserId.parse(this.#next().toString(16).padStart(24, '0')),
      userId,
      profile,
      secured: false,
      conversationId: null,
      unreadCount: 0,
      messages: [],
      tokens: new Map(),
      clients: new Set(),
      mergedInto: null,
      seenUpTo: null,
      merges: [],
    };
    this.users.push(user);
    return user;
  }

  startConversation(user: WorldUser): ConversationId {
    user.conversationId ??= ConversationId.parse(`c${this.#next()}`);
    return user.conversationId;
  }

  /** Store a message and tell every follower of the user. */
  append(
    user: WorldUser,
    said: Pick<Message, 'author' | 'content' | 'actions'> & Partial<Message>,
    by: ClientId | null,
  ): Message {
    const id = MessageId.parse(`m${String(this.#next()).padStart(6, '0')}`);
    const message: Message = {
      key: said.clientMessageId ?? id,
      clientMessageId: null,
      composedAt: null,
      outboxPosition: null,
      metadata: null,
      refusal: null,
      ...said,
      id,
      received: EpochMs.parse(Math.max(this.now(), (user.messages.at(-1)?.received ?? 0) + 1)),
      status: 'sent',
    };
    user.messages.push(message);
    const conversationId = this.startConversation(user);
    const unreadCount = user.unreadCount;
    this.publish(user, { kind: 'message', conversationId, message, unreadCount, ownEcho: false }, by);
    return message;
  }

  publish(user: WorldUser, event: FeedEvent, by: ClientId | null = null): void {
    for (const follower of [...this.followers]) {
      const who = follower.who();
      if (who.appUserId !== user.appUserId) continue;
      const ownEcho = by !== null && who.clientId === by;
      follower.device.deliver(follower, event.kind === 'message' ? { ...event, ownEcho } : event);
    }
  }

  /** Whom this credential proves, or why not. */
  authenticate(who: KnownSpeaker): Result<WorldUser> {
    const user = this.users.find((one) => one.appUserId === who.appUserId);
    if (user === undefined) return signedOut('invalid');
    if (who.credential.kind === 'session') {
      if (user.tokens.has(who.credential.sessionToken)) return ok(user);
      return signedOut(user.secured ? 'jwtRequired' : 'invalid');
    }
    const proven = this.proven(who.credential.jwt);
    if (!proven.ok) return proven;
    return proven.value === user.userId
      ? ok(user)
      : fail({ kind: 'rejected', code: 'forbidden', description: '' });
  }

  /** The userId a JWT proves. */
  proven(jwt: string): Result<string> {
    const dead = this.#deadJwts.get(jwt);
    if (dead !== undefined) return signedOut(dead);
    const claims = jwt.endsWith('.fake') ? readJwt(jwt) : null;
    if (claims === null || claims.userId === null) return signedOut('invalid');
    return (claims.expiresAt ?? 0) <= this.now() ? signedOut('expired') : ok(claims.userId);
  }

  giveToken(user: WorldUser, clientId: ClientId): string {
    const token = `token-${this.#next()}`;
    user.tokens.set(token, clientId);
    return token;
  }

  /** The newest page of a user as the service describes it. */
  bundle(user: WorldUser, sessionToken: string | null): UserBundle {
    const { givenName, surname } = user.profile;
    const page = this.pageBefore(user, null);
    return {
      appUserId: user.appUserId,
      userId: user.userId,
      name: [givenName, surname].filter((part) => part !== undefined).join(' ') || null,
      conversationId: user.conversationId,
      unreadCount: user.unreadCount,
      ...page,
      sessionToken,
    };
  }

  pageBefore(user: WorldUser, before: EpochMs | null): { messages: readonly Message[]; hasOlder: boolean } {
    const older = user.messages.filter((one) => before === null || (one.received ?? 0) < before);
    return { messages: older.slice(-this.pageSize), hasOlder: older.length > this.pageSize };
  }

  #movedTo({ appUserId, userId, tokens }: WorldUser): FeedEvent {
    const sessionToken = userId === null ? ([...tokens.keys()][0] ?? null) : null;
    return { kind: 'moved', appUserId, userId, sessionToken };
  }

  #kick(isDead: (credential: Credential) => boolean): void {
    for (const follower of [...this.followers]) {
      if (isDead(follower.who().credential)) follower.device.deliver(follower, { kind: 'refused' });
    }
  }

  #next(): number {
    return (this.#serial += 1);
  }
}

function base64url(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}

export function signedOut(reason: 'expired' | 'invalid' | 'jwtRequired' | 'otherUser') {
  return fail({ kind: 'signedOut', reason });
}

/** In the order of their times, equal times moved on by a millisecond. */
function strictlyIncreasing(messages: readonly Message[]): Message[] {
  let last = 0;
  return messages
    .toSorted((a, b) => (a.received ?? 0) - (b.received ?? 0))
    .map((message) => {
      last = Math.max(message.received ?? 0, last + 1);
      return { ...message, received: EpochMs.parse(last) };
    });
}
