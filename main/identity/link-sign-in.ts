import { z } from 'zod';
import { fail, ok, type Result } from '../../contract/failure.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Service, SignedIn } from '../ports/service.ts';
import { readNote, type Notes } from './notes.ts';
import { readSignInLink } from './sign-in-link.ts';

/** How long the page may take to come back. */
const goodForMs = 10 * 60_000;

/** A sign-in that the app has sent to the browser. */
const Begun = z.object({
  version: z.literal(1),
  begunAt: EpochMs,
  /** What the answer has to name. */
  state: z.string(),
  /** What only this device knows: without it the answer is worth nothing (RFC 7636). */
  verifier: z.string(),
  /** What the person said about being remembered; null if nothing. */
  remember: z.boolean().nullable(),
});
type Begun = z.infer<typeof Begun>;

/** Somebody has signed in on the business's own page. */
export interface LinkSignedIn {
  readonly signedIn: SignedIn;
  readonly remember: boolean | undefined;
}

interface Parts {
  readonly notes: Notes;
  readonly service: Service;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly sha256: Sha256;
  /** Show the business's own page in the person's browser. The address was judged already: it is the configuration's. */
  readonly openPage: (url: string) => Promise<Result<void>>;
}

/**
 * Sign-in in the browser. One at a time is under way, for ten minutes, and its answer counts once. It is kept in the
 * keychain too, because the answer may be what starts the app. Neither the page's address nor the link that comes back
 * carries a secret: both stand on command lines. Links are never logged.
 */
export class LinkSignIn {
  readonly #parts: Parts;
  #begun: Begun | null = null;
  #cancelTimer: Undo = () => undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Open the page. Whatever was under way before is over. */
  begin({ remember }: { readonly remember?: boolean | undefined }): Promise<Result<void>> {
    return this.#inTurn(async () => {
      const { service, notes, clock, random, sha256, openPage } = this.#parts;
      const config = service.configured === null ? await service.config() : ok(service.configured);
      if (!config.ok) return config;
      const { signInPageUrl } = config.value;
      if (signInPageUrl === null) return fail({ kind: 'rejected', code: 'no_sign_in', description: '' });
      await this.#forget();
      const begun: Begun = {
        version: 1,
        begunAt: clock.now(),
        state: random.hex(32),
        verifier: random.hex(32),
        remember: remember ?? null,
      };
      await notes.keep('signIn', JSON.stringify(begun));
      this.#begun = begun;
      this.#cancelTimer = clock.after(goodForMs, () => void this.cancel());
      const asked = `state=${begun.state}&code_challenge=${sha256(begun.verifier)}&code_challenge_method=S256`;
      const opened = await openPage(`${signInPageUrl}?${asked}`);
      if (!opened.ok) await this.#forget();
      return opened;
    });
  }

  /**
   * The answer of the page, as it came from the operating system.
   *
   * @returns `staleLink` for every link that is not the one waited for, whatever is wrong with it: it says nothing about
   *   what is, and that one still counts
   */
  accept(link: string): Promise<Result<LinkSignedIn>> {
    return this.#inTurn(async () => {
      const { service, log } = this.#parts;
      const answer = readSignInLink(link);
      const begun = answer === null ? ok(null) : await this.#take(answer.state);
      if (!begun.ok) return begun;
      if (answer === null || begun.value === null) {
        log.info('identity.staleLink', { readable: answer !== null });
        return fail({ kind: 'staleLink' });
      }
      const { verifier, remember } = begun.value;
      const signedIn = await service.signIn({ kind: 'code', code: answer.code, verifier });
      if (!signedIn.ok)
        return signedIn.failure.kind === 'wrongPassword' ? fail({ kind: 'staleLink' }) : signedIn;
      return ok({ signedIn: signedIn.value, remember: remember ?? undefined });
    });
  }

  /** Nobody waits for the page any more: somebody else is here, or it took too long. */
  cancel(): Promise<void> {
    return this.#inTurn(() => this.#forget());
  }

  /** At the start: what an earlier run began too long ago is over. */
  tidy(): Promise<void> {
    return this.#inTurn(async () => {
      const kept = await this.#parts.notes.all('signIn');
      if (!kept.ok || this.#begun !== null) return;
      for (const { id, text } of kept.value) {
        const begun = readNote(Begun, text);
        if (begun === null || !this.#isFresh(begun)) await this.#parts.notes.drop(id);
      }
    });
  }

  /** The sign-in with this state, which is over from now on. Null if there is none. */
  async #take(state: string): Promise<Result<Begun | null>> {
    const inMemory = this.#begun;
    if (inMemory !== null) {
      if (inMemory.state !== state) return ok(null);
      await this.#forget();
      return ok(inMemory);
    }
    const kept = await this.#parts.notes.all('signIn');
    if (!kept.ok) return kept;
    const begun =
      kept.value.map(({ text }) => readNote(Begun, text)).find((one) => one?.state === state) ?? null;
    if (begun === null) return ok(null);
    await this.#forget();
    return ok(this.#isFresh(begun) ? begun : null);
  }

  async #forget(): Promise<void> {
    this.#cancelTimer();
    this.#begun = null;
    const { notes } = this.#parts;
    for (const id of notes.ids('signIn')) await notes.drop(id);
  }

  /** By the wall clock, since the run that began it is over. */
  #isFresh({ begunAt }: Begun): boolean {
    const age = this.#parts.clock.now() - begunAt;
    return age >= 0 && age <= goodForMs;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
