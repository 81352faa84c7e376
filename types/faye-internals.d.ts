/** What `main/adapters/faye-guard.ts` reaches into. Private to Faye 1.4.3, which is why its version is pinned. */
declare module 'faye' {
  interface Client {
    readonly _dispatcher: {
      /** Messages not answered yet. */
      readonly _envelopes: Map<string, FayeEnvelope>;
      /** Lets go of the transport, after which nothing is sent again. */
      close(): void;
    };
  }

  interface FayeEnvelope {
    timer: NodeJS.Timeout | null;
    request: Promise<{ abort?(): void } | undefined> | null;
  }
}

declare module 'faye/src/transport/transport.js' {
  /** The base of every way to the server. */
  const Transport: {
    readonly prototype: {
      _findProxy(): string | undefined;
      _receive(replies: unknown): void;
      _storeCookies(setCookie: unknown): void;
    };
  };
  export default Transport;
}

declare module 'faye/src/transport/node_http.js' {
  import type { IncomingMessage } from 'node:http';

  const NodeHttp: {
    readonly prototype: {
      _handleResponse(messages: unknown, response: IncomingMessage): void;
      _handleError(messages: unknown): void;
    };
  };
  export default NodeHttp;
}

declare module 'faye/src/util/websocket/node_websocket.js' {
  import type { Socket } from 'node:net';

  /** A client of `faye-websocket`. */
  interface FayeSocket {
    readonly _stream: Socket;
    onmessage: ((event: { data: unknown }) => void) | null;
    on(event: 'open' | 'close', listener: () => void): void;
    /** Ask the other end for a pong that carries `message`. @returns false on a socket that is not open */
    ping(message: string, answered: () => void): boolean;
  }
  interface SocketOptions {
    tls?: object;
    maxLength?: number;
  }
  const sockets: { create(url: string, protocols: string[], options: SocketOptions): FayeSocket };
  export default sockets;
  export type { FayeSocket };
}
