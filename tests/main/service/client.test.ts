import { describe, expect, it } from 'vitest';
import {
  ActionId,
  AppId,
  AppUserId,
  ClientId,
  ClientMessageId,
  EpochMs,
  UserId,
} from '../../../contract/ids.ts';
import type { Result } from '../../../contract/failure.ts';
import type { HttpAnswer, HttpRequest } from '../../../main/ports/http.ts';
import type { KnownSpeaker } from '../../../main/ports/service.ts';
import { createSignal } from '../../../main/ports/signal.ts';
import { ServiceClient } from '../../../main/service/client.ts';
import { ManualClock, settle } from '../../fakes/clock.ts';
import { bodyAnswer, jsonAnswer, ScriptedHttp } from '../../fakes/http.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { FakeRealtime } from '../../fakes/realtime.ts';
import { bundle, clientMessageId, config, ids, ownText, page } from './recorded.ts';

const clientId = ClientId.parse(ids.here);
const bob = UserId.parse(bundle.appUser.userId);
const jwt = { kind: 'jwt', jwt: 'h.p.s' } as const;
const session = { kind: 'session', sessionToken: 'tok' } as const;
const known: KnownSpeaker = { clientId, userId: bob, appUserId: AppUserId.parse(ids.bob), credential: jwt };
const nobody = { clientId, userId: null, credential: null };
const outgoing = {
  clientMessageId: ClientMessageId.parse(clientMessageId),
  text: 'Hello',
  payload: null,
  metadata: { order: 7 },
};
const posted = { message: ownText, conversation: bundle.conversation };

/** A client whose service answers `answer` to everything but the configuration. */
function clientOf(
  answer: HttpAnswer | ((request: HttpRequest) => HttpAnswer),
  configUrl = 'https://config.example/sdk',
) {
  const http = new ScriptedHttp((request) => {
    if (request.url.endsWith('/config')) return jsonAnswer(200, config);
    return typeof answer === 'function' ? answer(request) : answer;
  });
  const [log, realtime, clock] = [new RecordingLog(), new FakeRealtime(), new ManualClock()];
  const device = {
    vendor: 'onethread',
    sdkVersion: '0.1.0',
    appName: 'Onethread',
    appVersion: '0.2.0',
    os: 'Linux',
    osVersion: '6',
  };
  const service = new ServiceClient({
    http,
    realtime,
    clock,
    log,
    configUrl,
    appId: AppId.parse(ids.app),
    device,
  });
  return { service, http, log, realtime };
}

