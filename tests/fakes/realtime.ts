import type {
  Realtime,
  RealtimeListener,
  RealtimeSubscription,
  RealtimeTarget,
} from '../../main/ports/realtime.ts';

interface Subscription {
  readonly target: RealtimeTarget;
  readonly listener: RealtimeListener;
}

/** A Bayeux server in memory. What it says is heard at once; the first word comes after `open` has returned. */
export class FakeRealtime implements Realtime {
  /** Every target ever opened. */
  readonly opened: RealtimeTarget[] = [];
  /** The code a credential is refused with, or null to accept it. */
  judge: (credential: unknown) => number | null = () => null;
  #isReachable = true;
  readonly #live = new Set<Subscription>();

  /** Subscriptions neither closed, lost nor refused. */
  get live(): number {
    return this.#live.size;
  }

  open(target: RealtimeTarget, listener: RealtimeListener): RealtimeSubscription {
    const subscription = { target, listener };
    this.opened.push(target);
    this.#live.add(subscription);
    queueMicrotask(() => this.#answer(subscription));
    return {
      close: () => void this.#live.delete(subscription),
      check: () => {
        if (!this.#isReachable && this.#live.has(subscription)) this.#end(subscription).down();
      },
    };
  }

  publish(channel: string, data: unknown): void {
    for (const { target, listener } of [...this.#live])
      if (target.channel === channel) listener.received(data);
  }

  /** Every connection breaks, and no new one can be made. */
  goAway(): void {
    this.#isReachable = false;
    for (const subscription of [...this.#live]) this.#end(subscription).down();
  }

  comeBack(): void {
    this.#isReachable = true;
  }

  #answer(subscription: Subscription): void {
    if (!this.#live.has(subscription)) return;
    if (!this.#isReachable) return this.#end(subscription).down();
    const code = this.judge(subscription.target.credential());
    if (code === null) subscription.listener.subscribed();
    else this.#end(subscription).refused(code);
  }

  #end(subscription: Subscription): RealtimeListener {
    this.#live.delete(subscription);
    return subscription.listener;
  }
}
