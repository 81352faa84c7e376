/**
 * Who may listen to what, over Faye. A subscription is exactly one user's own channel, proven with that user's
 * credential; clients publish nothing. Faye stands behind a door of ours: WebSocket and plain long polling only, small
 * bodies, names of our own (`hosts.ts`). Everything said here was committed before (`Transaction.tell`).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import faye, { type BayeuxMessage, type NodeAdapter } from 'faye';
import { WireSubscribeExt, userChannel } from '../contract/sdk-api.ts';
import { verifyUserJwt, type Credential } from './authenticate.ts';
import type { Kick, ServiceEvent } from './fan-out.ts';
import { preflight, type Border } from './hosts.ts';
import { hashToken } from './ids.ts';
import type { Log } from './log.ts';
import { RealtimeEngine, type Grant } from './realtime-engine.ts';
import type { Store } from './store.ts';
import type { Users } from './users.ts';
import { addressed } from './wire.ts';

export const realtimePath = '/faye';

const transports = ['websocket', 'long-polling'];
/** What Faye calls the ways a page on another origin polls. */
const pageTransports = [...transports, 'cross-origin-long-polling', 'callback-polling'];
/** Bytes a poll may post, and a socket may burst. */
const maxBodyBytes = 64 * 1024;
/** What a socket may go on sending, bytes a second. */
const steadyBytes = 16 * 1024;
/** Bytes a listener may leave unread before its socket is closed. */
const maxUnreadBytes = 1024 * 1024;
const maxListenersOfUser = 64;
/** Seconds a poll is held. */
const pollTimeout = 45;

interface Deps {
  readonly appId: string;
  readonly store: Store;
  readonly users: Users;
  readonly log: Log;
  readonly border: Border;
  now(): number;
}

/** All that is believed of a message from outside; the rest, `data` included, goes no further. */
const Incoming = z.object({
  channel: z.string().max(256),
  id: z.string().max(64).optional(),
  clientId: z.string().max(128).optional(),
  version: z.string().max(16).optional(),
  connectionType: z.string().max(64).optional(),
  supportedConnectionTypes: z.array(z.string().max(64)).max(16).optional(),
  subscription: z.union([z.string().max(256), z.array(z.unknown()).max(16)]).optional(),
  advice: z.object({ timeout: z.number().nonnegative().optional() }).optional(),
  ext: z.unknown().optional(),
});