/** A JWT without a signature worth the name: nobody here can check one. */
function jwtOf(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.c2ln`;
}

type Client = ServiceClient;
const calls: readonly (readonly [
  string,
  (service: Client) => Promise<Result<unknown>>,
  unknown,
  Partial<HttpRequest>,
])[] = [
  [
    'login',
    (service) => service.login({ ...nobody, userId: bob, credential: jwt }, null),
    bundle,
    {
      method: 'POST',
      url: 'login',
      timeoutMs: 15_000,
      authorization: { scheme: 'bearer', token: 'h.p.s' },
      json: { userId: bob, client: expect.anything() as unknown },
    },
  ],
  [
    'createUser',
    (service) => service.createUser({ ...nobody, userId: bob, credential: jwt }, { givenName: 'Bob' }),
    bundle,
    {
      method: 'POST',
      url: 'appusers',
      json: { givenName: 'Bob', userId: bob, client: expect.anything() as unknown },
    },
  ],
  [
    'user',
    (service) => service.user({ ...known, credential: session }),
    bundle,
    {
      method: 'GET',
      url: `appusers/${ids.bob}`,
      authorization: { scheme: 'basic', user: ids.bob, password: 'tok' },
    },
  ],
  [
    'updateUser',
    (service) => service.updateUser(known, { surname: 'Doe' }),
    {},
    {
      method: 'PUT',
      url: `appusers/${ids.bob}`,
      json: { surname: 'Doe' },
    },
  ],
  [
    'page',
    (service) => service.page(known, null),
    page,
    {
      method: 'GET',
      url: `appusers/${ids.bob}/messages`,
      timeoutMs: 30_000,
    },
  ],
  [
    'page before',
    (service) => service.page(known, EpochMs.parse(1444348399999)),
    page,
    {
      url: `appusers/${ids.bob}/messages?before=1444348399.999`,
    },
  ],
  [
    'send',
    (service) => service.send(known, outgoing),
    posted,
    {
      method: 'POST',
      url: `appusers/${ids.bob}/messages`,
      json: {
        message: {
          type: 'text',
          role: 'appUser',
          text: 'Hello',
          metadata: { order: 7, clientMessageId },
          _clientId: clientMessageId,
        },
        sender: {
          type: 'appUser',
          client: {
            platform: 'web',
            id: ids.here,
            appVersion: '0.2.0',
            info: {
              vendor: 'onethread',
              sdkVersion: '0.1.0',
              appName: 'Onethread',
              appVersion: '0.2.0',
              os: 'Linux',
              osVersion: '6',
              devicePlatform: 'electron',
            },
          },
        },
      },
    },
  ],
  [
    'markRead',
    (service) => service.markRead(known),
    undefined,
    {
      method: 'POST',
      url: `appusers/${ids.bob}/conversation/read`,
    },
  ],
  [
    'typing',
    (service) => service.typing(known, true),
    undefined,
    {
      method: 'POST',
      url: `appusers/${ids.bob}/conversation/activity`,
      json: { activity: { type: 'typing:start' }, sender: expect.anything() as unknown },
    },
  ],
  [
    'triggerPostback',
    (service) => service.triggerPostback(known, ActionId.parse('a1')),
    undefined,
    {
      method: 'POST',
      url: `appusers/${ids.bob}/postback`,
      json: { postback: { actionId: 'a1' }, sender: expect.anything() as unknown },
    },
  ],
  [
    'logout',
    (service) => service.logout(known),
    {},
    {
      method: 'POST',
      url: `appusers/${ids.bob}/logout`,
      json: { client: { id: ids.here } },
    },
  ],
];

describe('A call to the service', () => {
  it.each(calls)(
    '%s is one request, to the address of the configuration',
    async (_name, call, json, expected) => {
      const { service, http } = clientOf(jsonAnswer(200, json));
      expect((await call(service)).ok).toBe(true);
      expect(http.requests).toHaveLength(2);
      const base = `https://api.example/sdk/apps/${ids.app}/`;
      expect(http.last).toMatchObject({ ...expected, url: `${base}${expected.url}` });
      expect(http.last.headers).toEqual({
        accept: 'application/json',
        'content-type': 'application/json',
        'x-smooch-sdk': 'web/onethread/0.1.0',
        'x-smooch-appid': ids.app,
        'x-smooch-clientid': ids.here,
      });
      if (expected.json === undefined) expect(http.last).not.toHaveProperty('json');
    },
  );

  it.each(calls)('%s takes what is not an answer of the service for none', async (_name, call) => {
    for (const answer of [
      jsonAnswer(302, undefined),
      { kind: 'garbled', status: 200 } as const,
      jsonAnswer(500, { error: { code: 'x' } }),
      { kind: 'timeout' } as const,
    ]) {
      const { service } = clientOf(answer);
      expect(await call(service)).toEqual({ ok: false, failure: { kind: 'unavailable' } });
    }
  });

  it.each(calls.filter(([name]) => ['user', 'page', 'send', 'createUser'].includes(name)))(
    '%s needs to be told something, and something we know',
    async (name, call) => {
      for (const empty of [jsonAnswer(204, undefined), jsonAnswer(200, undefined), jsonAnswer(202, {})]) {
        expect(await call(clientOf(empty).service)).toEqual({ ok: false, failure: { kind: 'unavailable' } });
      }
      for (const strange of [{}, null, [], 'ok', { appUser: 5, messages: {}, message: [] }]) {
        const { service, log } = clientOf(jsonAnswer(200, strange));
        expect(await call(service)).toEqual({ ok: false, failure: { kind: 'malformed', where: name } });
        expect(log.about('service.malformed')).toHaveLength(1);
      }
    },
  );

  it.each(calls)('%s leaves nothing half-done however an answer is cut', async (_name, call, json) => {
    const body = JSON.stringify(json ?? {});
    const whole = await call(clientOf(bodyAnswer(200, body)).service);
    expect(whole.ok).toBe(true);
    const step = Math.max(1, Math.floor(body.length / 400));
    for (let cut = 1; cut < body.length; cut += step) {
      const result = await call(clientOf(bodyAnswer(200, body.slice(0, cut))).service);
      expect(result, `cut at ${cut}`).toEqual({ ok: false, failure: { kind: 'unavailable' } });
    }
  });

  it('is not made for a signal that is aborted already', async () => {
    const { service, http } = clientOf(jsonAnswer(200, page));
    const wanted = createSignal();
    wanted.abort();
    expect(await service.page(known, null, wanted.signal)).toEqual({
      ok: false,
      failure: { kind: 'offline' },
    });
    expect(http.requests.map(({ url }) => url)).not.toContainEqual(expect.stringContaining('/messages'));
  });

  it('hands its signal on', async () => {
    const { service, http } = clientOf(jsonAnswer(200, page));
    const { signal } = createSignal();
    await service.page(known, null, signal);
    expect(http.last.signal).toBe(signal);
  });

  it.each(['with space', 'line\nbreak', 'ünïcode', ''])('is not made with %j for a JWT', async (text) => {
    const { service, http } = clientOf(jsonAnswer(200, page));
    const answer = await service.page({ ...known, credential: { kind: 'jwt', jwt: text } }, null);
    expect(answer).toEqual({ ok: false, failure: { kind: 'signedOut', reason: 'invalid' } });
    expect(http.requests.some(({ authorization }) => authorization !== null)).toBe(false);
  });

  it('never tells its log who speaks or what is said', async () => {
    const { service, log } = clientOf(jsonAnswer(401, { error: { code: 'invalid_auth', description: bob } }));
    for (const [, call] of calls) await call(service);
    expect(log.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(log.lines)).not.toMatch(/bob|h\.p\.s|tok|Hello|5f1a1a2b|aaaa/i);
  });
});

