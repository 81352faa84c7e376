import type { IncomingHttpHeaders } from 'node:http';

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/**
 * Whether a request is meant for this service: a loopback name (any port, so a tunnel may stand in between), and not
 * from a web page. Against DNS rebinding and pages that talk to loopback.
 */
export function isOurHost({ host, origin }: IncomingHttpHeaders): boolean {
  return loopback.test(host ?? '') && origin === undefined;
}
