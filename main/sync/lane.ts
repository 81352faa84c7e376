import type { Failure, Result } from '../../contract/failure.ts';
import type { Message, Refusal } from '../../contract/model.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Committed, OutboxItem } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { SessionEvents, SessionScope } from '../ports/session-scope.ts';
import { Queue } from './queue.ts';
import { backOff, nextStep } from './retry.ts';

export interface LaneParts {
  readonly scope: SessionScope;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly events: SessionEvents;
  /** The service took a message: it can be reached, and knows this person. */
  readonly reached: () => void;
}

/**
 * One way to the service, on which messages go in order and one at a time. A failure holds up those behind it for as long as
 * it may pass; a message that is refused for good is set aside, and the next one goes.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #queue: Queue;
  readonly #carry: (item: OutboxItem, latest: () => OutboxItem | null) => Promise<Result<void>>;
  readonly #isHeld: (key: string) => boolean;
  #running = false;
  #wokenMeanwhile = false;
  #attempt = 0;
  #cancelWait: Undo | null = null;
  /** Set while the service refuses the credential: only a new session sends again. */
  #refused = false;

  /**
   * @param way.isOn which messages go this way
   * @param way.isHeld whether one must wait; it then holds up those behind it
   */
  constructor(
    parts: LaneParts,
    way: {
      isOn(message: Message): boolean;
      isHeld(key: string): boolean;
      carry(item: OutboxItem, latest: () => OutboxItem | null): Promise<Result<void>>;
    },
  ) {
    this.#parts = parts;
    this.#queue = new Queue(parts.scope.history, (message) => way.isOn(message));
    this.#carry = (item, latest) => way.carry(item, latest);
    this.#isHeld = (key) => way.isHeld(key);
    parts.scope.signal.onAbort(() => this.#cancelWait?.());
  }

  /** What is known of the queue is then what the store has. */
  read(): Promise<Result<void>> {
    return this.#queue.read();
  }

  find(key: string): OutboxItem | null {
    return this.#queue.find(key);
  }

  /** The service can be reached (again): what waits for a timer goes now. */
  wake(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.send();
  }

  /** The same where the store knows more about the messages than its commits tell. */
  wakeAnew(): void {
    this.#queue.forget();
    this.wake();
  }

  /** Something may have come that can go. A back-off still runs its course. */
  send(): void {
    if (this.#running) {
      this.#wokenMeanwhile = true;
      return;
    }
    if (this.#refused || this.#cancelWait !== null || this.#parts.scope.signal.aborted) return;
    this.#running = true;
    void this.#drain().finally(() => {
      this.#running = false;
      if (!this.#wokenMeanwhile) return;
      this.#wokenMeanwhile = false;
      this.send();
    });
  }

  async #drain(): Promise<void> {
    for (;;) {
      this.#wokenMeanwhile = false;
      const read = await this.#queue.read();
      if (!read.ok) {
        await this.#afterFailure(null, read.failure);
        return;
      }
      const next = this.#queue.first;
      // One that is held holds up those behind it: order comes before haste.
      if (next === null || this.#isHeld(next.message.key)) return;
      const sent = await this.#carry(next, () => this.#queue.find(next.message.key));
      if (this.#parts.scope.signal.aborted) return;
      if (!sent.ok) {
        const goOn = await this.#afterFailure(next, sent.failure);
        if (!goOn) return;
      } else {
        this.#attempt = 0;
        this.#parts.reached();
      }
    }
  }

  /** @returns true if the next message may be tried at once */
  async #afterFailure(item: OutboxItem | null, failure: Failure): Promise<boolean> {
    const step = nextStep(failure, this.#attempt, this.#parts.random.fraction());
    this.#parts.log.info('outbox.notSent', {
      failure: failure.kind,
      step: step.kind,
      attempt: this.#attempt,
    });
    switch (step.kind) {
      case 'wait':
        this.#attempt += 1;
        this.#wait(step.delayMs);
        return false;
      case 'signIn':
        this.#refused = true;
        this.#parts.events.credentialRefused(this.#parts.scope, step.reason);
        return false;
      case 'park': {
        const parked = item === null ? null : await this.#park(item.message.key, step.refusal);
        if (parked?.ok === true) return true;
        this.#attempt += 1;
        this.#wait(backOff(this.#attempt, this.#parts.random.fraction()));
        return false;
      }
      case 'stop':
        return false;
    }
  }

  #park(key: string, refusal: Refusal): Promise<Result<Committed>> {
    return this.#parts.scope.history.commit({ outbox: [{ key, status: 'failed', refusal }] });
  }

  #wait(delayMs: number): void {
    this.#wokenMeanwhile = false;
    this.#cancelWait = this.#parts.clock.after(delayMs, () => {
      this.#cancelWait = null;
      this.send();
    });
  }
}