describe('The configuration', () => {
  it('is asked for once, however many calls wait for it', async () => {
    const { service, http } = clientOf(jsonAnswer(200, page));
    await Promise.all([service.page(known, null), service.page(known, null), service.config()]);
    await service.page(known, null);
    expect(http.requests.filter(({ url }) => url.endsWith('/config'))).toHaveLength(2);
    expect(http.requests[0]).toMatchObject({
      method: 'GET',
      url: `https://config.example/sdk/apps/${ids.app}/config`,
      authorization: null,
    });
    expect(http.requests[0]?.headers).not.toHaveProperty('x-smooch-clientid');
  });

  it('is asked for again after it could not be had', async () => {
    const { service, http } = clientOf(jsonAnswer(200, page));
    const honest = http.respond;
    http.respond = () => ({ kind: 'unreachable' });
    expect(await service.page(known, null)).toEqual({ ok: false, failure: { kind: 'offline' } });
    expect(service.configured).toBeNull();
    http.respond = honest;
    expect((await service.page(known, null)).ok).toBe(true);
  });

  it.each([
    ['unknown', jsonAnswer(404, { error: { code: 'app_not_found' } }), { kind: 'unknownApp' }],
    [
      'switched off',
      jsonAnswer(200, { config: { ...config.config, app: { status: 'inactive' } } }),
      { kind: 'unknownApp' },
    ],
    ['strange', jsonAnswer(200, { config: {} }), { kind: 'malformed', where: 'config' }],
    [
      'pointing to where no credential may go',
      jsonAnswer(200, { config: { ...config.config, baseUrl: { web: 'http://evil.tld/' } } }),
      { kind: 'malformed', where: 'config' },
    ],
  ])('that is %s stops every call', async (_name, answer, failure) => {
    const { service, http } = clientOf(jsonAnswer(200, page));
    http.respond = () => answer;
    expect(await service.page(known, null)).toEqual({ ok: false, failure });
    expect(http.requests).toHaveLength(1);
  });

  it.each(['http://config.example/sdk', 'ftp://x', 'nonsense'])(
    'is never asked for at %s',
    async (configUrl) => {
      const { service, http } = clientOf(jsonAnswer(200, page), configUrl);
      expect(await service.config()).toMatchObject({ failure: { kind: 'rejected', code: 'insecure_url' } });
      expect(http.requests).toEqual([]);
    },
  );
});

