import type { ClientId } from '../../contract/ids.ts';
import type { CredentialKeeper, Held } from '../../main/identity/refresh.ts';
import type { Credential, SignedIn, Speaker } from '../../main/ports/service.ts';

/** One account's credentials, and a keychain that may take its time. */
export class Pocket implements CredentialKeeper {
  /** Null once the session is over. */
  now: (Held & { readonly credential: Credential }) | null = null;
  /** Resolves when the keychain has written. */
  written: Promise<void> = Promise.resolve();
  readonly #clientId: ClientId;

  constructor(clientId: ClientId) {
    this.#clientId = clientId;
  }

  held(who: Speaker): Held | null {
    return who.clientId === this.#clientId ? this.now : null;
  }

  async renewed(_who: Speaker, { jwt, refreshToken }: SignedIn): Promise<Credential | null> {
    await this.written;
    if (this.now === null) return null;
    this.now = { credential: { kind: 'jwt', jwt }, refreshToken };
    return this.now.credential;
  }
}
