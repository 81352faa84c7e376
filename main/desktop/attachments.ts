import type { CustomScheme, Protocol } from 'electron';
import { AttachmentUrl, mediaPieceBytes } from '../../contract/media.ts';
import { isPictureType, isPlayedType } from '../../contract/media-type.ts';
import type { Attachment, AttachmentSource } from '../ports/attachment-source.ts';

const scheme = 'att';

/** As that of the page; a player reads it in pieces. No `fetch`, no page of another origin, no bypass of any policy. */
export const attachmentScheme: CustomScheme = {
  scheme,
  privileges: { standard: true, secure: true, stream: true },
};

/** Nothing here is ever a document; if it were one, it could do nothing. */
const headers = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // To the page, this is another origin.
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'no-store',
};

/** Give a page's session what `source` knows. `attachmentScheme` must be registered before the app is ready. */
export function serveAttachments(protocol: Pick<Protocol, 'handle'>, source: AttachmentSource): void {
  protocol.handle(scheme, createAttachmentServer(source));
}

type AttachmentRequest = Pick<Request, 'url' | 'method' | 'headers'>;

/** Answers a request that names, to the letter, an address that was given out; to all others there is nothing. */
export function createAttachmentServer(source: AttachmentSource): (request: AttachmentRequest) => Response {
  return ({ url, method, headers: asked }) => {
    if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405, headers });
    const attachment = AttachmentUrl.safeParse(url).success ? source(new URL(url).host) : null;
    const isDrawn = attachment !== null && mayBeDrawn(attachment);
    if (!isDrawn) return new Response(null, { status: 404, headers });
    const range = readRange(asked.get('range'), attachment.bytes);
    const said = { ...headers, 'content-type': attachment.mediaType, 'accept-ranges': 'bytes' };
    if (range === 'unsatisfiable') {
      const total = { 'content-range': `bytes */${attachment.bytes}` };
      return new Response(null, { status: 416, headers: { ...headers, ...total } });
    }
    const { from, to } = range ?? { from: 0, to: attachment.bytes };
    return new Response(method === 'HEAD' ? null : bodyOf(attachment, from, to), {
      status: range === null ? 200 : 206,
      headers: {
        ...said,
        'content-length': String(to - from),
        ...(range !== null && { 'content-range': `bytes ${from}-${to - 1}/${attachment.bytes}` }),
      },
    });
  };
}

function mayBeDrawn({ mediaType }: Attachment): boolean {
  return isPictureType(mediaType) || isPlayedType(mediaType);
}

/** A part of the whole, `to` not included. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** One range, as players ask for it (RFC 9110 §14.2); any other wish is passed over, and the whole is given. */
function readRange(asked: string | null, total: number): Part | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(asked ?? '') ?? [];
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, total - Number(last)) : Number(first);
  const to = first === '' || last === '' ? total : Math.min(total, Number(last) + 1);
  return from < to ? { from, to } : 'unsatisfiable';
}

/** Read as it is drawn, so that no more than a piece of it is held here. */
function bodyOf({ read }: Attachment, from: number, to: number): ReadableStream<Uint8Array> {
  let at = from;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await read(at, Math.min(mediaPieceBytes, to - at));
        if (!piece.ok || piece.value === null || piece.value.length === 0)
          return controller.error(new Error('no longer there'));
        at += piece.value.length;
        controller.enqueue(piece.value);
        if (at >= to) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
