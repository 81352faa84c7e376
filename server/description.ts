/**
 * The service described in the words of OpenAPI 3.1: every route the router has, made from what the routes themselves
 * declare (who may use them, what bodies they take) and from `description-words.ts`.
 */
import { z } from 'zod';
import type { Access, DeclaredRoute } from './access.ts';
import { parts, type Part, type RouteWords } from './description-words.ts';
import { catalogue } from './errors.ts';
import { maxFileBytes } from './attachments.ts';

type Json = Readonly<Record<string, unknown>>;

const about = `What this service serves, made from its routes. Devices also hear of everything at \`/faye\` (Bayeux, by
WebSocket or long polling): they subscribe to \`/sdk/apps/{appId}/appusers/{appUserId}\` with their credential in \`ext\`.
Requests must name the service by its own host; a page of another origin is refused unless it was configured.`;

/** @throws Error for a route that nobody has put into words. */
export function describeService(routes: readonly DeclaredRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Onethread service', version: '1', description: about },
    tags: parts.map(({ name, says }) => ({ name, description: says })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      securitySchemes,
      schemas: { Error: errorSchema, Errors: errorsSchema },
      responses: refusals(),
    },
  };
}

const securitySchemes = {
  session: {
    type: 'http',
    scheme: 'basic',
    description: '`appUserId:sessionToken`, of an anonymous or named user.',
  },
  userJwt: {
    type: 'http',
    scheme: 'bearer',
    description: 'A JWT of scope `appUser`, signed with an app key.',
  },
  appKey: { type: 'http', scheme: 'basic', description: '`keyId:secret`.' },
  appJwt: { type: 'http', scheme: 'bearer', description: 'A JWT of scope `app`, signed with an app key.' },
};

const ofUsers = [{ session: [] }, { userJwt: [] }];
const security: Record<Access, readonly Json[]> = {
  public: [],
  operator: [],
  device: [{}, ...ofUsers],
  self: ofUsers,
  participant: ofUsers,
  business: [{ appKey: [] }, { appJwt: [] }],
};

const whom: Record<Access, string> = {
  public: 'For anyone.',
  operator: 'For whoever is at this machine.',
  device: 'For any device that knows the app.',
  self: 'For the user of the path alone; to anyone else there is no such user.',
  participant: 'For who takes part in the conversation; to anyone else there is none.',
  business: 'For the business.',
};

const oneError = {
  type: 'object',
  required: ['code'],
  properties: { code: { enum: Object.keys(catalogue) } },
};
const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: { ...oneError, properties: { ...oneError.properties, description: { type: 'string' } } },
  },
};
const errorsSchema = {
  type: 'object',
  required: ['errors'],
  properties: {
    errors: {
      type: 'array',
      items: { ...oneError, properties: { ...oneError.properties, title: { type: 'string' } } },
    },
  },
};

function operation(route: DeclaredRoute): Json {
  const { part, words } = wordsOf(route);
  const body = bodyOf(route, words);
  return {
    tags: [part.name],
    operationId: operationId(route),
    summary: words.says,
    description: whom[route.access],
    security: security[route.access],
    parameters: [...pathParameters(route), ...queryParameters(words)],
    ...(body !== null && { requestBody: body }),
    responses: responses(route, words),
  };
}

function wordsOf({ method, url }: DeclaredRoute): { part: Part; words: RouteWords } {
  for (const part of parts) {
    const words = part.routes[`${method} ${url}`];
    if (words) return { part, words };
  }
  throw new Error(`${method} ${url} is not described.`);
}

function operationId({ method, url }: DeclaredRoute): string {
  const names = url.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return method.toLowerCase() + names.map((name) => name.slice(0, 1).toUpperCase() + name.slice(1)).join('');
}

function pathParameters({ url }: DeclaredRoute): Json[] {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters({ query = {} }: RouteWords): Json[] {
  return Object.entries(query).map(([name, description]) => ({
    ...{ name, in: 'query', required: false, description },
    schema: { type: 'string' },
  }));
}

function bodyOf({ body, takesFile }: DeclaredRoute, { takes }: RouteWords): Json | null {
  if (takesFile) return { required: true, content: { 'multipart/form-data': { schema: upload } } };
  const shape = body ?? takes;
  return shape === undefined ? null : { content: { 'application/json': { schema: schemaOf(shape) } } };
}

const upload = {
  type: 'object',
  required: ['source'],
  properties: {
    source: { type: 'string', contentMediaType: 'application/octet-stream', maxLength: maxFileBytes },
    message: { type: 'string', contentMediaType: 'application/json' },
    sender: { type: 'string', contentMediaType: 'application/json' },
    author: { type: 'string', contentMediaType: 'application/json' },
  },
};

function schemaOf(shape: z.ZodType): Json {
  const { $schema, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
  void $schema;
  return schema;
}

function responses(route: DeclaredRoute, words: RouteWords): Json {
  const { status, gives, also = [], query } = words;
  const answer = { description: 'Done.', ...(gives !== undefined && { content: contentOf(gives) }) };
  const refused = new Set([
    ...also,
    // Another origin, a foreign Host, too many requests, a fault of ours: these can come anywhere.
    ...[403, 429, 500],
    // A body is read, and may be too much, also where nothing is taken of it.
    ...(route.method === 'GET' ? [] : [400, 413, 415]),
    ...(query !== undefined ? [400] : []),
    ...(route.access === 'public' || route.access === 'operator' ? [] : [401]),
    ...(route.url.includes(':') ? [404] : []),
  ]);
  const others = [...refused].sort((a, b) => a - b).map((code) => [code, other(code, route, words)] as const);
  return Object.fromEntries([[status, answer], ...others]);
}

function contentOf(gives: NonNullable<RouteWords['gives']>): Json {
  if (typeof gives === 'string') return { [gives]: {} };
  const schema =
    gives instanceof z.ZodType
      ? schemaOf(gives)
      : {
          type: 'object',
          required: gives,
          properties: Object.fromEntries(gives.map((name) => [name, {}])),
        };
  return { 'application/json': { schema } };
}

function other(code: number, { url }: DeclaredRoute, { gives }: RouteWords): Json {
  if (code === 204) return { description: 'There is no such user yet.' };
  const isPage = gives === 'text/html' && (code === 400 || code === 401);
  if (isPage)
    return { description: 'The page, saying why.', content: { 'text/html': {}, ...refusalContent('Error') } };
  return { $ref: `#/components/responses/${url.startsWith('/v2/') ? 'Errors' : 'Error'}${code}` };
}

/** Every refusal, in the form of either API. */
function refusals(): Json {
  const codes = [...new Set(Object.values(catalogue).map(([status]) => status))].sort((a, b) => a - b);
  return Object.fromEntries(
    (['Error', 'Errors'] as const).flatMap((form) =>
      codes.map((code) => [`${form}${code}`, refusal(code, form)] as const),
    ),
  );
}

function refusal(code: number, form: 'Error' | 'Errors'): Json {
  const says = Object.entries(catalogue).filter(([, [status]]) => status === code);
  return {
    description: says.map(([name, [, words]]) => `\`${name}\`: ${words}`).join(' '),
    ...(code === 429 && {
      headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
    }),
    content: refusalContent(form),
  };
}

const refusalContent = (form: 'Error' | 'Errors'): Json => ({
  'application/json': { schema: { $ref: `#/components/schemas/${form}` } },
});
