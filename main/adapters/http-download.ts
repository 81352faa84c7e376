import type { HttpBytes, HttpDownload } from '../ports/http.ts';
import { endOf } from './http-ending.ts';

/** What was compressed on its way may come out of it a thousand times as large: less of it is taken in. */
const maxUnpackedBytes = 20 * 1024 * 1024;

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** The body of a 200, and nothing of any other answer. Counted as it is read: what is said about its length is not believed. */
export async function download(fetch: Fetch, wanted: HttpDownload): Promise<HttpBytes> {
  const ending = endOf(wanted);
  try {
    const response = await fetch(wanted.url, {
      method: 'GET',
      // A redirect leads who knows where; Electron's own stack can only end it by an error.
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      headers: { 'accept-encoding': 'identity' },
      signal: ending.signal,
    });
    ending.moved();
    if (response.status === 200) return await bytesOf(response, wanted.maxBytes, () => ending.moved());
    response.body?.cancel().catch(() => undefined);
    return {
      kind: 'answer',
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      json: undefined,
    };
  } catch {
    return ending.cause() ?? { kind: 'unreachable' };
  } finally {
    ending.release();
  }
}

async function bytesOf({ body, headers }: Response, maxBytes: number, moved: () => void): Promise<HttpBytes> {
  if (body === null) return { kind: 'bytes', bytes: new Uint8Array() };
  const isPacked = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  const most = isPacked ? Math.min(maxBytes, maxUnpackedBytes) : maxBytes;
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  let held = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { kind: 'bytes', bytes: Buffer.concat(pieces) };
    moved();
    held += value.length;
    if (held > most) {
      await reader.cancel().catch(() => undefined);
      return { kind: 'tooLarge' };
    }
    pieces.push(value);
  }
}
