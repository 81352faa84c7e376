/**
 * Faye's client trusts its server: a `[null]` instead of a reply, a cookie for another domain or an endless body throws or
 * grows where nobody can catch it, and ends the process. It also takes a proxy from the environment, and has no way to let
 * go of everything at once. Here is what it lacks. Private parts of Faye 1.4.3 are touched here and nowhere else.
 */
import type { Client } from 'faye';
import Transport from 'faye/src/transport/transport.js';
import NodeHttp from 'faye/src/transport/node_http.js';
import sockets from 'faye/src/util/websocket/node_websocket.js';
import type { FayeSocket } from 'faye/src/util/websocket/node_websocket.js';

export type { FayeSocket };

const longestFrame = 8 * 1024 * 1024;

/** Told of each socket opened with these TLS options: Faye hands them on by identity, and nothing else tells whose it is. */
const owners = new WeakMap<object, (socket: FayeSocket) => void>();
let isGuarded = false;

/** Make every Faye client of this process safe to point at a server. Idempotent. */
export function guardFaye(): void {
  if (isGuarded) return;
  isGuarded = true;
  Transport.prototype._findProxy = () => undefined;
  const { _receive, _storeCookies } = Transport.prototype;
  Transport.prototype._receive = function (replies) {
    contained(() => _receive.call(this, [replies].flat().filter(isReply)));
  };
  Transport.prototype._storeCookies = function (setCookie) {
    contained(() => _storeCookies.call(this, setCookie));
  };
  guardPolls();
  guardSockets();
}

function guardPolls(): void {
  const { _handleResponse } = NodeHttp.prototype;
  NodeHttp.prototype._handleResponse = function (messages, response) {
    let length = 0;
    response.on('data', (chunk: string) => {
      length += chunk.length;
      if (length > longestFrame) response.destroy();
    });
    // Faye waits for an end that a broken answer does not have.
    response.on('close', () => {
      if (!response.complete) this._handleError(messages);
    });
    _handleResponse.call(this, messages, response);
  };
}

function guardSockets(): void {
  const { create } = sockets;
  sockets.create = (url, protocols, options) => {
    const socket = create(url, protocols, { ...options, maxLength: longestFrame });
    guardFrames(socket);
    owners.get(options.tls ?? {})?.(socket);
    return socket;
  };
}

function guardFrames(socket: FayeSocket): void {
  let listener = socket.onmessage;
  Object.defineProperty(socket, 'onmessage', {
    get: () => listener && ((event: { data: unknown }) => contained(() => listener?.(withReplies(event)))),
    set: (given: FayeSocket['onmessage']) => (listener = given),
  });
}

function withReplies({ data }: { data: unknown }): { data: string } {
  const frame: unknown = JSON.parse(String(data));
  return { data: JSON.stringify([frame].flat().filter(isReply)) };
}

function isReply(reply: unknown): boolean {
  return (
    typeof reply === 'object' && reply !== null && 'channel' in reply && typeof reply.channel === 'string'
  );
}

/** What does not parse as Bayeux counts as not said. A connection that says nothing more is found out by its silence. */
function contained(take: () => void): void {
  try {
    take();
  } catch {
    return;
  }
}

/** Hear of every socket that a client made with `tls` opens. */
export function onSocket(tls: object, listener: (socket: FayeSocket) => void): void {
  owners.set(tls, listener);
}

/** Close a socket now, also one that was never open. */
export function destroySocket(socket: FayeSocket): void {
  socket._stream.destroy();
}

/** Forget everything that was sent and not answered, with its timers and its requests. Nothing is sent after that. */
export function abandon({ _dispatcher }: Client): void {
  _dispatcher.close();
  for (const [id, { timer, request }] of [..._dispatcher._envelopes]) {
    _dispatcher._envelopes.delete(id);
    if (timer !== null) clearTimeout(timer);
    void request?.then((sent) => sent?.abort?.());
  }
}
