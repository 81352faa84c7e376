/** One HTTP request of a device and what is to become of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Connection } from './connection.ts';
import type { Place } from './imposed.ts';
import { type Answer, type Asked, endToEnd, readAll, type ToService } from './to-service.ts';

export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly place: Place;
  readonly asked: Asked;

  constructor(parts: {
    request: IncomingMessage;
    response: ServerResponse;
    connection: Connection;
    number: number;
  }) {
    this.request = parts.request;
    this.response = parts.response;
    this.connection = parts.connection;
    this.place = { ...parts.connection.place, request: parts.number };
    const { method = 'GET', url = '/', rawHeaders } = parts.request;
    this.asked = { method, path: url, headers: rawHeaders };
  }

  /** The whole body; null if the device broke off, in which case the service hears nothing of it. */
  async body(): Promise<Buffer | null> {
    try {
      return await readAll(this.request);
    } catch {
      return null;
    }
  }

  /** The device sees ECONNRESET. */
  reset(): void {
    this.connection.reset();
  }

  answer({ status, headers, body }: Answer): void {
    if (this.response.destroyed) return;
    this.response.writeHead(status, [...headers, 'Content-Length', String(body.length)]).end(body);
  }

  /**
   * Bytes go through as they come, in both directions; who breaks off breaks it off for both.
   *
   * @param keep hears the whole answer, if it came whole
   */
  passThrough(service: ToService, keep: (answer: Answer) => void): void {
    const { request, response, asked } = this;
    const upstream = service.open({ ...asked, headers: [...endToEnd(asked.headers), ...framing(request)] });
    upstream.once('error', () => this.reset());
    upstream.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      const { statusCode: status = 502, rawHeaders } = answer;
      response.writeHead(status, endToEnd(rawHeaders));
      pipeline(answer, response, (broken) => {
        if (broken !== null && broken !== undefined) this.reset();
        else keep({ status, headers: endToEnd(rawHeaders, ['content-length']), body: Buffer.concat(chunks) });
      });
    });
    response.once('close', () => upstream.destroy());
    request.once('error', () => upstream.destroy());
    request.pipe(upstream);
  }
}

/** How the service is to know where the body ends: as it was told to us. */
function framing({ headers }: IncomingMessage): string[] {
  const chunked = headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked'];
  return [...chunked, 'Connection', 'close'];
}
