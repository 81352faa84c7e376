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
  /** Sent as JSON; absent, and without a form, means an empty body. */
  readonly json?: unknown;
  /** Sent as `multipart/form-data`. */
  readonly form?: HttpForm;
  /** For the whole of it; with a form, for as long as nothing moves. */
  readonly timeoutMs: number;
  readonly signal?: Signal;
}

/** Short fields, and one file after them. */
export interface HttpForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: {
    readonly field: string;
    readonly name: string;
    readonly mediaType: string;
    readonly bytes: Uint8Array;
  };
  /** So many bytes of the file have left. */
  onSent(bytes: number): void;
  /**
   * The end of the form is about to leave; until then nobody can take it for a whole one. It does if this says so, else the
   * request ends as `aborted`.
   */
  beforeEnd(): Promise<boolean>;
}

export interface HttpDownload {
  /** Absolute. */
  readonly url: string;
  /** Of the body as it comes out of whatever it was compressed with. */
  readonly maxBytes: number;
  /** For as long as nothing moves. */
  readonly timeoutMs: number;
  readonly signal?: Signal;
}

export type HttpBytes =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'tooLarge' } | HttpAnswer;

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
  /** GET what somebody sent: without a credential, a cookie or a referrer. Any answer but a 200 is an `answer` without a body. */
  download(wanted: HttpDownload): Promise<HttpBytes>;
}