describe('A login', () => {
  const who = { ...nobody, userId: bob, credential: jwt };

  it('brings the anonymous user along by its token', async () => {
    const { service, http } = clientOf(jsonAnswer(200, bundle));
    await service.login(who, { appUserId: AppUserId.parse(ids.eve), sessionToken: 'anon' });
    expect(http.last.json).toMatchObject({ userId: bob, appUserId: ids.eve, sessionToken: 'anon' });
    await service.login({ ...who, credential: null }, null);
    expect(http.last.authorization).toBeNull();
    expect(http.last.json).not.toHaveProperty('appUserId');
  });

  it.each([jsonAnswer(204, undefined), jsonAnswer(200, {}), jsonAnswer(200, undefined)])(
    'of somebody who has not written yet is proven and not created',
    async (answer) => {
      expect(await clientOf(answer).service.login(who, null)).toEqual({ ok: true, value: null });
    },
  );

  it('never keeps a session token beside a JWT', async () => {
    const answer = jsonAnswer(200, bundle);
    const byJwt = await clientOf(answer).service.login(who, null);
    const byName = await clientOf(answer).service.login({ ...who, credential: null }, null);
    expect([byJwt, byName]).toMatchObject([
      { value: { sessionToken: null } },
      { value: { sessionToken: 'token' } },
    ]);
  });

  it("never takes somebody else's thread for this person's", async () => {
    const eve = { ...bundle, appUser: { ...bundle.appUser, _id: ids.eve, userId: 'eve' } };
    const { service } = clientOf(jsonAnswer(200, eve));
    expect(await service.login(who, null)).toMatchObject({ failure: { kind: 'malformed', where: 'login' } });
    expect(await service.createUser(who, {})).toMatchObject({ failure: { kind: 'malformed' } });
    expect(await service.createUser(nobody, {})).toMatchObject({ failure: { kind: 'malformed' } });
    expect(await service.user(known)).toMatchObject({ failure: { kind: 'malformed', where: 'user' } });
  });
});

describe('A message sent', () => {
  it.each([
    ['that is not echoed as ours', { ...ownText, _clientId: undefined, metadata: undefined }],
    ['that is echoed as another one', { ...ownText, _clientId: ownText._id }],
    ['that is answered as the business', { ...ownText, role: 'appMaker' }],
  ])('is known by its client message id, also one %s', async (_name, message) => {
    const { service } = clientOf(jsonAnswer(201, { message }));
    expect(await service.send(known, outgoing)).toMatchObject({
      value: {
        key: clientMessageId,
        clientMessageId,
        id: ownText._id,
        author: { kind: 'self' },
        status: 'sent',
      },
    });
  });

  it('carries a payload if there is one, and no text a database would cut', async () => {
    const { service, http } = clientOf(jsonAnswer(201, posted));
    await service.send(known, { ...outgoing, text: 'a\0b', payload: 'YES' });
    expect(http.last.json).toMatchObject({ message: { text: 'a\uFFFDb', payload: 'YES' } });
  });
});

