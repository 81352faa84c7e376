/**
 * Whom the service talks to: requests that name it by a name of its own (against DNS rebinding), and, of web pages, only
 * those it was configured for. Pages reach what a device reaches and nothing of the business's side.
 */
import type { IncomingHttpHeaders } from 'node:http';

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;
/** Where pages of our own post: the sign-in page to itself, the desk to the business's side with a key in a header. */
const fromOwnPages = /^\/(?:demo\/sign-in\/page$|v2\/apps\/|desk\/)/;
const openToPages = /^\/(?:sdk|faye|attachments)(?:[/?]|$)/;

export interface BorderRules {
  /** Origin under which a reverse proxy on this machine offers the service, for instance `https://chat.example.com`. */
  readonly publicUrl: string | null;
  /** Origins whose pages may be clients; `*` for any. Empty: no page is. */
  readonly browserOrigins: readonly string[];
}

export class Border {
  readonly #rules: BorderRules;
  readonly #publicHost: string | null;

  constructor(rules: BorderRules) {
    this.#rules = rules;
    this.#publicHost = rules.publicUrl === null ? null : new URL(rules.publicUrl).host;
  }

  /** Whether pages may be clients at all; what only they need (JSONP) is served only then. */
  get servesPages(): boolean {
    return this.#rules.browserOrigins.length > 0;
  }

  /** `path` is the request's, its query may follow. */
  admits({ host, origin }: IncomingHttpHeaders, path: string): boolean {
    const ours = loopback.test(host ?? '') || (host !== undefined && host === this.#publicHost);
    if (!ours || origin === undefined) return ours;
    if (fromOwnPages.test(path)) return origin === this.addressFor({ host });
    return openToPages.test(path) && this.#isPage(origin);
  }

  /** Whether someone on this machine asks, and no proxy for someone else. */
  isLocal({ host, origin, ...headers }: IncomingHttpHeaders): boolean {
    const isForwarded = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;
    const isPageOfOthers = origin !== undefined && origin !== this.addressFor({ host });
    return loopback.test(host ?? '') && !isPageOfOthers && !isForwarded;
  }

  #isPage(origin: string): boolean {
    const { browserOrigins } = this.#rules;
    return browserOrigins.includes(origin) || (browserOrigins.includes('*') && origin !== '');
  }

  /** Where the asker finds the service, so that a tunnel in between stays in between. */
  addressFor({ host }: IncomingHttpHeaders): string {
    const { publicUrl } = this.#rules;
    return publicUrl !== null && host === this.#publicHost ? publicUrl : `http://${host ?? ''}`;
  }

  /** Headers that let the page at `origin` read the answer; none for any other. */
  forPage({ origin }: IncomingHttpHeaders): Readonly<Record<string, string>> {
    if (origin === undefined || !this.#isPage(origin)) return {};
    return {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'Retry-After',
      Vary: 'Origin',
    };
  }
}

/** The answer to a page that asks before it asks, for the headers the field's web clients send. */
export const preflight: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'Access-Control-Allow-Headers':
    'accept, authorization, content-type, pragma, x-requested-with, x-smooch-appid, x-smooch-clientid, x-smooch-sdk',
  'Access-Control-Max-Age': '86400',
};
