import faye from 'faye';
import type { BayeuxMessage, Client } from 'faye';
import type { Realtime, RealtimeListener, RealtimeSubscription, RealtimeTarget } from '../ports/realtime.ts';
import { abandon, destroySocket, guardFaye, onSocket } from './faye-guard.ts';
import type { FayeSocket } from './faye-guard.ts';

export interface RealtimeOptions {
  /** The proxy for an address (`http://host:port`), as the system has it; null for none. */
  readonly proxyFor?: (url: string) => Promise<string | null>;
  /** Certificates to trust instead of the runtime's own, PEM. */
  readonly ca?: readonly string[];
  /** How long connecting and subscribing may take. */
  readonly deadlineMs?: number;
  /** How long after a held poll was due a connection may be silent before it counts as lost. */
  readonly graceMs?: number;
  /** How long a WebSocket may be silent before it is asked for a sign of life. */
  readonly idleMs?: number;
  /** How long that sign may take. */
  readonly pongMs?: number;
  /** How long a poll is to be held: the server is asked not to hold it longer. */
  readonly pollMs?: number;
}

const defaultDeadlineMs = 10_000;
// Together they find out a connection that was cut without a word within 35 s, over WebSocket (20 + 5) and polls (25 + 5).
const defaultIdleMs = 20_000;
const defaultPongMs = 5_000;
const defaultPollMs = 25_000;
const defaultGraceMs = 5_000;
/** How long a goodbye may take. */
const farewellMs = 500;
/** A server that holds polls longer is not waited for. */
const longestPollMs = 10 * 60_000;

/** `Realtime` by Faye: WebSocket where it can be had, else long polling. One Faye client per `open`. */
export function createRealtime(options: RealtimeOptions = {}): Realtime {
  guardFaye();
  const proxyFor = options.proxyFor ?? (() => Promise.resolve(null));
  const obliging = new Set<string>();
  return {
    open(target, listener): RealtimeSubscription {
      let connection: Connection | null = null;
      const connect = (proxy: string | null): void => {
        clearTimeout(patience);
        if (!closed) connection ??= new Connection({ target, listener, proxy, options, obliging });
      };
      let closed = false;
      // A proxy that cannot be found out, or not in time, is none.
      const patience = setTimeout(() => connect(null), (options.deadlineMs ?? defaultDeadlineMs) / 2);
      proxyFor(target.url).then(connect, () => connect(null));
      return {
        close() {
          closed = true;
          clearTimeout(patience);
          connection?.close();
        },
        check: () => connection?.check(),
      };
    },
  };
}

interface ConnectionParts {
  readonly target: RealtimeTarget;
  readonly listener: RealtimeListener;
  readonly proxy: string | null;
  readonly options: RealtimeOptions;
  /** Servers (by URL) seen to hold a poll no longer than they were asked to. */
  readonly obliging: Set<string>;
}

/**
 * From the handshake to the first trouble. Faye would mend things by itself; here it may not, because when to try again,
 * and with which credential, is decided elsewhere.
 */
class Connection {
  readonly #parts: ConnectionParts;
  readonly #client: Client;
  readonly #sockets = new Set<FayeSocket>();
  #openSocket: FayeSocket | null = null;
  #watch: NodeJS.Timeout;
  /** How long the server holds a poll, and may say nothing: as it advised. */
  #heldMs = 60_000;
  /** When the poll under way was sent, and how long it was to be held if the server was asked; monotonic. */
  #poll: { readonly at: number; readonly askedMs: number | null } = { at: 0, askedMs: null };
  #pings = 0;
  /** The other end was asked for a sign of life, and has not answered. */
  #isDoubted = false;
  #isSubscribed = false;
  /** True after the first trouble: what the server says now no longer counts. */
  #isOver = false;
  /** True once nobody listens. */
  #isClosed = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { target, proxy, options } = parts;
    const tls = { ...(options.ca && { ca: [...options.ca] }) };
    onSocket(tls, (socket) => this.#keep(socket));
    this.#client = new faye.Client(target.url, { tls, ...(proxy !== null && { proxy: { origin: proxy } }) });
    this.#client.addExtension({
      outgoing: (message, next) => next(this.#outgoing(message)),
      incoming: (message, next) => next(this.#incoming(message)),
    });
    this.#client.on('transport:down', () => this.#lose());
    this.#watch = setTimeout(() => this.#lose(), options.deadlineMs ?? defaultDeadlineMs);
    this.#client.subscribe(target.channel, (data) => this.#tell((listener) => listener.received(data)));
  }

