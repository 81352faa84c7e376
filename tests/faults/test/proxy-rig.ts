/** A service that counts what reaches it, behind the proxy, and a client that says what it saw. */
import { Agent, createServer, request as askHttp, type IncomingHttpHeaders } from 'node:http';
import { FaultProxy } from '../proxy/fault-proxy.ts';
import type { ProxyEvent } from '../proxy/imposed.ts';
import type { Link } from '../proxy/link.ts';
import { readAll } from '../proxy/to-service.ts';

export interface Saw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ProxyRig {
  readonly proxy: FaultProxy;
  readonly link: Link;
  readonly events: readonly ProxyEvent[];
  /** What the service was asked, `METHOD path body`, in order. */
  readonly asked: readonly string[];
  /** Rejects with what the client saw: ECONNRESET, ECONNREFUSED … */
  ask(method: string, path: string, body?: string): Promise<Saw>;
  stopService(): void;
  dispose(): Promise<void>;
}

/** The service answers `{"number": how often it was asked, "said": what}`; `/large/n` with n bytes. */
export async function proxyRig(seed = 1): Promise<ProxyRig> {
  const asked: string[] = [];
  const service = createServer((request, response) => {
    const { method = '', url = '' } = request;
    readAll(request).then(
      (body) => {
        const said = body.toString('utf8');
        asked.push(`${method} ${url}${said === '' ? '' : ` ${said}`}`);
        const [, size] = /^\/large\/(\d+)$/.exec(url) ?? [];
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(
          size === undefined ? JSON.stringify({ number: asked.length, said }) : 'x'.repeat(Number(size)),
        );
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const address = service.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const events: ProxyEvent[] = [];
  const proxy = await FaultProxy.start({
    ...{ target: () => `http://127.0.0.1:${port}`, seed },
    log: (event) => events.push(event),
  });
  const link = await proxy.link('d1');
  const stopService = (): void => {
    service.closeAllConnections();
    service.close();
  };
  const agent = new Agent({ keepAlive: false });
  return {
    ...{ proxy, link, events, asked },
    ask: (method, path, body) => ask({ agent, origin: link.origin, method, path, body: body ?? '' }),
    stopService,
    dispose: async () => {
      agent.destroy();
      await proxy.close();
      stopService();
    },
  };
}

interface Question {
  readonly agent: Agent;
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

function ask({ agent, origin, method, path, body }: Question): Promise<Saw> {
  return new Promise((resolve, reject) => {
    const request = askHttp(origin + path, { method, agent }, (response) => {
      const { statusCode: status = 0, headers } = response;
      readAll(response).then((whole) => resolve({ status, headers, body: whole }), reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

export const jsonOf = ({ body }: Saw): unknown => JSON.parse(body.toString('utf8'));
