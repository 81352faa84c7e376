/**
 * The demo business's own sign-in: it knows its customers' passwords and mints the JWT that Smooch asks for. A real
 * business has this on its own servers; nothing else here depends on it.
 */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { WireSignIn } from '../contract/sdk-api.ts';
import { Refusal } from './errors.ts';
import type { Store } from './store.ts';

export const signInPath = '/demo/sign-in';

export const SignInBody = z.object({ userId: z.string().min(1).max(512), password: z.string().max(512) });

/** scrypt (N 16384, r 8, p 1), salt and 32-byte hash in base64url. */
const accounts: Readonly<Record<string, readonly [salt: string, hash: string]>> = {
  'ana@example.com': ['ophrpaoYw0FoCUbcxqMEzw', 'eLgnrTtFFsgwEpVxi6ymNxZlfFtB46cnAG1iWpHRzBs'],
  'bo@example.com': ['PHHnLEF6qM5ak9LpMoG7kQ', 'C3o7O-5XP9-yetOn4Ga110QsCGVw8oNm23NVIi2vx0U'],
  'chris@example.com': ['bFBEmdSoPxTlaiJpV64miA', 'Lu3Q6YPfOwiYlTPrL4EzRoWSz4P-AVA1lOM0wjJBfF8'],
  'dana@example.com': ['Ond8gGxMRTJdMlL4bKXLtA', 'bLuq61K1rPKSrHA9qAIjQwYLsHGjzmNlXoa-bci_KBY'],
  'eli@example.com': ['wza1Sc5AiqMAumyr84Z99w', 'TjFOPnFzzUwrsAKS4ykqjQX1DZu3tG2dBDUIBjp9x1w'],
};
/** Someone who does not exist costs as much time as someone who does. */
const nobody = ['AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'] as const;

/** Failed attempts that are let through before the next has to wait; each is forgiven after `forgivenAfterMs`. */
const failuresPerUser = 8;
const failuresPerAddress = 60;
const forgivenAfterMs = 60_000;

interface Deps {
  readonly store: Store;
  readonly tokenLifetimeSeconds: number;
  now(): number;
}

export class SignIn {
  readonly #deps: Deps;
  readonly #byUser = new Failures(failuresPerUser);
  readonly #byAddress = new Failures(failuresPerAddress);

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws {Refusal} `wrong_password`, or `too_many_requests` after too many of those. */
  async signIn(
    { userId, password }: z.infer<typeof SignInBody>,
    address: string,
  ): Promise<z.infer<typeof WireSignIn>> {
    const now = this.#deps.now();
    const waitMs = Math.max(this.#byUser.wait(userId, now), this.#byAddress.wait(address, now));
    if (waitMs > 0) throw new Refusal('too_many_requests', { retryAfter: Math.ceil(waitMs / 1000) });
    if (!(await isRight(userId, password))) {
      this.#byUser.note(userId, now);
      this.#byAddress.note(address, now);
      throw new Refusal('wrong_password');
    }
    return this.#mint(userId, now);
  }

  async #mint(userId: string, now: number): Promise<z.infer<typeof WireSignIn>> {
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
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

async function isRight(userId: string, password: string): Promise<boolean> {
  const known = Object.hasOwn(accounts, userId) ? accounts[userId] : undefined;
  const [salt, hash] = known ?? nobody;
  const derived = await derive(password, Buffer.from(salt, 'base64url'), 32);
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && known !== undefined;
}

/** Recent failures by name, oldest first. */
class Failures {
  readonly #limit: number;
  readonly #times = new Map<string, number[]>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Milliseconds until `name` may try again, 0 for at once. */
  wait(name: string, now: number): number {
    const recent = (this.#times.get(name) ?? []).filter((time) => time > now - forgivenAfterMs);
    if (recent.length === 0) this.#times.delete(name);
    else this.#times.set(name, recent);
    const oldest = recent.at(-this.#limit);
    return oldest === undefined ? 0 : oldest + forgivenAfterMs - now;
  }

  note(name: string, now: number): void {
    for (const other of [...this.#times.keys()]) this.wait(other, now);
    this.#times.set(name, [...(this.#times.get(name) ?? []), now].slice(-this.#limit));
  }
}
