import axios from 'axios';
import type { AxiosResponse } from 'axios';
import type { Authorization, Http, HttpAnswer, HttpRequest } from '../ports/http.ts';
import { bodyOf, boundaryOf } from './http-form.ts';
import { download } from './http-download.ts';
import { endOf, type Ending } from './http-ending.ts';

const longestAnswer = 8 * 1024 * 1024;

export interface HttpOptions {
  /** Electron's `net.fetch` in the product (system proxy, the system's certificates); any other `fetch` in tests. */
  readonly fetch: (input: string | Request, init?: RequestInit) => Promise<Response>;
}

/**
 * `Http` by axios on a given `fetch`. Made so that a credential goes to one origin and nowhere else: no redirect is
 * followed, no proxy is taken from the environment, no cookie is kept, no base address can be overridden.
 */
export function createHttp({ fetch }: HttpOptions): Http {
  const client = axios.create({
    adapter: 'fetch',
    env: { fetch: (input: string | URL | Request, init?: RequestInit) => fetch(named(input), init) },
    allowAbsoluteUrls: false,
    maxRedirects: 0,
    proxy: false,
    maxContentLength: longestAnswer,
    maxBodyLength: longestAnswer,
    withCredentials: false,
    fetchOptions: { cache: 'no-store', referrerPolicy: 'no-referrer' },
    // What an answer is, is decided here and not by axios: every status is one, and its body is read below.
    responseType: 'stream',
    validateStatus: () => true,
    transformRequest: [(body: unknown) => body],
    transformResponse: [(body: unknown) => body],
  });

  return {
    async request(request) {
      const url = new URL(request.url);
      const ending = endOf(request);
      const body = writeBody(request, ending);
      try {
        const response = await client.request<ReadableStream | null>({
          baseURL: url.origin,
          url: `${url.pathname}${url.search}`,
          method: request.method,
          headers: { ...headersOf(request), ...body.headers },
          data: body.data,
          // A file is as large as it is; whoever sends it has looked.
          ...(request.form !== undefined && { maxBodyLength: Infinity }),
          signal: ending.signal,
        });
        const answer = await readAnswer(response);
        return ending.cause() ?? answer;
      } catch (error) {
        return ending.cause() ?? troubleOf(error);
      } finally {
        ending.release();
      }
    },
    download: (wanted) => download(fetch, wanted),
  };
}

function writeBody(
  { json, form }: HttpRequest,
  ending: Ending,
): { readonly headers: Record<string, string>; readonly data: string | ReadableStream | undefined } {
  if (form === undefined) return { headers: {}, data: json === undefined ? undefined : JSON.stringify(json) };
  const boundary = boundaryOf();
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    data: bodyOf(form, boundary, ending),
  };
}

function named(input: string | URL | Request): string | Request {
  return input instanceof URL ? input.href : input;
}

function headersOf({ headers, authorization }: HttpRequest): Record<string, string | false> {
  return {
    ...headers,
    // Axios's own name says nothing true about who asks; without it the network stack gives its own.
    'User-Agent': false,
    ...(authorization !== null && { Authorization: writeAuthorization(authorization) }),
  };
}

function writeAuthorization(authorization: Authorization): string {
  if (authorization.scheme === 'bearer') return `Bearer ${authorization.token}`;
  const { user, password } = authorization;
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

async function readAnswer({
  status,
  headers,
  data,
}: AxiosResponse<ReadableStream | null>): Promise<HttpAnswer> {
  const header = (name: string): string | null => {
    const value: unknown = headers[name];
    return typeof value === 'string' ? value : null;
  };
  const type = header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const [retryAfter, date] = [header('retry-after'), header('date')];
  const clock = date === null ? {} : { date };
  const answer = { kind: 'answer', status, retryAfter, ...clock, json: undefined } as const;
  if (type !== 'application/json') {
    // Nobody reads it, and until it is let go it holds its connection.
    data?.cancel().catch(() => undefined);
    return type === 'text/html' && status >= 200 && status < 300 ? { kind: 'garbled', status } : answer;
  }
  try {
    const body = await new Response(data).text();
    return body === '' ? answer : { ...answer, json: JSON.parse(body) as unknown };
  } catch {
    return { kind: 'garbled', status };
  }
}

/** Why there is no answer. An AxiosError holds the whole request with its credentials: looked at here, never logged. */
function troubleOf(error: unknown): HttpAnswer {
  const { code, message } = axios.isAxiosError(error) ? error : {};
  // An answer that said of itself that it is longer than we take.
  if (code === 'ERR_BAD_RESPONSE') return { kind: 'garbled', status: 200 };
  // Electron's `net` ends a redirect that may not be followed by an error of these words, and without its status.
  if (message === 'Redirect was cancelled')
    return { kind: 'answer', status: 302, retryAfter: null, json: undefined };
  return { kind: 'unreachable' };
}
