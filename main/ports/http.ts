import type { Signal } from './signal.ts';

export type Authorization =
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'basic'; readonly user: string; readonly password: string };

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: Authorization | null;
  /** Sent as JSON; absent means an empty body. */
  readonly json?: unknown;
  readonly timeoutMs: number;
  readonly signal?: Signal;
}

export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** The `Retry-After` header as it came. */
      readonly retryAfter: string | null;
      /** The `Date` header as it came: when the answer was made, by the service's own clock. */
      readonly date?: string;
      /** Parsed if the answer declared JSON and was JSON; `undefined` for any other body, an empty one included. */
      readonly json: unknown;
    }
  /** Declared JSON but is not (half an answer), or a web page where an answer should be (a proxy's, with a 2xx). */
  | { readonly kind: 'garbled'; readonly status: number }
  /** No connection, name, route or certificate. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' };

/**
 * One request, one answer; never throws for what a network does. Follows no redirect, caps the answer at 8 MiB, and sends
 * `authorization` to the origin of `url` only.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpAnswer>;
}
