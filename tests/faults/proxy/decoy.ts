/** A stranger's server, to which a redirect leads: it answers everything and remembers what it was told. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readAll } from './to-service.ts';

export interface Told {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export class Decoy {
  readonly #server: Server;
  readonly #told: Told[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const { method = '', url = '', headers } = request;
      const tell = (body: string): void => void this.#told.push({ method, path: url, headers, body });
      readAll(request).then(
        (body) => {
          tell(body.toString('utf8'));
          response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
        },
        () => tell(''),
      );
    });
  }

  get told(): readonly Told[] {
    return this.#told;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
