/** Every route the service has, as every kind of asker, about their own things and others'; the table is printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import Fastify from 'fastify';
import { requireDeclarations, type Access, type DeclaredRoute } from '../../server/access.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';
import { Device, mint, newUserId, userJwt } from './device.ts';
import { leavesTables, leaveTable } from './tables.ts';

let service: InProcess;
let people: { ana: Device; bo: Device };
let principals: Record<string, string | undefined>;
beforeAll(async () => {
  service = await startInProcess({ rateScale: 100 });
  const { ready } = service;
  const [ana, bo] = [new Device(ready), new Device(ready)];
  const named = newUserId('jwt');
  for (const device of [ana, bo]) {
    await device.create();
    await device.send('hello');
  }
  people = { ana, bo };
  const basic = (name: string, word: string) => `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
  const tokenOf = ({ credential }: Device) => (credential.kind === 'session' ? credential.token : '');
  principals = {
    nobody: undefined,
    garbage: 'Bearer x.y.z',
    expired: `Bearer ${await mint(ready.appKey, { scope: 'appUser', userId: named, exp: 1 })}`,
    'other key': `Bearer ${await mint({ id: 'app_0', secret: 'x' }, { scope: 'app' })}`,
    'wrong scope': `Bearer ${await mint(ready.appKey, { scope: 'account', userId: named })}`,
    Ana: basic(ana.appUserId, tokenOf(ana)),
    Bo: basic(bo.appUserId, tokenOf(bo)),
    'Bo as Ana': basic(ana.appUserId, tokenOf(bo)),
    'a JWT': `Bearer ${await userJwt(ready, named)}`,
    'app key': basic(ready.appKey.id, ready.appKey.secret),
    'app JWT': `Bearer ${await mint(ready.appKey, { scope: 'app' })}`,
  };
});
afterAll(() => service.stop());

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly text: string;
}

const Refused = z.union([
  z.object({ error: z.object({ code: z.string() }) }).transform(({ error }) => error.code),
  z
    .object({ errors: z.array(z.object({ code: z.string() })) })
    .transform(({ errors }) => errors[0]?.code ?? ''),
]);

/** Nothing is sent but who asks: whoever is let in is told that the body is wrong, or gets an answer. */
async function ask(
  route: DeclaredRoute,
  ids: Record<string, string>,
  authorization?: string,
): Promise<Answer> {
  const path = route.url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'missing'));
  const response = await fetch(`${service.ready.baseUrl}${path}`, {
    method: route.method,
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const code = response.status >= 400 && isJson ? Refused.parse(JSON.parse(text)) : '';
  return { status: response.status, code, text };
}

type Verdict = 'in' | '401' | '403' | '404';

function verdictOf({ status, code }: Answer, access: Access): Verdict {
  if (status === 401 || status === 403) return status === 401 ? '401' : '403';
  // The business may ask after anyone, and is told if there is no such user.
  const hidden = access === 'participant' ? 'conversation_not_found' : 'user_not_found';
  return code === hidden && access !== 'business' ? '404' : 'in';
}

const devices: Record<string, Verdict> = {
  garbage: '401',
  expired: '401',
  'other key': '401',
  'wrong scope': '401',
  'app JWT': '401',
};
/** What must come out, for whoever is not let in. Ids are Ana's. */
const expected: Record<Access, Record<string, Verdict>> = {
  public: {},
  operator: {},
  device: devices,
  self: { ...devices, nobody: '401', Bo: '404', 'Bo as Ana': '401', 'a JWT': '404', 'app key': '401' },
  participant: { ...devices, nobody: '401', Bo: '404', 'Bo as Ana': '401', 'a JWT': '404', 'app key': '401' },
  business: {
    ...{ nobody: '401', garbage: '401', expired: '401', 'other key': '401', 'wrong scope': '403' },
    ...{ Ana: '401', Bo: '401', 'Bo as Ana': '401', 'a JWT': '403' },
  },
};

/** A route that would take its user or its keys away would spoil the rows behind it; nobody is let in there. */
const isLast = ({ url }: DeclaredRoute): boolean => url.endsWith('/logout');
const rows = (): DeclaredRoute[] =>
  service.app.routes().toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)));

