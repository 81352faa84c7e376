import { ok, type Result } from '../../contract/failure.ts';
import type { Message } from '../../contract/model.ts';
import { compareMessages } from '../../contract/thread-order.ts';
import type { Committed, OutboxItem } from '../ports/history.ts';
import type { ScopedHistory } from '../ports/session-scope.ts';

/** What is to be sent, in order, as the store has it: read when it is needed, and then kept in step by every commit. */
export class Queue {
  readonly #history: ScopedHistory;
  readonly #isOurs: (message: Message) => boolean;
  #items: readonly OutboxItem[] | null = null;
  #commits = 0;

  /** @param isOurs which messages of the outbox are in this queue */
  constructor(history: ScopedHistory, isOurs: (message: Message) => boolean) {
    this.#history = history;
    this.#isOurs = isOurs;
    history.onCommitted((committed) => this.#follow(committed));
  }

  /** What comes next; null if there is nothing, or nothing is known. */
  get first(): OutboxItem | null {
    return this.#items?.[0] ?? null;
  }

  find(key: string): OutboxItem | null {
    return this.#items?.find(({ message }) => message.key === key) ?? null;
  }

  /** See that what is known is what the store has. */
  async read(): Promise<Result<void>> {
    while (this.#items === null) {
      const commits = this.#commits;
      const queued = await this.#history.outbox();
      if (!queued.ok) return queued;
      // A commit in between may or may not be in what was read.
      if (commits === this.#commits)
        this.#items = queued.value.filter(({ message }) => this.#isOurs(message));
    }
    return ok();
  }

  /** The store knows more than its commits tell: read it anew. */
  forget(): void {
    this.#items = null;
  }

  #follow({ upserted, removed, rewritten }: Committed): void {
    this.#commits += 1;
    if (rewritten) this.#items = null;
    if (this.#items === null) return;
    const attempted = new Set(this.#items.filter((item) => item.attempted).map(({ message }) => message.key));
    const gone = new Set([...removed, ...upserted.map(({ key }) => key)]);
    const added = upserted
      .filter((message) => message.id === null && message.status === 'queued' && this.#isOurs(message))
      .map((message) => ({ message, attempted: attempted.has(message.key) }));
    const rest = this.#items.filter(({ message }) => !gone.has(message.key));
    this.#items = [...rest, ...added].sort((a, b) => compareMessages(a.message, b.message));
  }
}