describe('The sign-in of the business', () => {
  const byPassword = { kind: 'password', userId: bob, password: 'secret' } as const;
  const signIn = (answer: HttpAnswer) => clientOf(answer).service.signIn(byPassword);
  const granted = { userId: bob, jwt: 'h.p.s', expiresAt: '2026-03-01T12:00:00.000Z', refreshToken: 'next' };

  it.each([
    [byPassword, { userId: bob, password: 'secret' }],
    [{ kind: 'refresh', refreshToken: 'once' } as const, { refreshToken: 'once' }],
    [{ kind: 'code', code: 'c', verifier: 'v' } as const, { code: 'c', codeVerifier: 'v' }],
  ])('is asked at its own address, by nobody in particular: $kind', async (by, json) => {
    const { service, http } = clientOf(jsonAnswer(200, granted));
    expect(await service.signIn(by)).toEqual({
      ok: true,
      value: { userId: bob, jwt: 'h.p.s', expiresAt: Date.UTC(2026, 2, 1, 12), refreshToken: 'next' },
    });
    expect(http.last).toMatchObject({
      method: 'POST',
      url: 'https://config.example/sign-in',
      authorization: null,
      json,
    });
    expect(http.last.json).toEqual(json);
  });

  it('need not give a refresh token', async () => {
    for (const refreshToken of [undefined, null]) {
      const answered = await signIn(jsonAnswer(200, { ...granted, refreshToken }));
      expect(answered).toMatchObject({ value: { refreshToken: null } });
    }
  });

  it('is believed about the time that the JWT itself names, if it names one', async () => {
    const jwt = jwtOf({ userId: bob, exp: 1_800_000_000 });
    const answered = await signIn(jsonAnswer(200, { ...granted, jwt, expiresAt: 'whenever' }));
    expect(answered).toMatchObject({ value: { expiresAt: 1_800_000_000_000 } });
    expect(await signIn(jsonAnswer(200, { ...granted, expiresAt: 'whenever' }))).toMatchObject({
      failure: { kind: 'malformed', where: 'signIn' },
    });
  });

  it.each(['userId', 'external_id'])(
    'K-11 is not believed if the JWT is about somebody else than the answer (%s)',
    async (claim) => {
      const jwt = jwtOf({ [claim]: 'eve@example.com', exp: 1_800_000_000 });
      expect(await signIn(jsonAnswer(200, { ...granted, jwt }))).toMatchObject({
        failure: { kind: 'malformed', where: 'signIn' },
      });
    },
  );

  it('may refuse the password, ask to wait, or say something strange', async () => {
    expect(await signIn(jsonAnswer(401, { error: { code: 'wrong_password' } }))).toMatchObject({
      failure: { kind: 'wrongPassword' },
    });
    expect(await signIn(jsonAnswer(429, {}, '7'))).toMatchObject({
      failure: { kind: 'throttled', retryAfterMs: 7_000 },
    });
    expect(await signIn(jsonAnswer(200, { jwt: 5 }))).toMatchObject({
      failure: { kind: 'malformed', where: 'signIn' },
    });
  });

  it('does not exist if the configuration names none', async () => {
    const { service, http } = clientOf(jsonAnswer(200, {}));
    http.respond = () => jsonAnswer(200, { config: { ...config.config, signIn: undefined } });
    expect(await service.signIn(byPassword)).toMatchObject({
      failure: { kind: 'rejected', code: 'no_sign_in' },
    });
    expect(http.requests).toHaveLength(1);
  });
});

describe('Following the feed', () => {
  it('begins with the configuration, and is down without it', async () => {
    const { service, http, realtime } = clientOf(jsonAnswer(200, page));
    const heard: string[] = [];
    http.respond = () => ({ kind: 'unreachable' });
    service.follow(
      () => known,
      ({ kind }) => heard.push(kind),
    );
    await settle();
    expect(heard).toEqual(['down']);
    expect(realtime.opened).toEqual([]);
  });

  it('opens nothing if it was closed before it began', async () => {
    const { service, realtime } = clientOf(jsonAnswer(200, page));
    service
      .follow(
        () => known,
        () => expect.unreachable(),
      )
      .close();
    await settle();
    expect(realtime.opened).toEqual([]);
  });

  it('keeps to the conversation the service has told of', async () => {
    const { service, realtime } = clientOf(jsonAnswer(200, page));
    const heard: string[] = [];
    await service.page(known, null);
    service.follow(
      () => known,
      ({ kind }) => heard.push(kind),
    );
    await settle();
    for (const conversation of [ids.eve, ids.conversation]) {
      const event = { type: 'message', conversation: { _id: conversation }, message: ownText };
      realtime.publish(realtime.opened[0]?.channel ?? '', { events: [event] });
    }
    expect(heard).toEqual(['subscribed', 'message']);
  });
});

describe('A user with no conversation', () => {
  it('has an empty thread', async () => {
    const { service } = clientOf(jsonAnswer(404, { error: { code: 'conversation_not_found' } }));
    expect(await service.page(known, null)).toEqual({
      ok: true,
      value: {
        conversationId: null,
        unreadCount: 0,
        messages: [],
        hasOlder: false,
        leftOut: 0,
        madeAt: null,
        seenUpTo: null,
        merges: null,
      },
    });
  });
});
