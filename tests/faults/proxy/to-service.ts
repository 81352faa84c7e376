/** The proxy's way to the service: each request on a connection of its own, so that no idle one can die under it. */
import { type ClientRequest, type IncomingMessage, request as askHttp } from 'node:http';

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Name, value, name, value … as they came. The host among them is the proxy's: the service's own addresses follow it. */
  readonly headers: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** RFC 9110 §7.6.1: of one connection, not of the message. */
const hopByHop = /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** Those that travel on, without the ones that `drop` names (lower case). */
export function endToEnd(raw: readonly string[], drop: readonly string[] = []): string[] {
  return pairs(raw)
    .filter(([name]) => !hopByHop.test(name) && !drop.includes(name.toLowerCase()))
    .flat();
}

export function headerOf(raw: readonly string[], wanted: string): string | undefined {
  return pairs(raw).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function pairs(raw: readonly string[]): [string, string][] {
  const all: [string, string][] = [];
  for (let n = 0; n + 1 < raw.length; n += 2) all.push([raw[n] ?? '', raw[n + 1] ?? '']);
  return all;
}

export class ToService {
  readonly #target: () => string;

  /** @param target the service's origin, asked each time: it may come back on another port */
  constructor(target: () => string) {
    this.#target = target;
  }

  /** The caller writes the body and ends it. */
  open({ method, path, headers }: Asked): ClientRequest {
    const { hostname, port } = new URL(this.#target());
    return askHttp({
      hostname,
      port,
      method,
      path,
      headers: [...headers],
      agent: false,
      setDefaultHeaders: false,
    });
  }

  /** @throws Error if the service cannot be reached or breaks off. */
  async ask(asked: Asked, body: Buffer): Promise<Answer> {
    const headers = endToEnd(asked.headers, ['content-length', 'expect']);
    const length = body.length > 0 || asked.method === 'POST' ? ['Content-Length', String(body.length)] : [];
    const request = this.open({ ...asked, headers: [...headers, ...length, 'Connection', 'close'] });
    const response = await answered(request, () => request.end(body));
    return {
      status: response.statusCode ?? 502,
      headers: endToEnd(response.rawHeaders, ['content-length']),
      body: await readAll(response),
    };
  }
}

function answered(request: ClientRequest, send: () => void): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
    send();
  });
}

/** @throws Error if it ends before its end. */
export async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
