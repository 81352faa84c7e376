/** HTTP without routes: who may ask and how often, how bodies are read, how refusals are answered and logged. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { limitArrival } from './arrival.ts';
import { errorBody, Refusal, type ErrorCode } from './errors.ts';
import { preflight, type Border } from './hosts.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { RateLimits, type Asked } from './rate-limits.ts';
import { isRealtime, type Realtime } from './realtime.ts';

const bodyLimit = 100 * 1024;
const everyAnswer = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

interface Parts {
  readonly realtime: Realtime;
  readonly border: Border;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Multiplies every rate limit. */
  readonly rateScale: number;
  /** With one, a proxy stands before the service. */
  readonly publicUrl: string | null;
  now(): number;
}

export function bareServer(parts: Parts): FastifyInstance {
  const { realtime, border, metrics, log, rateScale, publicUrl, now } = parts;
  const limits = new RateLimits(rateScale);
  const http = Fastify({
    bodyLimit,
    // Only a proxy on this machine may say for whom it asks.
    trustProxy: publicUrl === null ? false : 'loopback',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 2_048 },
    forceCloseConnections: 'idle',
    serverFactory: (handler) => makeServer(handler, realtime),
  });
  readJsonBodies(http);
  // These hooks are called with every request and wait for nothing, so they answer by `done`: a promise each costs more.
  http.addHook('onRequest', (request, reply, done) => {
    reply.headers(everyAnswer);
    if (!border.admits(request.headers, request.url)) throw new Refusal('forbidden');
    reply.headers(border.forPage(request.headers));
    const isOperators = request.routeOptions.config.access === 'operator';
    if (isOperators && !border.isLocal(request.headers)) throw new Refusal('forbidden');
    const asks = request.method === 'OPTIONS' && request.headers.origin !== undefined;
    if (asks) return void reply.headers(preflight).code(204).send();
    const waitMs = limits.take(askedBy(request), now());
    if (waitMs > 0) throw new Refusal('too_many_requests', { retryAfter: Math.ceil(waitMs / 1000) });
    done();
  });
  // A connection whose last answer is on its way when the service stops is not kept open for more.
  let isClosing = false;
  http.addHook('preClose', async () => void (isClosing = true));
  http.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('Connection', 'close');
    done();
  });
  http.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? null;
    const { statusCode: status, elapsedTime } = reply;
    metrics.answered({ method: request.method, route: route ?? 'none', status }, elapsedTime);
    if (status >= 400)
      log.info('refused', { method: request.method, route, status, ms: Math.round(elapsedTime) });
    done();
  });
  // A line that broke in the middle of a request: an answer would tell the sender that it was wrong, and it is to try again.
  http.server.prependListener('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'HPE_INVALID_EOF_STATE') socket.destroy();
  });
  http.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500)
      log.error('request failed', error, { route: request.routeOptions.url ?? null });
    if (refusal.retryAfter !== null) reply.header('Retry-After', refusal.retryAfter);
    return reply.code(refusal.status).send(errorBody(apiOf(request.url), refusal));
  });
  http.setNotFoundHandler(() => {
    throw new Refusal('not_found');
  });
  return http;
}

function askedBy(request: FastifyRequest): Asked {
  const { method, ip, headers, routeOptions } = request;
  return {
    method,
    access: routeOptions.config.access ?? 'public',
    isUpload: headers['content-type']?.startsWith('multipart/') ?? false,
    credential: headers.authorization ?? '',
    address: ip,
  };
}

/** The realtime paths never reach Fastify: Faye answers the bare request. */
function makeServer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  realtime: Realtime,
): Server {
  const server = createServer(
    {
      headersTimeout: 10_000,
      // Ours instead, see `arrival.ts`.
      requestTimeout: 0,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => {
      limitArrival(request);
      if (isRealtime(request)) realtime.handle(request, response);
      else handler(request, response);
    },
  );
  server.maxConnections = 2_000;
  server.on('upgrade', (request, socket, head) => realtime.handleUpgrade(request, socket, head));
  return server;
}

/** JSON only; a body that is announced as JSON and is empty counts as none, as the field's clients send it. */
function readJsonBodies(http: FastifyInstance): void {
  const parse = http.getDefaultJsonParser('error', 'error');
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    void parse(request, body.toString(), (error, parsed: unknown) => {
      if (error === null && !isReasonable(parsed)) done(new Refusal('bad_request'), undefined);
      else done(error, parsed);
    });
  });
}

const maxDepth = 32;
const maxNames = 1_000;

/** Not nested deeper, nor with more names in it, than anything that makes sense here. */
function isReasonable(value: unknown): boolean {
  let names = 0;
  const visit = (inner: unknown, depth: number): boolean => {
    if (typeof inner !== 'object' || inner === null) return true;
    const inside = Object.values(inner);
    names += inside.length;
    return depth < maxDepth && names <= maxNames && inside.every((one) => visit(one, depth + 1));
  };
  return visit(value, 0);
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  404: 'not_found',
  413: 'payload_too_large',
  414: 'bad_request',
  415: 'unsupported_media_type',
};

function refusalOf(error: FastifyError | Refusal): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal(byStatus[error.statusCode ?? 500] ?? 'internal');
}

function apiOf(url: string): 'v1' | 'v2' {
  return url.startsWith('/v2/') ? 'v2' : 'v1';
}
