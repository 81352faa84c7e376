/** `multipart/form-data` (RFC 7578) as a stream that can tell how much of it has left. */
import { randomUUID } from 'node:crypto';
import type { HttpForm } from '../ports/http.ts';
import type { Ending } from './http-ending.ts';

const pieceBytes = 64 * 1024;

export function boundaryOf(): string {
  return `onethread-${randomUUID()}`;
}

/** The body as whoever sends it asks for it, piece by piece. Its end waits for `beforeEnd`. */
export function bodyOf(form: HttpForm, boundary: string, ending: Ending): ReadableStream<Uint8Array> {
  const { bytes } = form.file;
  let at = -1;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        ending.moved();
        if (at < 0) {
          controller.enqueue(head(form, boundary));
          at = 0;
        } else if (at < bytes.length) {
          const piece = bytes.slice(at, at + pieceBytes);
          at += piece.length;
          controller.enqueue(piece);
          form.onSent(at);
        } else if (await form.beforeEnd()) {
          controller.enqueue(Buffer.from(`\r\n--${boundary}--\r\n`));
          controller.close();
        } else {
          ending.abort();
          controller.error(new Error('taken back'));
        }
      },
      cancel: () => undefined,
    },
    { highWaterMark: 0 },
  );
}

function head({ fields, file }: HttpForm, boundary: string): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const disposition = `form-data; name="${quoted(file.field)}"; filename="${quoted(file.name)}"`;
  return Buffer.from(
    `${parts.join('')}--${boundary}\r\ncontent-disposition: ${disposition}\r\n` +
      `content-type: ${file.mediaType}\r\n\r\n`,
    'utf8',
  );
}

/** As browsers write it (WHATWG HTML, multipart/form-data encoding). */
function quoted(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '%0D%0A').replace(/"/g, '%22');
}
