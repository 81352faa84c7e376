/** The part of Faye 1.4 that Onethread uses, on both ends; the package brings no types. */
declare module 'faye' {
  import type { IncomingMessage, Server, ServerResponse } from 'node:http';
  import type { Duplex } from 'node:stream';

  export interface BayeuxMessage {
    channel: string;
    id?: string;
    clientId?: string;
    connectionType?: string;
    supportedConnectionTypes?: string[];
    subscription?: unknown;
    successful?: boolean;
    /** `code:params:message`. */
    error?: string;
    advice?: { reconnect?: 'retry' | 'handshake' | 'none'; interval?: number; timeout?: number };
    ext?: unknown;
    data?: unknown;
  }

  export interface FayeError {
    readonly code: number;
    readonly params: readonly string[];
    readonly message: string;
  }

  /** `null` handed to `callback` drops the message. */
  export interface ClientExtension {
    incoming?(message: BayeuxMessage, callback: (message: BayeuxMessage | null) => void): void;
    outgoing?(message: BayeuxMessage, callback: (message: BayeuxMessage | null) => void): void;
  }

  export interface Subscription {
    /** Told of the server's acknowledgement or refusal. Without `refused` a refusal resolves with undefined. */
    then<T, U>(acknowledged: () => T, refused?: (error: FayeError) => U): Promise<T | U>;
    callback(acknowledged: () => void): void;
    errback(refused: (error: FayeError) => void): void;
    cancel(): void;
  }

  export interface ClientOptions {
    /** Seconds before an unanswered request counts as failed. */
    timeout?: number;
    /** Seconds between attempts. */
    retry?: number;
    /** Seconds between polls. */
    interval?: number;
    endpoints?: Record<string, string>;
    proxy?: { origin?: string; headers?: Record<string, string>; tls?: object };
    tls?: object;
    scheduler?: SchedulerClass;
  }

  /** Decides when, and how often, an unanswered message is sent again. */
  export interface Scheduler {
    /** Seconds. */
    getTimeout(): number;
    /** Seconds. */
    getInterval(): number;
    isDeliverable(): boolean;
    send(): void;
    succeed(): void;
    fail(): void;
    abort(): void;
  }
  export interface SchedulerOptions {
    timeout: number;
    interval: number;
    attempts?: number;
    deadline?: number;
  }
  export type SchedulerClass = new (message: BayeuxMessage, options: SchedulerOptions) => Scheduler;

  export interface Client {
    /** `data` is whatever the server published. */
    subscribe(channel: string, listener: (data: unknown) => void): Subscription;
    unsubscribe(channel: string): void;
    publish(
      channel: string,
      data: unknown,
    ): { then<T, U>(done: () => T, failed?: (e: FayeError) => U): Promise<T | U> };
    addExtension(extension: ClientExtension): void;
    removeExtension(extension: ClientExtension): void;
    on(event: 'transport:up' | 'transport:down', listener: () => void): void;
    removeListener(event: 'transport:up' | 'transport:down', listener: () => void): void;
    disable(feature: 'autodisconnect' | 'websocket' | 'long-polling' | 'eventsource'): void;
    setHeader(name: string, value: string): void;
    connect(callback?: () => void): void;
    disconnect(): void;
  }

  /** `request` is null for a message from this very process. */
  export interface ServerExtension {
    incoming?(
      message: BayeuxMessage,
      request: IncomingMessage | null,
      callback: (message: BayeuxMessage | null) => void,
    ): void;
    outgoing?(
      message: BayeuxMessage,
      request: IncomingMessage | null,
      callback: (message: BayeuxMessage | null) => void,
    ): void;
  }

  /** What the server lends its engine. */
  export interface EngineHost {
    /** Seconds a held `/meta/connect` may last. */
    readonly timeout: number;
    generateId(): string;
    hasConnection(clientId: string): boolean;
    deliver(clientId: string, messages: BayeuxMessage[]): boolean;
    trigger(event: 'handshake' | 'disconnect' | 'close', clientId: string): void;
  }

  /** Clients, subscriptions and queues: https://faye.jcoglan.com/node/engines.html */
  export interface Engine {
    createClient(callback: (this: unknown, clientId: string) => void, context?: unknown): void;
    destroyClient(clientId: string, callback?: (this: unknown) => void, context?: unknown): void;
    clientExists(
      clientId: string,
      callback: (this: unknown, exists: boolean) => void,
      context?: unknown,
    ): void;
    ping(clientId: string): void;
    subscribe(clientId: string, channel: string, callback?: (this: unknown) => void, context?: unknown): void;
    unsubscribe(
      clientId: string,
      channel: string,
      callback?: (this: unknown) => void,
      context?: unknown,
    ): void;
    publish(message: BayeuxMessage, channels: string[]): void;
    emptyQueue(clientId: string): void;
    disconnect(): void;
  }

  export interface NodeAdapterOptions {
    mount: string;
    /** Seconds a held `/meta/connect` may last. */
    timeout?: number;
    /** Seconds between WebSocket pings. */
    ping?: number;
    engine?: { type: { create(host: EngineHost, options: unknown): Engine } };
  }

  export interface NodeAdapter {
    attach(server: Server): void;
    handle(request: IncomingMessage, response: ServerResponse): void;
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
    addExtension(extension: ServerExtension): void;
    removeExtension(extension: ServerExtension): void;
    getClient(): Client;
    close(): void;
  }

  const faye: {
    readonly VERSION: string;
    readonly Client: new (endpoint: string, options?: ClientOptions) => Client;
    readonly NodeAdapter: new (options: NodeAdapterOptions) => NodeAdapter;
    readonly Scheduler: SchedulerClass;
  };
  export default faye;
}
