/** Ids of different people in one request, at every place where an id can stand: nobody sees or changes what is another's. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WirePosted } from '../../contract/sdk-api.ts';
import { Device, business, expectStatus, newUserId, say, userJwt, type Feed } from './device.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';

const mixes = Number(process.env['ONETHREAD_MIXES'] ?? 5_000);
const seed = Number(process.env['ONETHREAD_SEED'] ?? 20_262);
const canary = 'canary-of-another';

/** Somebody whose every word is marked, and every id by which their things are known. */
interface Victim {
  readonly device: Device;
  readonly feed: Feed;
  readonly ids: Readonly<Record<string, string>>;
  /** All that is theirs, as they see it. */
  everything(): Promise<unknown>;
}

let service: InProcess;
let ana: Device;
let anasJwt: Device;
let victims: Victim[];

const Created = z.object({ conversation: z.object({ id: z.string() }) });
const Said = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });

async function victim(name: string, userId: string | null): Promise<Victim> {
  const { ready } = service;
  const device = new Device(ready, `${name}-client-${crypto.randomUUID()}`);
  if (userId === null) await device.create();
  else await device.login(userId, await userJwt(ready, userId));
  const about = { givenName: `${canary} name`, properties: { secret: `${canary} property` } };
  if (device.appUserId === '') await device.create({ userId, ...about });
  else await device.request('PUT', device.own, about);
  const sent = await device.send(`${canary} message`, `${name}-key`);
  const conversationId = (await device.page()).conversation._id;
  const answer = Said.parse(
    expectStatus(
      await say(ready, conversationId, {
        type: 'text',
        text: `${canary} answer`,
        actions: [{ type: 'postback', text: 'Press', payload: `${canary} payload` }],
      }),
      201,
    ),
  );
  const group = Created.parse(
    expectStatus(
      await business(ready, 'POST', '/conversations', {
        ...{ type: 'sdkGroup', displayName: `${canary} group`, metadata: { secret: `${canary} metadata` } },
        participants: [{ userId: device.appUserId }],
      }),
      201,
    ),
  ).conversation.id;
  await say(ready, group, `${canary} in the group`);
  const actions = (await device.page()).messages.flatMap(({ actions: some = [] }) => some);
  const feed = await device.listen();
  const two = `${ready.baseUrl}/sdk/v2/apps/${ready.appId}`;
  const own = async (url: string): Promise<unknown> => {
    const { authorization } = headersOf(device);
    const { body } = await service.app.http.inject({
      method: 'GET',
      url: url.replace(ready.baseUrl, ''),
      headers: { authorization },
    });
    return JSON.parse(body);
  };
  return {
    device,
    feed,
    ids: {
      appUserId: device.appUserId,
      conversationId,
      group,
      messageId: sent._id,
      answerId: answer.messages[0]?.id ?? '',
      actionId: actions[0]?._id ?? '',
      clientId: device.clientId,
      clientMessageId: `${name}-key`,
      ...(userId !== null && { userId }),
    },
    everything: async () => {
      const { appUser } = z
        .object({ appUser: z.looseObject({}) })
        .parse((await device.request('GET', device.own)).body);
      // Which device says it is whose is each device's own word, and the last one counts.
      const person = { ...appUser, clients: [] };
      return {
        person,
        page: (await device.request('GET', `${device.own}/messages`)).body,
        group: await own(`${two}/conversations/${group}/messages`),
      };
    },
  };
}

function headersOf({ credential }: Device): { authorization: string } {
  if (credential.kind === 'jwt') return { authorization: `Bearer ${credential.jwt}` };
  const { id, token } = credential.kind === 'session' ? credential : { id: '', token: '' };
  return { authorization: `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}` };
}

beforeAll(async () => {
  service = await startInProcess({ rateScale: 1_000 });
  const { ready } = service;
  victims = [await victim('bo', newUserId('bo')), await victim('cy', null)];
  ana = new Device(ready);
  await ana.create();
  await ana.send('of Ana');
  anasJwt = new Device(ready);
  const named = newUserId('ana');
  await anasJwt.login(named, await userJwt(ready, named));
  await anasJwt.create({ userId: named });
  await anasJwt.send('of the other Ana');
});
afterAll(async () => {
  for (const { feed } of victims) feed.close();
  await service.stop();
});

