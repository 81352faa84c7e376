/**
 * Stands before the nodes of one service, as a balancer does that keeps everybody at one node: whoever comes to the first
 * site is taken to the first node, whoever comes to the second to the second, until that accepts no connection; from then
 * on to the other.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Ready } from './running-service.ts';

export class Balancer {
  readonly #nodes: readonly Ready[];
  readonly #servers: Server[] = [];
  readonly #open = new Set<Socket>();

  constructor(nodes: readonly Ready[]) {
    this.#nodes = nodes;
  }

  /** @returns the service as it is found at each site. */
  async open(): Promise<Ready[]> {
    const sites: Ready[] = [];
    for (const [at, ready] of this.#nodes.entries()) {
      const order = [ready, ...this.#nodes.filter((_, other) => other !== at)].map(portOf);
      const server = createServer((socket) => void this.#join(socket, order));
      await once(server.listen(0, '127.0.0.1'), 'listening');
      this.#servers.push(server);
      const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      sites.push({ ...ready, baseUrl, configBaseUrl: `${baseUrl}/sdk` });
    }
    return sites;
  }

  /** @param ports those to try, without those that have failed before */
  async #join(outside: Socket, ports: number[]): Promise<void> {
    this.#keep(outside);
    for (const port of [...ports]) {
      const inside = connect(port, '127.0.0.1');
      const isThere = await Promise.race([
        once(inside, 'connect').then(() => true),
        once(inside, 'close').then(() => false),
      ]).catch(() => false);
      if (!isThere) {
        if (ports[0] === port && ports.length > 1) ports.shift();
        continue;
      }
      this.#keep(inside);
      outside.once('close', () => inside.destroy());
      inside.once('close', () => outside.destroy());
      outside.pipe(inside).pipe(outside);
      return;
    }
    outside.destroy();
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#open.delete(socket));
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#open) socket.destroy();
  }
}

const portOf = ({ baseUrl }: Ready): number => Number(new URL(baseUrl).port);
