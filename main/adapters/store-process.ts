import { StoreAnswer, storeAnswers } from '../../contract/store-protocol.ts';
import type { StoreOp, StoreRequest, StoreValue } from '../../contract/store-protocol.ts';
import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { Log } from '../ports/log.ts';
import type { HelperProcess } from './child-process.ts';

/** What a request carries beside its id and its name. */
export type StoreInput<O extends StoreOp> = Omit<Extract<StoreRequest, { op: O }>, 'id' | 'op'>;

/** Longer than anything the store does takes on a slow disk; shorter than a person's patience with a hung one. */
const deadlineMs = 60_000;

/** One run of the store: requests out, answers in, until it is gone. */
export class StoreProcess {
  readonly #helper: HelperProcess;
  readonly #log: Log;
  readonly #waiting = new Map<number, (answer: StoreAnswer | null) => void>();
  #lastId = 0;
  /** Resolves when the process is gone, however that came about. */
  readonly gone: Promise<void>;
  #isGone = false;

  constructor(helper: HelperProcess, log: Log) {
    this.#helper = helper;
    this.#log = log;
    this.gone = new Promise((resolve) => helper.onExit(resolve));
    helper.onExit(() => this.#end());
    helper.onMessage((message) => this.#hear(message));
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get pid(): number | undefined {
    return this.#helper.pid;
  }

  /** @returns null if the process went before it answered */
  async ask<O extends StoreOp>(op: O, input: StoreInput<O>): Promise<Result<StoreValue<O>> | null> {
    const answer = await this.#answerTo({ op, ...input });
    if (answer === null) return null;
    for (const { event, count } of answer.notes) this.#log.warn(event, { count });
    if (!answer.result.ok) {
      this.#log.warn('store.refused', { op, error: answer.error });
      return answer.result;
    }
    const value = storeAnswers[op].safeParse(answer.result.value);
    if (!value.success) return fail({ kind: 'malformed', where: 'store' });
    // Parsed by the schema of this very request.
    return ok(value.data as StoreValue<O>);
  }

  /** End it and wait until it has let go of its files. */
  async end(): Promise<void> {
    this.#helper.kill();
    await this.gone;
  }

  #answerTo(request: object): Promise<StoreAnswer | null> {
    if (this.#isGone) return Promise.resolve(null);
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      const deadline = setTimeout(() => this.#helper.kill(), deadlineMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(deadline);
        resolve(answer);
      });
      this.#helper.post({ id, ...request });
    });
  }

  #hear(message: unknown): void {
    const answer = StoreAnswer.safeParse(message);
    if (!answer.success) return this.#helper.kill();
    this.#waiting.get(answer.data.id)?.(answer.data);
    this.#waiting.delete(answer.data.id);
  }

  #end(): void {
    this.#isGone = true;
    for (const tell of this.#waiting.values()) tell(null);
    this.#waiting.clear();
  }
}
