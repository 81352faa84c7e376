import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { net, type Session } from 'electron';

/**
 * A request whose body leaves piece by piece. Electron's own `fetch` gathers a stream before the first byte leaves, copying all
 * of it with every piece that comes: nobody could say how far it is, and a large one stops everything else for seconds.
 */
export function sendPieceByPiece(request: Request, network: Session): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { method, url, headers, body, signal } = request;
    const sending = net.request({ method, url, session: network, redirect: 'error', credentials: 'omit' });
    sending.chunkedEncoding = true;
    for (const [name, value] of headers) sending.setHeader(name, value);
    sending.on('response', (answer) => {
      const told = Object.entries(answer.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      const isEmpty = [204, 205, 304].includes(answer.statusCode);
      resolve(new Response(isEmpty ? null : streamOf(answer), { status: answer.statusCode, headers: told }));
    });
    sending.on('error', reject);
    sending.on('abort', () => reject(new Error('aborted')));
    signal.addEventListener('abort', () => sending.abort(), { once: true });
    if (body === null) return sending.end();
    // Node's own name for the same thing.
    const pieces = Readable.fromWeb(body as NodeReadableStream);
    pieces.on('error', () => sending.abort());
    pieces.on('data', (piece: Uint8Array) => {
      pieces.pause();
      sending.write(Buffer.from(piece), undefined, () => pieces.resume());
    });
    pieces.on('end', () => sending.end());
  });
}

function streamOf(answer: Electron.IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      answer.on('data', (piece) => controller.enqueue(piece));
      answer.on('end', () => controller.close());
      answer.on('error', (error: Error) => controller.error(error));
      answer.on('aborted', () => controller.error(new Error('cut off')));
    },
  });
}