  close(): void {
    this.#isClosed = true;
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#watch);
    this.#client.disconnect();
    setTimeout(() => this.#release(), farewellMs).unref();
  }

  check(): void {
    // Until the subscription stands, the deadline of the whole decides.
    if (this.#isOver || !this.#isSubscribed || this.#isDoubted) return;
    this.#ask();
  }

  #keep(socket: FayeSocket): void {
    if (this.#isOver) return destroySocket(socket);
    this.#sockets.add(socket);
    // One that never opened is no loss: polls go on.
    socket.on('open', () => {
      this.#openSocket = socket;
      socket.on('close', () => this.#lose());
    });
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #outgoing(message: BayeuxMessage): BayeuxMessage {
    if (message.channel === '/meta/connect') return this.#polling(message);
    const { channel, credential } = this.#parts.target;
    const isOurs = message.channel === '/meta/subscribe' && message.subscription === channel;
    return isOurs ? { ...message, ext: credential() } : message;
  }

  /** Bayeux lets a client ask for its poll to be held less long than the server would. */
  #polling(message: BayeuxMessage): BayeuxMessage {
    const pollMs = this.#parts.options.pollMs ?? defaultPollMs;
    const askedMs = this.#heldMs > pollMs ? pollMs : null;
    this.#poll = { at: performance.now(), askedMs };
    return askedMs === null ? message : { ...message, advice: { timeout: askedMs } };
  }

  /** Whether a poll that comes back was held as long as it was to be: then the next one's lateness says something. */
  #learn({ at, askedMs }: { readonly at: number; readonly askedMs: number | null }): void {
    const { target, obliging } = this.#parts;
    const tookMs = performance.now() - at;
    if (askedMs !== null && tookMs > askedMs / 2 && tookMs < (askedMs + this.#heldMs) / 2)
      obliging.add(target.url);
  }

  /** @returns what Faye may know of it. */
  #incoming(message: BayeuxMessage): BayeuxMessage | null {
    if (this.#isOver) {
      if (message.channel === '/meta/disconnect') this.#release();
      return null;
    }
    const { channel, successful } = message;
    if (channel === '/meta/subscribe') return this.#subscribed(message);
    const isRefused = (channel === '/meta/handshake' || channel === '/meta/connect') && successful !== true;
    const advice = readAdvice(message.advice);
    if (isRefused || advice === null) {
      this.#lose();
      return null;
    }
    if (channel === '/meta/connect') this.#learn(this.#poll);
    if (advice.timeout !== undefined) this.#heldMs = advice.timeout + (advice.interval ?? 0);
    this.#heard();
    return { ...message, advice };
  }

  #subscribed(message: BayeuxMessage): BayeuxMessage | null {
    if (message.successful !== true) {
      const code = Number(/^(\d{3}):/.exec(String(message.error))?.[1] ?? 0);
      this.#end((listener) => listener.refused(code));
      return null;
    }
    this.#isSubscribed = true;
    this.#heard();
    this.#tell((listener) => listener.subscribed());
    return message;
  }

  /** A sign of life. Before the subscription stands, the deadline of the whole counts instead. */
  #heard(): void {
    if (!this.#isSubscribed || this.#isOver) return;
    this.#isDoubted = false;
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#ask(), this.#silenceMs);
  }

  /** How long it may be silent before it is doubted. */
  get #silenceMs(): number {
    const { options, obliging, target } = this.#parts;
    const heldMs = obliging.has(target.url)
      ? Math.min(this.#heldMs, options.pollMs ?? defaultPollMs)
      : this.#heldMs;
    const pollDueMs = heldMs + (options.graceMs ?? defaultGraceMs);
    return this.#openSocket === null ? pollDueMs : Math.min(pollDueMs, options.idleMs ?? defaultIdleMs);
  }

  /** A WebSocket answers a ping whatever its server does (RFC 6455 §5.5.2). A poll that is due and does not come is lost. */
  #ask(): void {
    const socket = this.#openSocket;
    if (socket === null || !socket.ping(String(++this.#pings), () => this.#heard())) return this.#lose();
    this.#isDoubted = true;
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lose(), this.#parts.options.pongMs ?? defaultPongMs);
  }

  #lose(): void {
    this.#end((listener) => listener.down());
  }

  #end(last: (listener: RealtimeListener) => void): void {
    if (this.#isOver) return;
    this.#tell(last);
    this.#isOver = true;
    clearTimeout(this.#watch);
    this.#release();
  }

  /** In a step of its own, so that a listener's mistake is nobody's network trouble. */
  #tell(what: (listener: RealtimeListener) => void): void {
    if (this.#isOver) return;
    queueMicrotask(() => {
      if (!this.#isClosed) what(this.#parts.listener);
    });
  }

  #release(): void {
    abandon(this.#client);
    for (const socket of this.#sockets) destroySocket(socket);
    this.#sockets.clear();
  }
}

type Advice = NonNullable<BayeuxMessage['advice']>;

/** The server's advice within reason; `null` if it is to start anew or to go away. */
function readAdvice(advice: Advice | undefined): Advice | null {
  if (typeof advice !== 'object' || advice === null) return {};
  if (advice.reconnect !== undefined && advice.reconnect !== 'retry') return null;
  const interval = within(advice.interval, 0, longestPollMs);
  const timeout = within(advice.timeout, 1_000, longestPollMs);
  return { ...(interval !== undefined && { interval }), ...(timeout !== undefined && { timeout }) };
}

function within(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' ? Math.min(most, Math.max(least, value)) : undefined;
}
