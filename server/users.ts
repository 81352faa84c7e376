/** App users: creating them, securing a userId, their devices, their session tokens, and who may act as whom. */
import type { WireClient } from '../contract/sdk-api.ts';
import type { Audience } from './audience.ts';
import type { Credential } from './authenticate.ts';
import { Refusal } from './errors.ts';
import { hashToken, newId, newSecret } from './ids.ts';
import type { Device, Transaction, User, UserProfile } from './store.ts';

/** A device that asks again and again without a JWT keeps its newest tokens; an answer lost on the way costs nothing. */
const maxTokensPerDevice = 4;
const lastSeenPrecisionMs = 60_000;

export interface ProfileChange {
  readonly givenName?: string | undefined;
  readonly surname?: string | undefined;
  readonly email?: string | undefined;
  readonly avatarUrl?: string | undefined;
  readonly locale?: string | undefined;
  /** ISO-8601. */
  readonly signedUpAt?: string | undefined;
  readonly properties?: UserProfile['properties'] | undefined;
}

export class Users {
  readonly #audience: Audience;
  readonly #now: () => number;

  constructor({ audience, now }: { audience: Audience; now: () => number }) {
    this.#audience = audience;
    this.#now = now;
  }

  /**
   * The user `appUserId`, if `credential` proves it. A JWT that gets through secures its userId from then on.
   *
   * @throws {Refusal} 401 for no or a dead credential; 404, as for a user who never was, if it is someone else's.
   */
  async admit(tx: Transaction, credential: Credential, appUserId: string): Promise<User> {
    const user = await this.#bearerOf(tx, credential);
    if (user === null || user.id !== appUserId) throw new Refusal('user_not_found');
    return user;
  }

  /** Whoever `credential` proves, wherever they ask. @throws {Refusal} as `admit`. */
  async bearer(tx: Transaction, credential: Credential): Promise<User> {
    const user = await this.#bearerOf(tx, credential);
    if (user === null) throw new Refusal('conversation_not_found');
    return user;
  }

