/** The description of everything that is served, held to the router and to what the service does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DeclaredRoute } from '../../server/access.ts';
import { parts } from '../../server/description-words.ts';
import { describeService } from '../../server/description.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';
import { Device } from './device.ts';

const Schema = z.looseObject({ required: z.array(z.string()).optional() });
const Content = z.record(z.string(), z.object({ schema: Schema.optional() }));
const Operation = z.object({
  operationId: z.string(),
  summary: z.string().min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.object({ name: z.string(), in: z.enum(['path', 'query']) })),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: Content.optional() })),
});
type Operation = z.infer<typeof Operation>;
const Description = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({
    securitySchemes: z.record(z.string(), z.looseObject({})),
    schemas: z.record(z.string(), z.looseObject({})),
    responses: z.record(z.string(), z.looseObject({})),
  }),
});

let service: InProcess;
let description: z.infer<typeof Description>;
let operations: { method: string; path: string; operation: Operation }[];
beforeAll(async () => {
  service = await startInProcess({ rateScale: 100 });
  description = Description.parse(describeService(service.app.routes()));
  operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => service.stop());

const routerPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');
const named = ({ method, url }: { method: string; url: string }): string => `${method} ${url}`;

describe('The description', () => {
  it('has every route of the router, and none that is not there', () => {
    const routes = service.app.routes().map(named).toSorted();
    const described = operations.map(({ method, path }) => `${method} ${routerPath(path)}`).toSorted();
    expect(described).toEqual(routes);
    expect(parts.flatMap((part) => Object.keys(part.routes)).toSorted()).toEqual(routes);
    expect(routes.length).toBeGreaterThan(110);
    const absent = operations.filter(
      ({ method, path }) =>
        !service.app.http.hasRoute({
          method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).parse(method),
          url: routerPath(path),
        }),
    );
    expect(absent).toEqual([]);
  });

  it('of a route that nobody has put into words cannot be made', () => {
    const forgotten: DeclaredRoute = { method: 'GET', url: '/forgotten', access: 'public' };
    expect(() => describeService([forgotten])).toThrow('GET /forgotten is not described.');
  });

  it('names every parameter, body and refusal, and who may ask', () => {
    for (const route of service.app.routes()) {
      const operation = description.paths[route.url.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
      const inPath = operation?.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      expect([named(route), inPath]).toEqual([
        named(route),
        [...route.url.matchAll(/:(\w+)/g)].map(([, name]) => name),
      ]);
      const takesBody = route.body !== undefined || route.takesFile === true;
      if (takesBody)
        expect([named(route), operation?.requestBody !== undefined]).toEqual([named(route), true]);
      const statuses = Object.keys(operation?.responses ?? {});
      const needsProof = ['self', 'participant', 'business'].includes(route.access);
      expect(statuses).toEqual(expect.arrayContaining(['403', '429', ...(needsProof ? ['401'] : [])]));
      if (inPath?.length) expect(statuses).toContain('404');
      expect([named(route), operation?.security.length === 0]).toEqual([
        named(route),
        route.access === 'public' || route.access === 'operator',
      ]);
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refers to nothing that is not in it', () => {
    const text = JSON.stringify(description);
    const refs = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
    const { schemas, responses } = description.components;
    const known = Object.entries({ schemas, responses }).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `#/components/${kind}/${name}`),
    );
    expect(refs.filter((ref) => ref === undefined || !known.includes(ref))).toEqual([]);
    const schemes = Object.keys(description.components.securitySchemes);
    const used = operations.flatMap(({ operation }) => operation.security.flatMap((one) => Object.keys(one)));
    expect(new Set(used)).toEqual(new Set(schemes));
  });

  it('is what the service hands out, and what docs/service-api.json says', async () => {
    const served: unknown = await (await fetch(`${service.ready.baseUrl}/openapi.json`)).json();
    expect(served).toEqual(JSON.parse(JSON.stringify(describeService(service.app.routes()))));
    const written: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../docs/service-api.json'), 'utf8'),
    );
    expect(written, 'run `npm run describe`').toEqual(served);
  });

  it('knows every answer the service gives: without a credential, with a person’s, with the business’s', async () => {
    const { ready } = service;
    const ana = new Device(ready);
    const bundle = await ana.create();
    const sent = await ana.send('hello');
    const basic = (name: string, word: string) =>
      `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
    const token = ana.credential.kind === 'session' ? ana.credential.token : '';
    const ids: Record<string, string> = {
      ...{ appId: ready.appId, appUserId: ana.appUserId, user: ana.appUserId, message: sent._id },
      ...{ conversation: bundle.conversation?._id ?? '', conversationId: bundle.conversation?._id ?? '' },
    };
    const credentials = [
      undefined,
      'Bearer x.y.z',
      basic(ana.appUserId, token),
      basic(ready.appKey.id, ready.appKey.secret),
    ];
    const bodies = [undefined, '{}', '[', `"${'x'.repeat(200_000)}"`];
    const wrong: string[] = [];
    let answered = 0;
    for (const route of service.app.routes().filter(({ method }) => method !== 'DELETE')) {
      const operation = description.paths[route.url.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
      const path = route.url.replace(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(ids[name] ?? 'missing'),
      );
      for (const authorization of route.url.endsWith('/logout') ? credentials.slice(0, 2) : credentials) {
        for (const body of route.method === 'GET' ? [undefined] : bodies) {
          const response = await fetch(`${ready.baseUrl}${path}`, {
            method: route.method,
            headers: {
              'content-type': 'application/json',
              ...(authorization !== undefined && { authorization }),
            },
            ...(body !== undefined && { body }),
          });
          const text = await response.text();
          const described = operation?.responses[String(response.status)];
          const type = response.headers.get('content-type')?.split(';')[0] ?? '';
          const schema = described?.content?.[type]?.schema;
          if (described === undefined) wrong.push(`${named(route)}: ${response.status}`);
          else if (response.ok && type === 'application/json') {
            const absent = (schema?.required ?? []).filter(
              (name) => !(name in z.looseObject({}).parse(JSON.parse(text))),
            );
            if (schema === undefined || absent.length > 0)
              wrong.push(`${named(route)}: without ${absent.join(', ')}`);
            answered += 1;
          }
        }
      }
    }
    expect([...new Set(wrong)]).toEqual([]);
    expect(answered).toBeGreaterThan(40);
  });
});
