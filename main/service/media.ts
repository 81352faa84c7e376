/** Files on their way to the service, and what others sent on its way back. */
import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { ClientMessageId } from '../../contract/ids.ts';
import { maxFileBytes } from '../../contract/media.ts';
import type { Message } from '../../contract/model.ts';
import type { WireClient } from '../../contract/sdk-api.ts';
import type { Http, HttpDownload, HttpForm } from '../ports/http.ts';
import type { OutgoingUpload } from '../ports/service.ts';
import { failureOf } from './failures.ts';
import { isRecord, readMessage } from './wire.ts';

/** The body of POST images and of POST files (smooch-sdk-api A.5.10). The client message id travels as that of a text does. */
export function writeUpload(file: OutgoingUpload, client: WireClient): HttpForm {
  const { clientMessageId, name, mediaType, bytes, altText } = file;
  const message = {
    metadata: { clientMessageId },
    _clientId: clientMessageId,
    ...(altText !== null && { altText }),
  };
  return {
    fields: {
      sender: JSON.stringify({ type: 'appUser', client }),
      message: JSON.stringify(message),
    },
    file: { field: 'source', name, mediaType, bytes },
    onSent: (sent) => file.onSent(sent),
    beforeEnd: () => file.beforeEnd(),
  };
}

/** The answer to this very message, whether or not the service says so. */
export function readSent(body: unknown, clientMessageId: ClientMessageId): Message | null {
  const sent = isRecord(body) ? readMessage(body['message']) : null;
  return sent && { ...sent, key: clientMessageId, clientMessageId, author: { kind: 'self' }, actions: [] };
}

export async function fetchMedia(
  http: Http,
  wanted: Omit<HttpDownload, 'maxBytes'>,
): Promise<Result<Uint8Array>> {
  const answer = await http.download({ ...wanted, maxBytes: maxFileBytes });
  if (answer.kind === 'bytes') return ok(answer.bytes);
  if (answer.kind === 'tooLarge') return fail({ kind: 'media', trouble: 'tooLarge' });
  if (answer.kind === 'answer' && !isPassing(answer.status)) return fail({ kind: 'media', trouble: 'gone' });
  return fail(failureOf(answer, { door: 'media', credential: null, identified: false, now: 0 }));
}

/** What may be another answer in a while; a redirect, which is not followed, is none of them. */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
