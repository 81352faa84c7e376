import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import faye from 'faye';
import type { NodeAdapter } from 'faye';
import { createRealtime } from '../../main/adapters/realtime-faye.ts';
import type { Realtime } from '../../main/ports/realtime.ts';
import type { RealtimeSite } from './realtime-suite.ts';

export interface FayeSiteOptions {
  /** False for a network that lets no WebSocket through. */
  readonly websocket?: boolean;
  /** Seconds a poll is held. A client that lets twice as many pass is forgotten: too few are not kept on a busy machine. */
  readonly timeout?: number;
}

/** A real Faye server, with its hands on every connection. */
export class FayeSite implements RealtimeSite {
  readonly realtime: Realtime = createRealtime({ deadlineMs: 3_000, graceMs: 300 });
  readonly url: string;
  /** Every Bayeux message that came in, in order. */
  readonly seen: { readonly channel: string; readonly ext?: unknown; readonly connectionType?: string }[] =
    [];
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
  readonly #adapter: NodeAdapter;
  #judge: (credential: unknown) => number | null = () => null;

  private constructor(server: Server, adapter: NodeAdapter, sockets: ReadonlySet<Socket>) {
    this.server = server;
    this.sockets = sockets;
    this.#adapter = adapter;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/faye`;
    adapter.addExtension({
      incoming: (message, _request, next) => {
        this.seen.push({ ...message });
        const isAsking = message.channel === '/meta/subscribe';
        const code = isAsking ? this.#judge(message.ext) : null;
        next(code === null ? message : { ...message, error: `${code}:x:refused` });
      },
    });
  }

  static async open({ websocket = true, timeout = 45 }: FayeSiteOptions = {}): Promise<FayeSite> {
    const server = createServer((_request, response) => response.writeHead(404).end());
    const adapter = new faye.NodeAdapter({ mount: '/faye', timeout });
    adapter.attach(server);
    if (!websocket) {
      server.removeAllListeners('upgrade');
      server.on('upgrade', (_request, socket) =>
        // Whoever is refused may be gone before it has heard so.
        socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      );
    }
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FayeSite(server, adapter, sockets);
  }

  judge(verdict: (credential: unknown) => number | null): void {
    this.#judge = verdict;
  }

  async publish(channel: string, data: unknown): Promise<void> {
    await this.#adapter
      .getClient()
      .publish(channel, data)
      .then(() => undefined);
  }

  async goAway(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async dispose(): Promise<void> {
    await this.goAway();
    this.#adapter.close();
  }
}