export class Realtime {
  readonly #deps: Deps;
  readonly #adapter: NodeAdapter;
  #engine!: RealtimeEngine;
  /** The listeners that speak on a WebSocket; they are forgotten together with it. */
  readonly #sockets = new Map<Duplex, Set<string>>();
  /** The opposite: on which WebSocket a listener spoke last. */
  readonly #socketOf = new Map<string, Duplex>();
  #isClosing = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#adapter = new faye.NodeAdapter({
      mount: realtimePath,
      timeout: pollTimeout,
      ping: 20,
      engine: { type: { create: (host) => (this.#engine = new RealtimeEngine(host, deps.now)) } },
    });
    this.#adapter.addExtension({
      incoming: (message, request, next) => {
        this.#incoming(message, request)
          .then(next)
          .catch((cause: unknown) => deps.log.error('realtime message failed', cause));
      },
      outgoing: (message, _request, next) => next(this.#outgoing(message)),
    });
  }

  tellDevices(appUserId: string, event: ServiceEvent): void {
    const channel = userChannel(this.#deps.appId, appUserId);
    for (const clientId of this.#engine.listening(channel)) {
      const socket = this.#socketOf.get(clientId);
      if (socket && socket.writableLength > maxUnreadBytes) socket.destroy();
    }
    this.#engine.announce(channel, (address) => ({
      events: [event.type === 'message' ? { ...event, message: addressed(event.message, address) } : event],
    }));
  }

  /** Devices that are connected, by whatever transport. */
  get listeners(): number {
    return this.#engine.size;
  }

  kick(which: Kick): void {
    this.#engine.kick(which);
  }

  /** Everybody must introduce themselves anew, and reads what they missed. */
  dismissAll(): void {
    this.#engine.dismissAll();
  }

  /** Held polls are answered, sockets closed, and who comes back at once is sent away until the next start. */
  close(): void {
    this.#isClosing = true;
    this.#adapter.close();
    for (const [socket] of this.#sockets) socket.end();
  }

  /**
   * Polls: POST, and for configured pages GET as well, which is JSONP: the 4.x web client begins with it. It carries
   * credentials in a URL, so it is served to nobody else, and its query is never logged.
   */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const { border } = this.#deps;
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    const refusal = this.#isClosing ? 503 : pollRefusal(request, border);
    if (refusal === null || refusal !== 403) allowPage(request, response, border);
    if (refusal !== null) {
      response.writeHead(refusal, { Connection: 'close' }).end();
    } else if (request.method === 'OPTIONS') {
      response.writeHead(204, preflight).end();
    } else if (request.headers['content-length'] === '0') {
      // A page's probe for whether it may poll at all; Faye would call it an error.
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('[]');
    } else {
      this.#adapter.handle(request, answeredOnce(response));
    }
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { border } = this.#deps;
    if (this.#isClosing) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    const admitted = border.admits(request.headers, realtimePath) && pathOf(request) === realtimePath;
    if (!admitted || head.length > maxBodyBytes) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    socket.on('error', () => socket.destroy());
    limitBytes(socket, this.#deps.now);
    this.#adapter.handleUpgrade(request, socket, head);
  }

  get #transports(): string[] {
    return this.#deps.border.servesPages ? pageTransports : transports;
  }

  #outgoing(message: BayeuxMessage): BayeuxMessage {
    return message.channel === '/meta/handshake'
      ? { ...message, supportedConnectionTypes: this.#transports }
      : message;
  }

  async #incoming(raw: BayeuxMessage, request: IncomingMessage | null): Promise<BayeuxMessage | null> {
    const parsed = Incoming.safeParse(raw);
    if (!parsed.success) return null;
    const { ext, ...message } = parsed.data;
    const plain = defined(message);
    switch (message.channel) {
      case '/meta/handshake':
      case '/meta/unsubscribe':
      case '/meta/disconnect':
        return plain;
      case '/meta/connect':
        if (!this.#transports.includes(message.connectionType ?? '')) {
          return { ...plain, error: `301:${this.#transports.join(',')}:Connection types not supported` };
        }
        this.#bind(request, message.clientId);
        return plain;
      case '/meta/subscribe':
        return (await this.#allow(plain, ext, request)) ? plain : refused(plain, 'Forbidden channel');
      default:
        // With data, because Faye would answer for its absence and forget our refusal.
        return { ...refused(plain, 'Forbidden channel'), data: null };
    }
  }

  /**
   * A listener whose socket is gone is forgotten at once: when it comes back it is told so, subscribes anew, and reads
   * what it missed, instead of trusting a queue that lost what was written into the dying socket.
   */
  #bind(request: IncomingMessage | null, clientId: string | undefined): void {
    if (request === null || request.headers.upgrade === undefined || clientId === undefined) return;
    if (!this.#engine.knows(clientId)) return;
    const { socket } = request;
    const spoken = this.#sockets.get(socket);
    for (const one of spoken ?? []) if (!this.#engine.knows(one)) this.#unbind(one, socket);
    this.#socketOf.set(clientId, socket);
    this.#sockets.set(socket, spoken?.add(clientId) ?? new Set([clientId]));
    if (spoken) return;
    socket.once('close', () => {
      for (const gone of this.#sockets.get(socket) ?? []) {
        this.#unbind(gone, socket);
        this.#engine.destroyClient(gone);
      }
      this.#sockets.delete(socket);
    });
  }

  #unbind(clientId: string, socket: Duplex): void {
    this.#sockets.get(socket)?.delete(clientId);
    if (this.#socketOf.get(clientId) === socket) this.#socketOf.delete(clientId);
  }

  async #allow(
    { clientId, subscription }: BayeuxMessage,
    rawExt: unknown,
    request: IncomingMessage | null,
  ): Promise<boolean> {
    const { appId, store, users, border } = this.#deps;
    const address = border.addressFor(request?.headers ?? {});
    const ext = WireSubscribeExt.safeParse(rawExt);
    if (!ext.success || clientId === undefined || ext.data.appId !== appId) return false;
    const { appUserId } = ext.data;
    const channel = userChannel(appId, appUserId);
    const asked = Array.isArray(subscription) ? subscription : [subscription];
    if (asked.length !== 1 || asked[0] !== channel) return false;
    if (this.#engine.listening(channel).length >= maxListenersOfUser) return false;
    try {
      const credential = await this.#credential(ext.data);
      await store.transaction(async (tx) => {
        await users.admit(tx, credential, appUserId);
        tx.afterCommit(() => this.#engine.grant(clientId, grantOf(channel, credential, address)));
      });
      return true;
    } catch {
      return false;
    }
  }

  async #credential({
    appUserId,
    jwt,
    sessionToken,
  }: WireSubscribeExt): Promise<Exclude<Credential, { kind: 'none' }>> {
    if (jwt !== undefined) return verifyUserJwt(jwt, this.#deps);
    return { kind: 'session', appUserId, hash: hashToken(sessionToken ?? '') };
  }
}

/** Faye asks whether a field is there, not whether it says something. */
function defined(message: Omit<z.infer<typeof Incoming>, 'ext'>): BayeuxMessage {
  const fields = Object.entries(message).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(fields), channel: message.channel };
}