describe('The authorisation of every route', () => {
  it('S-01 is what it says, for every kind of asker', async () => {
    const conversationId = (await people.ana.page()).conversation._id;
    const ids = { appId: service.ready.appId, appUserId: people.ana.appUserId, conversationId };
    const names = Object.keys(principals);
    const wrong: string[] = [];
    const table = [['route', 'for', ...names]];
    for (const route of rows()) {
      const cells: string[] = [];
      for (const name of names) {
        const got = verdictOf(await ask(route, ids, principals[name]), route.access);
        const wanted = expected[route.access][name] ?? 'in';
        cells.push(got);
        if (got !== wanted) wrong.push(`${route.method} ${route.url} as ${name}: ${got}, not ${wanted}`);
      }
      table.push([`${route.method} ${route.url}`, route.access, ...cells]);
    }
    const shown = table.map((cells) => `| ${cells.join(' | ')} |`);
    console.log(shown.join('\n'));
    leaveTable('authorisation', shown);
    expect(wrong).toEqual([]);
    expect(table.length).toBeGreaterThan(100);
    const written = readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8').split('\n');
    const isMissing = (line: string): boolean => !written.includes(line);
    expect(leavesTables || shown.filter(isMissing).length === 0, 'run `npm run conformance`').toBe(true);
  });

  it('S-04 never lets another’s id be told from one that nobody has, or that is none', async () => {
    const own = rows().filter(({ access }) => access === 'self' || access === 'participant');
    const theirs = (await people.bo.page()).conversation._id;
    expect(own.length).toBeGreaterThan(8);
    for (const route of own) {
      for (const credential of [principals['Ana'], principals['a JWT'], principals['nobody']]) {
        const answers: Answer[] = [];
        for (const id of [null, '0123456789abcdef01234567', 'x', '../x', '%', 'x'.repeat(200)]) {
          const [appUserId, conversationId] = [id ?? people.bo.appUserId, id ?? theirs];
          answers.push(
            await ask(route, { appId: service.ready.appId, appUserId, conversationId }, credential),
          );
        }
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      }
    }
  });

  it('is for this app alone', async () => {
    for (const route of rows().filter(({ url }) => url.includes(':appId'))) {
      const principal = principals[route.access === 'business' ? 'app key' : 'Ana'];
      const { status, code } = await ask(
        route,
        { appId: 'other', appUserId: people.ana.appUserId },
        principal,
      );
      expect([route.url, status, code]).toEqual([route.url, 404, 'app_not_found']);
    }
  });

  it('S-01 is declared, or nothing starts', async () => {
    const http = Fastify();
    requireDeclarations(http);
    http.get('/forgotten', async () => 'x');
    await expect(http.ready()).rejects.toThrow('GET /forgotten does not say who may use it.');
  });

  it('S-03 takes no role, id, time or owner from a body', async () => {
    const { ana, bo } = people;
    const forged = {
      role: 'appMaker',
      _id: 'x',
      received: 1,
      authorId: bo.appUserId,
      appUserId: bo.appUserId,
      source: { type: 'api' },
    };
    const reply = await ana.post({
      text: 'mine',
      ...forged,
      name: 'Support',
      avatarUrl: 'https://evil.example',
    });
    const { message } = z.object({ message: z.record(z.string(), z.unknown()) }).parse(reply.body);
    expect(message).toMatchObject({
      role: 'appUser',
      authorId: ana.appUserId,
      source: { type: 'web', id: ana.clientId },
    });
    expect(Object.keys(message).toSorted()).toEqual([
      '_id',
      'authorId',
      'received',
      'role',
      'source',
      'text',
      'type',
    ]);
    expect(message['received']).toBeGreaterThan(1_000_000);
    await ana.request('PUT', ana.own, {
      givenName: 'Ana',
      userId: 'root',
      _id: 'x',
      credentialRequired: true,
    });
    const { body } = await ana.request('GET', ana.own);
    expect(body).toMatchObject({
      appUser: { _id: ana.appUserId, givenName: 'Ana', credentialRequired: false },
    });
    expect(JSON.stringify(body)).not.toContain('root');
  });
});
