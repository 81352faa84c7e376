/**
 * Faye's engine: clients, their subscriptions, what waits for them. Ours, because Faye's own would let any Bayeux message
 * publish. Here nothing that arrives over the wire can: the only way in is `announce`, a call from this process.
 */
import type { BayeuxMessage, Engine, EngineHost } from 'faye';
import type { Kick } from './fan-out.ts';

/** With what a subscription was granted. */
export type Warrant =
  | { readonly kind: 'session'; readonly hash: string }
  | { readonly kind: 'jwt'; readonly keyId: string; readonly expiresAt: number | null };

export interface Grant {
  readonly channel: string;
  readonly warrant: Warrant;
  /** The service's own address as this listener knows it. */
  readonly address: string;
}

interface Listener {
  readonly grants: Map<string, Grant>;
  queue: BayeuxMessage[];
  expiry: NodeJS.Timeout;
}

/** A listener that is away misses more than this: it is forgotten, and reads the history when it is back. */
const maxQueued = 200;
/** How long a listener may live without a subscription. */
const graceMs = 10_000;
/** How long one that was kicked may still pick up what was said before. */
const farewellMs = 500;

export class RealtimeEngine implements Engine {
  readonly #host: EngineHost;
  readonly #now: () => number;
  readonly #listeners = new Map<string, Listener>();
  readonly #channels = new Map<string, Set<string>>();

  constructor(host: EngineHost, now: () => number) {
    this.#host = host;
    this.#now = now;
  }

  /** The next `subscribe` of this listener to this channel will be let through. */
  grant(clientId: string, grant: Grant): void {
    this.#listeners.get(clientId)?.grants.set(grant.channel, grant);
  }

  get size(): number {
    return this.#listeners.size;
  }

  knows(clientId: string): boolean {
    return this.#listeners.has(clientId);
  }

  /** Listeners of one user's channel, as they are now. */
  listening(channel: string): string[] {
    return [...(this.#channels.get(channel) ?? [])];
  }

  /** `dataFor` says it for a listener that knows the service under this address. */
  announce(channel: string, dataFor: (address: string) => unknown): void {
    for (const clientId of this.listening(channel)) {
      const listener = this.#listeners.get(clientId);
      const grant = listener?.grants.get(channel);
      if (!listener || !grant) continue;
      if (isExpired(grant, this.#now()) || listener.queue.length >= maxQueued) {
        this.destroyClient(clientId);
        continue;
      }
      listener.queue.push({ channel, data: dataFor(grant.address) });
      this.emptyQueue(clientId);
    }
  }

  /** Ends the subscriptions meant; a listener left with none must introduce itself again. */
  kick(which: Kick): void {
    for (const [clientId, { grants }] of [...this.#listeners]) {
      for (const grant of [...grants.values()]) {
        if (isMeant(grant, which)) this.#endGrant(clientId, grant.channel);
      }
    }
  }

  /** Forgets every listener; each is told so at its next word. */
  dismissAll(): void {
    for (const clientId of [...this.#listeners.keys()]) this.destroyClient(clientId);
  }

  #endGrant(clientId: string, channel: string): void {
    this.unsubscribe(clientId, channel);
    const listener = this.#listeners.get(clientId);
    if (listener?.grants.size !== 0) return;
    clearTimeout(listener.expiry);
    listener.expiry = this.#expiry(clientId, farewellMs);
  }

  createClient(callback: (this: unknown, clientId: string) => void, context?: unknown): void {
    const clientId = this.#host.generateId();
    this.#listeners.set(clientId, { grants: new Map(), queue: [], expiry: this.#expiry(clientId, graceMs) });
    this.#host.trigger('handshake', clientId);
    callback.call(context, clientId);
  }

  destroyClient(clientId: string, callback?: (this: unknown) => void, context?: unknown): void {
    const listener = this.#listeners.get(clientId);
    if (listener) {
      for (const channel of [...listener.grants.keys()]) this.unsubscribe(clientId, channel);
      clearTimeout(listener.expiry);
      this.#listeners.delete(clientId);
      this.#host.trigger('disconnect', clientId);
      this.#host.trigger('close', clientId);
    }
    callback?.call(context);
  }

  clientExists(
    clientId: string,
    callback: (this: unknown, exists: boolean) => void,
    context?: unknown,
  ): void {
    callback.call(context, this.#listeners.has(clientId));
  }

  /** A sign of life; without one for two polls the listener is forgotten. */
  ping(clientId: string): void {
    const listener = this.#listeners.get(clientId);
    if (!listener) return;
    clearTimeout(listener.expiry);
    const span = listener.grants.size === 0 ? graceMs : 2 * this.#host.timeout * 1000;
    listener.expiry = this.#expiry(clientId, span);
  }

  #expiry(clientId: string, spanMs: number): NodeJS.Timeout {
    return setTimeout(() => this.destroyClient(clientId), spanMs).unref();
  }

  subscribe(clientId: string, channel: string, callback?: (this: unknown) => void, context?: unknown): void {
    if (this.#listeners.get(clientId)?.grants.has(channel)) {
      const listening = this.#channels.get(channel) ?? new Set();
      this.#channels.set(channel, listening.add(clientId));
      this.ping(clientId);
    }
    callback?.call(context);
  }

  unsubscribe(
    clientId: string,
    channel: string,
    callback?: (this: unknown) => void,
    context?: unknown,
  ): void {
    this.#listeners.get(clientId)?.grants.delete(channel);
    const listening = this.#channels.get(channel);
    listening?.delete(clientId);
    if (listening?.size === 0) this.#channels.delete(channel);
    this.ping(clientId);
    callback?.call(context);
  }

  /** Faye calls this for a message that a client published. There is no such thing here. */
  publish(): void {}

  emptyQueue(clientId: string): void {
    const listener = this.#listeners.get(clientId);
    if (!listener || listener.queue.length === 0 || !this.#host.hasConnection(clientId)) return;
    const messages = listener.queue;
    listener.queue = [];
    this.#host.deliver(clientId, messages);
  }

  disconnect(): void {
    for (const { expiry } of this.#listeners.values()) clearTimeout(expiry);
    this.#listeners.clear();
    this.#channels.clear();
  }
}

function isExpired({ warrant }: Grant, now: number): boolean {
  return warrant.kind === 'jwt' && warrant.expiresAt !== null && warrant.expiresAt <= now;
}

function isMeant({ warrant, channel }: Grant, which: Kick): boolean {
  switch (which.kind) {
    case 'token':
      return warrant.kind === 'session' && warrant.hash === which.hash;
    case 'key':
      return warrant.kind === 'jwt' && warrant.keyId === which.keyId;
    case 'user':
      return channel.endsWith(`/${which.appUserId}`);
  }
}
