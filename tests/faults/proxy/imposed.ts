/** Faults that are on now, what they have hit, and what the proxy tells of itself. */
import type { Random } from '../../../main/ports/random.ts';
import type { FayeAction, HttpAction, Toxic } from '../plans/action.ts';

/** What the proxy can do. */
export type LinkAction = Toxic | HttpAction | FayeAction;

/** One line of the proxy's log: everything it lets by in a word, everything it breaks in full. */
export interface ProxyEvent {
  /** Milliseconds of the harness's monotonic clock (`performance.now`). */
  readonly at: number;
  /** The device whose link it is. */
  readonly link: string;
  /** Counted per link, from 1. */
  readonly connection: number;
  /** Counted per link, from 1; null for what is not about one request. */
  readonly request: number | null;
  /** `hit` is a fault at work; the rest is ordinary. */
  readonly what: 'opened' | 'closed' | 'request' | 'answer' | 'unreachable' | 'hit';
  /** Method and path, a status, or the fault's kind; never a header or a body. */
  readonly detail: string;
}

export type ProxyLog = (event: ProxyEvent) => void;

/** Where something happens, for the log. */
export type Place = Pick<ProxyEvent, 'link' | 'connection' | 'request'>;

/** A fault that has been imposed on one link or on all. */
export class Imposed<A extends LinkAction = LinkAction> {
  readonly action: A;
  readonly #where: string;
  readonly #random: Random;
  readonly #log: ProxyLog;
  readonly #chosen = new WeakMap<object, boolean>();
  readonly #lifts = new Set<() => void>();
  #hits = 0;
  #fits = 0;
  #isOn = true;

  constructor(where: string, action: A, { random, log }: { random: Random; log: ProxyLog }) {
    this.action = action;
    this.#where = where;
    this.#random = random;
    this.#log = log;
  }

  /** How often it has taken effect. A run in which a fault never hit has proved nothing of it. */
  get hits(): number {
    return this.#hits;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  isOver(link: string): boolean {
    return this.#isOn && (this.#where === 'every' || this.#where === link);
  }

  /** Ends it; what it held goes on. */
  lift(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    for (const lifted of [...this.#lifts]) lifted();
    this.#lifts.clear();
  }

  /** @returns what takes `lifted` back. Called at once if it is over already. */
  onLift(lifted: () => void): () => void {
    if (!this.#isOn) lifted();
    else this.#lifts.add(lifted);
    return () => void this.#lifts.delete(lifted);
  }

  /** The die is cast once for each thing it may befall. */
  befalls(what: object, toxicity: number): boolean {
    const known = this.#chosen.get(what);
    if (known !== undefined) return known;
    const chosen = toxicity >= 1 || this.#random.fraction() < toxicity;
    this.#chosen.set(what, chosen);
    return chosen;
  }

  /** The number of the one that fits now, from 1. */
  countFit(): number {
    return (this.#fits += 1);
  }

  /** `share` of 1 for what happens only now and then; a toxic that touches each chunk counts all and tells the first. */
  hit(place: Place, isTold = true): void {
    this.#hits += 1;
    if (isTold) this.#log({ ...place, at: performance.now(), what: 'hit', detail: this.action.kind });
  }
}

/** Waits `ms`, or until the fault is lifted, whichever is first; for null only for its end. */
export function holdBack(fault: Imposed, ms: number | null): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === null ? undefined : setTimeout(done, ms);
    const forget = fault.onLift(done);
    function done(): void {
      clearTimeout(timer);
      forget?.();
      resolve();
    }
  });
}
