import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Session } from '../../contract/session.ts';
import type { BringQuestion } from '../../contract/view.ts';
import type { SessionFollower } from '../ports/session-scope.ts';
import type { Stops } from './serial-queue.ts';

/** What waits for an answer: a sign-in that was proven, or a switch, and what each answer makes of it. */
export interface Pending {
  readonly question: BringQuestion;
  bring(stops: Stops): Promise<Result<Session>>;
  leave(stops: Stops): Promise<Result<Session>>;
  /** Nobody wants it any more: undo what the service was told on the way. */
  drop(): void;
}

/** Failures that say nothing against going on later: the question stays. */
const passing: readonly string[] = ['offline', 'unavailable', 'throttled', 'superseded'];

/**
 * "Bring this conversation along, or leave it and erase it?" One at a time; while it is open the session under way is as
 * it was. Whatever else is asked for takes its place.
 */
export class Question {
  readonly #follower: SessionFollower;
  #pending: Pending | null = null;

  constructor(follower: SessionFollower) {
    this.#follower = follower;
  }

  ask(pending: Pending): Result<never> {
    this.drop();
    this.#pending = pending;
    this.#follower.ask(pending.question);
    return fail({ kind: 'questionOpen' });
  }

  /** Something else is wanted. */
  drop(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#close();
    pending.drop();
  }

  async answer(
    answer: 'bring' | 'leave' | 'cancel',
    session: () => Session,
    stops: Stops,
  ): Promise<Result<Session>> {
    const pending = this.#pending;
    if (pending === null) return fail({ kind: 'sessionOver' });
    if (answer === 'cancel') {
      this.drop();
      return ok(session());
    }
    const done = await (answer === 'bring' ? pending.bring(stops) : pending.leave(stops));
    if (this.#pending !== pending) return done;
    if (done.ok) this.#close();
    else if (!passing.includes(done.failure.kind)) this.drop();
    return done;
  }

  #close(): void {
    this.#pending = null;
    this.#follower.ask(null);
  }
}