function grantOf(channel: string, credential: Exclude<Credential, { kind: 'none' }>, address: string): Grant {
  return {
    channel,
    address,
    warrant:
      credential.kind === 'session'
        ? { kind: 'session', hash: credential.hash }
        : { kind: 'jwt', keyId: credential.keyId, expiresAt: credential.expiresAt },
  };
}

/** 403, never 401: in Bayeux that means "unknown client" and is retried for ever. */
function refused(message: BayeuxMessage, why: string): BayeuxMessage {
  const about = typeof message.subscription === 'string' ? message.subscription : message.channel;
  const safe = /^[\w/*-]{1,200}$/.test(about) ? about : '';
  return { ...message, error: `403:${safe}:${why}` };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

export function isRealtime(request: IncomingMessage): boolean {
  const path = pathOf(request);
  return path === realtimePath || path.startsWith(`${realtimePath}/`);
}

/** @returns the status to refuse with, or null. */
function pollRefusal(request: IncomingMessage, border: Border): number | null {
  if (!border.admits(request.headers, realtimePath)) return 403;
  if (pathOf(request) !== realtimePath) return 404;
  if (request.method === 'OPTIONS' && request.headers.origin !== undefined) return null;
  if (request.method === 'GET' && border.servesPages) return isJsonp(request) ? null : 400;
  if (request.method !== 'POST') return 405;
  const length = Number(request.headers['content-length'] ?? NaN);
  if (!Number.isInteger(length)) return 411;
  return length > maxBodyBytes ? 413 : null;
}

/** Node keeps a request's URL below 16 kB, which bounds what such a poll can say. */
function isJsonp(request: IncomingMessage): boolean {
  if (request.headers.accept?.includes('text/event-stream')) return false;
  const { searchParams } = new URL(request.url ?? '', 'http://service');
  return searchParams.has('message') && /^[\w$.]{1,64}$/.test(searchParams.get('jsonp') ?? '');
}

function allowPage(request: IncomingMessage, response: ServerResponse, border: Border): void {
  for (const [name, value] of Object.entries(border.forPage(request.headers)))
    response.setHeader(name, value);
  // The web client's polls ask for credentials, of which there are none.
  if (request.headers.origin !== undefined) response.setHeader('Access-Control-Allow-Credentials', 'true');
}

/** Faye answers a poll that was given up a second time, and Node throws at that, out of a timer. */
function answeredOnce(response: ServerResponse): ServerResponse {
  const writeHead = response.writeHead.bind(response);
  const end = response.end.bind(response);
  let answered = false;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    if (answered || response.destroyed) return response;
    const [headers] = rest;
    return writeHead(status, Headers.parse(headers));
  };
  response.end = (...args: unknown[]) => {
    const [body] = args;
    if (!answered && !response.destroyed) end(typeof body === 'string' ? body : '');
    answered = true;
    return response;
  };
  return response;
}

const Headers = z.record(z.string(), z.string()).optional();

/** Faye's WebSocket has no limit of its own: one socket may send so much a second, and a burst on top. */
function limitBytes(socket: Duplex, now: () => number): void {
  let allowance = maxBodyBytes;
  let then = now();
  socket.on('data', (chunk: Buffer) => {
    allowance = Math.min(maxBodyBytes, allowance + ((now() - then) / 1000) * steadyBytes) - chunk.length;
    then = now();
    if (allowance < 0) socket.destroy();
  });
}
