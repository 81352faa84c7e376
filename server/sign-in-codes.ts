import { createHash } from 'node:crypto';
import { hashToken, newSecret } from './ids.ts';

/** Long enough for a person to say yes to "Open Onethread?"; too short to be worth finding. */
const goodForMs = 120_000;
const mostAtOnce = 10_000;

interface Issued {
  readonly userId: string;
  readonly challenge: string;
  readonly expiresAt: number;
}

/**
 * Codes between the sign-in page and the app (RFC 7636, S256). A code travels on a command line, where others may read it,
 * so it is worth nothing without the verifier, and nothing after its first use, right or wrong.
 */
export class SignInCodes {
  readonly #issued = new Map<string, Issued>();

  issue(userId: string, challenge: string, now: number): string {
    for (const [hash, { expiresAt }] of this.#issued) if (expiresAt <= now) this.#issued.delete(hash);
    const [oldest] = this.#issued.keys();
    if (oldest !== undefined && this.#issued.size >= mostAtOnce) this.#issued.delete(oldest);
    const code = newSecret();
    this.#issued.set(hashToken(code), { userId, challenge, expiresAt: now + goodForMs });
    return code;
  }

  /** Whom it is good for, or null. */
  redeem(code: string, verifier: string, now: number): string | null {
    const hash = hashToken(code);
    const issued = this.#issued.get(hash);
    this.#issued.delete(hash);
    if (issued === undefined || issued.expiresAt <= now) return null;
    const challenge = createHash('sha256').update(verifier, 'utf8').digest('base64url');
    return challenge === issued.challenge ? issued.userId : null;
  }
}
