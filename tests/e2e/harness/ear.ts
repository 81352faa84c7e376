import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { officialClient } from '../../server/sunshine.ts';
import type { RunningService } from '../../server/running-service.ts';

const Body = z.object({
  events: z.array(z.object({ payload: z.object({ activity: z.object({ type: z.string() }) }) })),
});
const Made = z.object({ integration: z.object({ id: z.string() }) });

/** One of the business's systems, which hears by webhook what its customers do. The service must reach private targets. */
export class Ear {
  /** `typing:start`, `typing:stop`, `conversation:read`, as they came. */
  readonly heard: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        for (const { payload } of Body.parse(JSON.parse(body)).events) this.heard.push(payload.activity.type);
        response.end('{}');
      });
    });
  }

  static async open({ ready }: RunningService): Promise<Ear> {
    const ear = new Ear();
    await new Promise<void>((listening) => ear.#server.listen(0, '127.0.0.1', listening));
    const { port } = ear.#server.address() as AddressInfo;
    const call = officialClient(ready);
    const made = await call('Integrations', 'createIntegration', { type: 'custom', displayName: 'Ear' });
    await call('Webhooks', 'createWebhook', Made.parse(made).integration.id, {
      target: `http://127.0.0.1:${port}/hook`,
      triggers: ['conversation:typing', 'conversation:read'],
    });
    return ear;
  }

  count(type: string): number {
    return this.heard.filter((each) => each === type).length;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
