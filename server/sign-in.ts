/**
 * The demo business's own sign-in: it knows its customers' passwords and mints the JWT that Smooch asks for. A real
 * business has this on its own servers; nothing else here depends on it.
 */
import { SignJWT } from 'jose';
import type { WireSignIn, WireSignInProof } from '../contract/sdk-api.ts';
import { Refusal } from './errors.ts';
import { hashToken, newSecret } from './ids.ts';
import { isPasswordOf } from './sign-in-accounts.ts';
import { SignInCodes } from './sign-in-codes.ts';
import type { SignInStore } from './sign-in-store.ts';
import type { Store } from './store.ts';

export const signInPath = '/demo/sign-in';
export const signInPagePath = '/demo/sign-in/page';

/** Failed attempts that are let through before the next has to wait; each is forgiven after `forgivenAfterMs`. */
const failuresPerUser = 8;
const failuresPerAddress = 60;
const forgivenAfterMs = 60_000;

/** How long a device may stay away and still come back without a password. */
const refreshTokenLifetimeMs = 30 * 24 * 3_600_000;

export interface SignInDeps {
  readonly store: Store;
  readonly signInStore: SignInStore;
  readonly tokenLifetimeSeconds: number;
  now(): number;
}

interface Proven {
  readonly userId: string;
  readonly refreshToken: string;
}

export class SignIn {
  readonly #deps: SignInDeps;
  readonly #codes = new SignInCodes();

  constructor(deps: SignInDeps) {
    this.#deps = deps;
  }

  /** @throws {Refusal} `wrong_password` or `invalid_auth`, or `too_many_requests` after too many of those. */
  async signIn(proof: WireSignInProof, address: string): Promise<WireSignIn> {
    const now = this.#deps.now();
    const { userId, refreshToken } = await this.#prove(proof, address, now);
    return { ...(await this.#mint(userId, now)), refreshToken };
  }

  /**
   * At the sign-in page.
   *
   * @returns a code for whoever knows what `challenge` was made of
   * @throws {Refusal} as `signIn`
   */
  async codeFor(
    { userId, password }: { readonly userId: string; readonly password: string },
    challenge: string,
    address: string,
  ): Promise<string> {
    const now = this.#deps.now();
    await this.#provePassword(userId, password, address, now);
    return this.#codes.issue(userId, challenge, now);
  }

  async #prove(proof: WireSignInProof, address: string, now: number): Promise<Proven> {
    if ('password' in proof) {
      await this.#provePassword(proof.userId, proof.password, address, now);
      return this.#begin(proof.userId, now);
    }
    this.#letTry({ address }, now);
    const proven = 'code' in proof ? this.#redeem(proof, now) : this.#exchange(proof.refreshToken, now);
    if (proven !== null) return proven;
    this.#noteFailure({ address }, now);
    throw new Refusal('invalid_auth');
  }

  async #provePassword(userId: string, password: string, address: string, now: number): Promise<void> {
    this.#letTry({ userId, address }, now);
    if (await isPasswordOf(userId, password)) return;
    this.#noteFailure({ userId, address }, now);
    throw new Refusal('wrong_password');
  }

  #redeem({ code, codeVerifier }: { code: string; codeVerifier: string }, now: number): Proven | null {
    const userId = this.#codes.redeem(code, codeVerifier, now);
    return userId === null ? null : this.#begin(userId, now);
  }

  #begin(userId: string, now: number): Proven {
    const refreshToken = newSecret();
    const expiresAt = now + refreshTokenLifetimeMs;
    this.#deps.signInStore.begin(userId, { hash: hashToken(refreshToken), expiresAt }, now);
    return { userId, refreshToken };
  }

  #exchange(shown: string, now: number): Proven | null {
    const refreshToken = newSecret();
    const next = { hash: hashToken(refreshToken), expiresAt: now + refreshTokenLifetimeMs };
    const userId = this.#deps.signInStore.exchange(hashToken(shown), next, now);
    return userId === null ? null : { userId, refreshToken };
  }

  async #mint(userId: string, now: number): Promise<Omit<WireSignIn, 'refreshToken'>> {
    const [key] = await this.#deps.store.transaction((tx) => tx.keys());
    if (!key) throw new Refusal('unavailable');
    const expires = Math.floor(now / 1000) + this.#deps.tokenLifetimeSeconds;
    const jwt = await new SignJWT({ scope: 'appUser', userId })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key.id })
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(expires)
      .sign(new TextEncoder().encode(key.secret));
    return { userId, jwt, expiresAt: new Date(expires * 1000).toISOString() };
  }

  /** Failures outlive a restart, so that nobody gains tries by causing one. */
  #letTry({ userId, address }: Attempt, now: number): void {
    const since = now - forgivenAfterMs;
    const waitMs = (name: string, most: number): number => {
      const oldest = this.#deps.signInStore.failures(name, since).at(-most);
      return oldest === undefined ? 0 : oldest + forgivenAfterMs - now;
    };
    const wait = Math.max(
      userId === undefined ? 0 : waitMs(nameOf.user(userId), failuresPerUser),
      waitMs(nameOf.address(address), failuresPerAddress),
    );
    if (wait > 0) throw new Refusal('too_many_requests', { retryAfter: Math.ceil(wait / 1000) });
  }

  #noteFailure({ userId, address }: Attempt, now: number): void {
    const names = [nameOf.address(address), ...(userId === undefined ? [] : [nameOf.user(userId)])];
    this.#deps.signInStore.noteFailure(names, now, now - forgivenAfterMs);
  }
}

interface Attempt {
  readonly userId?: string;
  readonly address: string;
}

/** What people type into a name field is not always a name; nobody shall find a password here. */
const nameOf = {
  user: (userId: string): string => hashToken(`user:${userId}`),
  address: (address: string): string => hashToken(`address:${address}`),
};