describe('Ids of several people in one request', () => {
  it(`S-02 give nobody a byte of another’s and change nothing of theirs, in ${mixes} mixes (seed ${seed})`, async () => {
    const { app, ready } = service;
    const before = await Promise.all(victims.map((one) => one.everything()));
    const heard = victims.map(({ feed }) => feed.events.length);
    const askers = await Promise.all(
      [ana, anasJwt].map(async (device) => ({
        device,
        conversationId: (await device.page()).conversation._id,
      })),
    );
    const foreign = victims.flatMap(({ ids }) => Object.values(ids));
    const routes = app
      .routes()
      .filter(
        ({ access, url }) =>
          access !== 'business' &&
          access !== 'operator' &&
          !url.startsWith('/demo') &&
          !url.startsWith('/desk'),
      )
      // They would end Ana's own sessions, and all that follows would be refused for that.
      .filter(({ url }) => !url.endsWith('/logout'));
    const id = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...foreign) },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    const names = fc.constantFrom(
      ...[
        'appUserId',
        'userId',
        'conversationId',
        '_id',
        'id',
        'messageId',
        'clientId',
        'authorId',
        'author',
        'conversation',
      ],
      ...[
        'participants',
        'appUser',
        'sender',
        'client',
        'actionId',
        '_clientId',
        'sessionToken',
        'externalId',
        'after',
        'before',
      ],
    );
    const mixed = fc.dictionary(names, id, { maxKeys: 4 });
    const made = fc.record({
      asker: fc.constantFrom(...askers),
      route: fc.constantFrom(...routes),
      path: fc.array(id, { minLength: 3, maxLength: 3 }),
      query: mixed,
      body: mixed,
      inner: mixed,
      headers: fc.dictionary(
        fc.constantFrom(
          'x-smooch-clientid',
          'x-smooch-appid',
          'x-appuser-id',
          'x-user-id',
          'x-original-url',
          'cookie',
        ),
        id,
        { maxKeys: 2 },
      ),
      shape: fc.constantFrom('message', 'client', 'activity', 'postback', 'login', 'none'),
      isMultipart: fc.constantFrom(false, false, false, true),
    });
    const plan = fc.sample(made, { seed, numRuns: mixes });
    const leaks: string[] = [];
    const answered = new Map<number, number>();
    for (const one of plan) {
      const { asker, route, path, headers, isMultipart } = one;
      let next = 0;
      const own: Record<string, string> = {
        appId: ready.appId,
        appUserId: asker.device.appUserId,
        conversationId: asker.conversationId,
      };
      const url = route.url.replace(/:(\w+)/g, (_, name: string) => {
        const given = name === 'appId' ? null : path[next++ % path.length];
        return encodeURIComponent(given ?? own[name] ?? 'x');
      });
      const query = new URLSearchParams(defined(one.query)).toString();
      const content = bodyOf(one.shape, one.body, one.inner, asker.device.client);
      const multipart = route.method === 'POST' && isMultipart;
      const { statusCode, body } = await app.http.inject({
        method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).parse(route.method),
        url: `${url}?${query}`,
        headers: {
          ...headersOf(asker.device),
          ...defined(headers),
          'content-type': multipart ? 'multipart/form-data; boundary=part' : 'application/json',
        },
        ...(route.method !== 'GET' && { payload: multipart ? parts(content) : JSON.stringify(content) }),
      });
      answered.set(statusCode, (answered.get(statusCode) ?? 0) + 1);
      if (body.includes(canary))
        leaks.push(`${route.method} ${url}?${query} ${JSON.stringify(content)} → ${body}`);
    }
    console.log(`seed ${seed}:`, Object.fromEntries([...answered].toSorted(([a], [b]) => a - b)));
    expect(leaks).toEqual([]);
    // The mixes are no mere garbage: many are let in as far as the asker's own things go.
    for (const status of [200, 201, 400, 404]) expect(answered.get(status) ?? 0).toBeGreaterThan(mixes / 100);
    expect(await Promise.all(victims.map((one) => one.everything()))).toEqual(before);
    expect(victims.map(({ feed }) => feed.events.length)).toEqual(heard);
  }, 120_000);

  it('S-02 do show what is one’s own: the canary is there to be found', async () => {
    for (const { device, everything } of victims) {
      expect(JSON.stringify(await everything()).split(canary).length).toBeGreaterThan(6);
      expect(JSON.stringify((await device.request('GET', device.own)).body)).toContain(`${canary} name`);
    }
  });

  it('S-02 press nobody else’s buttons, and repeat nobody else’s message', async () => {
    for (const { ids } of victims) {
      const pressed = await ana.request('POST', `${ana.own}/postback`, {
        postback: { actionId: ids['actionId'] },
      });
      expect(pressed).toMatchObject({ status: 404, body: { error: { code: 'action_not_found' } } });
      const repeated = await ana.post({ text: 'my own', _clientId: ids['clientMessageId'] });
      expect(WirePosted.parse(expectStatus(repeated, 201)).message).toMatchObject({
        text: 'my own',
        authorId: ana.appUserId,
      });
    }
  });
});

function defined(given: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

/** What a route wants, with another's ids beside and inside of it. */
function bodyOf(
  shape: string,
  beside: Record<string, string | null>,
  inside: Record<string, string | null>,
  client: Device['client'],
): Record<string, unknown> {
  const [outer, inner] = [defined(beside), defined(inside)];
  const wanted: Record<string, object> = {
    message: { message: { text: 'of Ana', ...inner }, sender: { type: 'appUser', client } },
    client: { client, ...inner },
    activity: { activity: { type: 'typing:start', ...inner } },
    postback: { postback: { actionId: inner['actionId'] ?? 'x', ...inner } },
    // With a name of one's own and somebody else's past, which the token does not prove.
    login: { userId: 'somebody-new', client, ...inner, ...(inner['userId'] && { userId: 'somebody-new' }) },
  };
  return { ...outer, ...wanted[shape] };
}

function parts(content: Record<string, unknown>): string {
  const fields = Object.entries(content).map(
    ([name, value]) =>
      `--part\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${typeof value === 'string' ? value : JSON.stringify(value)}\r\n`,
  );
  const file =
    '--part\r\nContent-Disposition: form-data; name="source"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nmine\r\n';
  return `${fields.join('')}${file}--part--\r\n`;
}
