import { z } from 'zod';
import { AppUserId, ClientId, EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { KnownSpeaker, Service } from '../ports/service.ts';
import { readNote, type Notes } from './notes.ts';

/** A ticket that could not be delivered for so long is thrown away: its credential has had its day. */
const keptForMs = 30 * 24 * 3_600_000;
const firstDelayMs = 30_000;
const longestDelayMs = 3_600_000;

/** All it takes to say that this device no longer speaks for somebody, and not a word more. */
const Ticket = z.object({
  version: z.literal(1),
  keptAt: EpochMs,
  clientId: ClientId,
  appUserId: AppUserId,
  credential: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('jwt'), jwt: z.string() }).readonly(),
    z.object({ kind: z.literal('session'), sessionToken: z.string() }).readonly(),
  ]),
});
type Ticket = z.infer<typeof Ticket>;

interface Parts {
  readonly notes: Notes;
  readonly service: Service;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Who was signed out here while the service could not be told. A ticket is sealed in the keychain, under an id that says
 * nothing, and goes once the service has heard it, refuses its credential, or has been out of reach for a month.
 */
export class Tickets {
  readonly #parts: Parts;
  /** Those the keychain did not take: they last as long as this run. */
  #inMemory: readonly Ticket[] = [];
  #running: Promise<boolean> | null = null;
  #next: Promise<boolean> | null = null;
  #cancelRetry: Undo = () => undefined;
  #isDisposed = false;
  #attempt = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves with whether it will outlast this run. It is delivered by `deliver`. */
  async keep({ clientId, appUserId, credential }: KnownSpeaker): Promise<boolean> {
    const { notes, clock } = this.#parts;
    const ticket: Ticket = { version: 1, keptAt: clock.now(), clientId, appUserId, credential };
    const isKept = (await notes.keep('ticket', JSON.stringify(ticket))) !== null;
    if (!isKept) this.#inMemory = [...this.#inMemory, ticket];
    return isKept;
  }

  /**
   * Tell the service now whatever it has not heard; what it cannot hear now is tried again by itself, less and less often.
   * To be called at the start, after a sign-out, and whenever the service is known to be in reach.
   *
   * @param withinMs how long the caller waits for the answer
   * @returns `told` if nothing is left to tell
   */
  deliver(withinMs = Infinity): Promise<'told' | 'later'> {
    const { clock } = this.#parts;
    return new Promise((done) => {
      const giveUp = withinMs === Infinity ? () => undefined : clock.after(withinMs, () => done('later'));
      void this.#deliver().then((isDone) => {
        giveUp();
        done(isDone ? 'told' : 'later');
      });
    });
  }

  /** Nothing more is tried by itself. */
  dispose(): void {
    this.#isDisposed = true;
    this.#cancelRetry();
  }

  /** One round at a time. Who asks during a round waits for the next one, which knows of everything kept until now. */
  #deliver(): Promise<boolean> {
    if (this.#running === null) {
      this.#running = this.#round().finally(() => (this.#running = null));
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.#deliver();
    });
    return this.#next;
  }

  async #round(): Promise<boolean> {
    this.#cancelRetry();
    const isDone = [await this.#tellKept(), await this.#tellInMemory()].every(Boolean);
    this.#attempt = isDone ? 0 : this.#attempt + 1;
    if (!isDone && !this.#isDisposed) this.#retryLater();
    return isDone;
  }

  #retryLater(): void {
    const { clock, random } = this.#parts;
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(this.#attempt - 1, 16));
    const jittered = Math.round(delayMs / 2 + (delayMs / 2) * random.fraction());
    this.#cancelRetry = clock.after(jittered, () => void this.#deliver());
  }

  async #tellKept(): Promise<boolean> {
    const { notes } = this.#parts;
    const kept = await notes.all('ticket');
    if (!kept.ok) return false;
    let isDone = true;
    for (const { id, text } of kept.value) {
      const ticket = readNote(Ticket, text);
      const isOver = ticket === null || (await this.#tell(ticket)) || this.#isTooOld(ticket);
      if (isOver) await notes.drop(id);
      else isDone = false;
    }
    return isDone;
  }

  async #tellInMemory(): Promise<boolean> {
    for (const ticket of this.#inMemory) {
      if ((await this.#tell(ticket)) || this.#isTooOld(ticket))
        this.#inMemory = this.#inMemory.filter((other) => other !== ticket);
    }
    return this.#inMemory.length === 0;
  }

  /** True once there is nothing more to say: the service has heard it, or takes nothing from this credential any more. */
  async #tell({ clientId, appUserId, credential }: Ticket): Promise<boolean> {
    const { service, log } = this.#parts;
    const told = await service.logout({ clientId, appUserId, credential, userId: null });
    log.info('identity.signOutTold', { ok: told.ok, failure: told.ok ? null : told.failure.kind });
    return told.ok || told.failure.kind === 'signedOut';
  }

  #isTooOld({ keptAt }: Ticket): boolean {
    return this.#parts.clock.now() - keptAt > keptForMs;
  }
}
