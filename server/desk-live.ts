/**
 * What has happened lately, for desks that wait to hear of it. A desk is told where to look, and asks; so an event that
 * is told twice, or together with a later one, does no harm.
 */
import { randomBytes } from 'node:crypto';
import type { DeskChange, DeskChanges } from '../contract/desk-api.ts';
import type { BusinessEvent } from './audience.ts';
import { Refusal } from './errors.ts';

/** Changes kept for desks that are between two questions. */
const kept = 1_000;
const maxWaiting = 200;

export class DeskLive {
  /** Another run counts anew, so that a cursor of this one means nothing to it. */
  readonly #run = randomBytes(6).toString('hex');
  readonly #changes: DeskChange[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #patienceMs: number;
  /** Of the first in `#changes`. */
  #first = 0;

  /** @param patienceMs how long a desk waits before it is told that nothing has happened */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** @param change `everything` where more than one conversation may look different now */
  note(change: DeskChange | 'everything'): void {
    if (change === 'everything') return this.#forgetAll();
    this.#changes.push(change);
    if (this.#changes.length > kept)
      this.#first += this.#changes.splice(0, this.#changes.length - kept).length;
    this.#wake();
  }

  /**
   * What came after `cursor`, once there is something; at once without a cursor, or with one nobody knows.
   *
   * @param gone aborts when the desk has hung up.
   * @throws {Refusal} `unavailable` where too many wait already.
   */
  async after(cursor: string | undefined, gone: AbortSignal): Promise<DeskChanges> {
    const place = this.#placeOf(cursor);
    if (place === null) return { cursor: this.#cursor(), missed: true, changes: [] };
    if (place === this.#end) await this.#something(gone);
    const missed = place < this.#first;
    const changes = missed ? [] : this.#changes.slice(place - this.#first);
    return { cursor: this.#cursor(), missed, changes };
  }

  /** Lets everybody go who waits. */
  close(): void {
    this.#wake();
  }

  get #end(): number {
    return this.#first + this.#changes.length;
  }

  #cursor(): string {
    return `${this.#run}.${this.#end}`;
  }

  #placeOf(cursor: string | undefined): number | null {
    const [, run, digits] = /^([0-9a-f]{12})\.(\d{1,15})$/.exec(cursor ?? '') ?? [];
    const place = Number(digits);
    return run === this.#run && place >= this.#first && place <= this.#end ? place : null;
  }

  #something(gone: AbortSignal): Promise<void> {
    if (this.#waiting.size >= maxWaiting) throw new Refusal('unavailable');
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        gone.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, this.#patienceMs);
      this.#waiting.add(done);
      gone.addEventListener('abort', done, { once: true });
    });
  }

  #wake(): void {
    for (const done of this.#waiting) done();
  }

  /** Every cursor handed out so far is too old now. */
  #forgetAll(): void {
    this.#first = this.#end + 1;
    this.#changes.length = 0;
    this.#wake();
  }
}

/** What of an event concerns a desk, on whatever node it is open. */
export function changeOf(event: BusinessEvent): DeskChange | 'everything' | 'none' {
  if (event.kind === 'merge' || event.kind === 'promoted') return 'everything';
  const conversationId = event.conversation.id;
  if (event.kind === 'removed') return { kind: 'removed', conversationId };
  if (event.kind === 'postback') return { kind: 'pressed', conversationId, text: pressedText(event) };
  if (event.kind !== 'activity' || event.type === 'conversation:read')
    return { kind: 'changed', conversationId };
  // That the business writes is no news to it.
  if (event.user === null) return 'none';
  return { kind: 'typing', conversationId, isTyping: event.type === 'typing:start' };
}

function pressedText({ message, actionId }: BusinessEvent & { kind: 'postback' }): string {
  const { actions = [], items = [] } = message.content;
  const all = [...actions, ...items.flatMap((item) => item.actions)];
  return all.find(({ _id }) => _id === actionId)?.text ?? '';
}