  async #bearerOf(tx: Transaction, credential: Credential): Promise<User | null> {
    switch (credential.kind) {
      case 'none':
        throw new Refusal('unauthorized');
      case 'session': {
        const user = await this.#userOfToken(tx, credential.appUserId, credential.hash);
        if (user === null || user.credentialRequired) throw new Refusal('invalid_auth');
        return user;
      }
      case 'jwt': {
        if ((await tx.key(credential.keyId)) === null) throw new Refusal('invalid_auth');
        const user = await tx.userByUserId(credential.userId);
        return user === null ? null : this.secure(tx, user);
      }
    }
  }

  /** The anonymous user this token still proves, or null; a stale session is nobody's fault. */
  async anonymous(tx: Transaction, appUserId: string, sessionToken: string): Promise<User | null> {
    const user = await this.#userOfToken(tx, appUserId, hashToken(sessionToken));
    return user?.userId === null ? user : null;
  }

  async #userOfToken(tx: Transaction, appUserId: string, hash: string): Promise<User | null> {
    const user = await tx.userOfToken(hash);
    return user?.id === appUserId && user.mergedInto === null ? user : null;
  }

  async create(
    tx: Transaction,
    { userId, secured, profile = {} }: { userId: string | null; secured: boolean; profile?: ProfileChange },
  ): Promise<User> {
    const fresh: User = {
      id: newId(this.#now()),
      userId,
      credentialRequired: secured,
      mergedInto: null,
      profile: { properties: {} },
      signedUpAt: this.#now(),
    };
    const user = changed(fresh, profile);
    await tx.putUser(user);
    return user;
  }

  /** Additive: what is not named stays, properties are merged by key. */
  async update(tx: Transaction, user: User, change: ProfileChange): Promise<User> {
    const next = changed(user, change);
    await tx.putUser(next);
    return next;
  }

  /** Takes away what says who the person is; what they said stays. */
  async forgetProfile(tx: Transaction, user: User): Promise<User> {
    const next = { ...user, profile: { properties: {} } };
    await tx.putUser(next);
    return next;
  }

  /** Ends every session of a user who takes part in nothing any more, and forgets them. */
  async remove(tx: Transaction, user: User): Promise<void> {
    await this.revokeTokens(tx, user.id);
    await tx.deleteUser(user.id);
    this.#audience.kick(tx, { kind: 'user', appUserId: user.id });
  }

  /** From now on only a JWT speaks for this user. */
  async secure(tx: Transaction, user: User): Promise<User> {
    if (user.credentialRequired) return user;
    const secured = { ...user, credentialRequired: true };
    await tx.putUser(secured);
    await this.revokeTokens(tx, user.id);
    return secured;
  }

  /** @returns the token, once; only its hash is kept. */
  async issueToken(tx: Transaction, appUserId: string, clientId: string): Promise<string> {
    const secret = newSecret();
    await tx.insertToken({ hash: hashToken(secret), appUserId, clientId, createdAt: this.#now() });
    const tokens = (await tx.tokens(appUserId)).filter((token) => token.clientId === clientId);
    for (const token of tokens.slice(0, -maxTokensPerDevice)) await this.#revoke(tx, token.hash);
    return secret;
  }

  /** Revokes all tokens of the user, or those of one device and the one named by `alsoHash`. */
  async revokeTokens(
    tx: Transaction,
    appUserId: string,
    only?: { clientId: string; alsoHash: string | null },
  ): Promise<void> {
    for (const token of await tx.tokens(appUserId)) {
      const meant = !only || token.clientId === only.clientId || token.hash === only.alsoHash;
      if (meant) await this.#revoke(tx, token.hash);
    }
  }

  async #revoke(tx: Transaction, hash: string): Promise<void> {
    await tx.deleteToken(hash);
    this.#audience.kick(tx, { kind: 'token', hash });
  }

  /** Notes what the device says about itself; it speaks for this user now and for nobody else. */
  async see(tx: Transaction, user: User, client: WireClient): Promise<Device> {
    const device: Device = {
      appUserId: user.id,
      id: client.id,
      platform: client.platform,
      active: true,
      lastSeen: this.#now(),
      appVersion: client.appVersion ?? null,
      displayName: client.displayName ?? null,
      info: flat(client.info ?? {}),
    };
    const known = (await tx.devices(user.id)).find(({ id }) => id === client.id);
    if (known && isFresh(known, device)) return known;
    await tx.putDevice(device);
    await tx.deactivateElsewhere(client.id, user.id);
    return device;
  }

  /** Logout: the device is detached and what it held is revoked. History and other devices are untouched. */
  async detach(tx: Transaction, user: User, clientId: string, credential: Credential): Promise<void> {
    const devices = await tx.devices(user.id);
    const device = devices.find(({ id }) => id === clientId);
    if (device) await tx.putDevice({ ...device, active: false });
    const alsoHash = credential.kind === 'session' ? credential.hash : null;
    await this.revokeTokens(tx, user.id, { clientId, alsoHash });
  }
}

/** Nothing new but a little time: not worth a write with every message. */
function isFresh(known: Device, seen: Device): boolean {
  const sameOtherwise =
    JSON.stringify({ ...known, lastSeen: 0 }) === JSON.stringify({ ...seen, lastSeen: 0 });
  return sameOtherwise && seen.lastSeen - known.lastSeen < lastSeenPrecisionMs;
}

function changed(user: User, change: ProfileChange): User {
  const { signedUpAt, properties, ...named } = change;
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return {
    ...user,
    signedUpAt: signedUpAt === undefined ? user.signedUpAt : Date.parse(signedUpAt),
    profile: {
      ...user.profile,
      ...Object.fromEntries(given),
      properties: { ...user.profile.properties, ...properties },
    },
  };
}

const maxInfoKeys = 40;

/** The protocol calls `info` flat; whatever else a device sends there is dropped. */
function flat(info: Record<string, unknown>): Device['info'] {
  const kept: Device['info'] = {};
  for (const [name, value] of Object.entries(info).slice(0, maxInfoKeys)) {
    if (typeof value === 'string') kept[name] = value.slice(0, 1024);
    else if (typeof value === 'boolean' || Number.isFinite(value)) kept[name] = value as boolean | number;
  }
  return kept;
}
