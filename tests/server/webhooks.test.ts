import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isSigned, signatureHeaders } from '../../server/webhook-signature.ts';
import { checkTarget, TargetClient } from '../../server/webhook-target.ts';
import { Device, business, newUserId, say, userJwt } from './device.ts';
import { startService, type RunningService } from './running-service.ts';
import { HasId, officialClient } from './sunshine.ts';

interface Heard {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One of the business's systems: answers what it is told to and remembers what it was sent. */
class Receiver {
  readonly heard: Heard[] = [];
  /** Status of each next answer; the last one stays. `hang` never answers. */
  answers: (number | 'hang')[] = [200];
  decide: (() => number) | null = null;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        this.heard.push({ headers: request.headers, body });
        const next = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
        const answer = this.decide ? this.decide() : next;
        if (answer !== 'hang') response.writeHead(answer ?? 200, { Location: this.target }).end('{}');
      });
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get target(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const Body = z.object({
  webhook: z.object({ id: z.string(), version: z.string() }),
  events: z.array(
    z.object({ id: z.string(), createdAt: z.iso.datetime(), type: z.string(), payload: z.unknown() }),
  ),
});
const eventsOf = (receiver: Receiver) =>
  receiver.heard.flatMap(({ body }) => Body.parse(JSON.parse(body)).events);

let service: RunningService;
let call: ReturnType<typeof officialClient>;
const receivers: Receiver[] = [];
beforeAll(async () => {
  service = await startService({ args: ['--webhook-reach', 'private', '--webhook-wait', '20'] });
  call = officialClient(service.ready);
});
afterAll(async () => {
  await service.stop();
  for (const receiver of receivers) receiver.close();
});

const Hook = z.object({ id: z.string(), secret: z.string() });
const Log = z.object({
  deliveries: z.array(z.object({ state: z.string(), attempts: z.number(), outcome: z.string().optional() })),
});

afterEach(async () => {
  const listed = z
    .object({ integrations: z.array(HasId) })
    .parse(await call('Integrations', 'listIntegrations'));
  for (const { id } of listed.integrations) await call('Integrations', 'deleteIntegration', id);
});

/** A receiver with a webhook to it, for one test. */
async function hook(triggers: string[], more: object = {}) {
  const receiver = await new Receiver().open();
  receivers.push(receiver);
  const made = await call('Integrations', 'createIntegration', { type: 'custom', displayName: 'ERP' });
  const { integration } = z.object({ integration: HasId }).parse(made);
  const target = { target: receiver.target, triggers, ...more };
  const { webhook } = z
    .object({ webhook: Hook })
    .parse(await call('Webhooks', 'createWebhook', integration.id, target));
  const path = `/integrations/${integration.id}/webhooks/${webhook.id}/deliveries`;
  return {
    receiver,
    webhook,
    integrationId: integration.id,
    log: async () => Log.parse((await business(service.ready, 'GET', path)).body).deliveries,
  };
}

async function visitor(): Promise<{ device: Device; conversationId: string }> {
  const device = new Device(service.ready);
  const { conversation } = await device.create();
  return { device, conversationId: conversation?._id ?? '' };
}

describe('A webhook', () => {
  it('is told in the documented words, once each, in order, and by its key', async () => {
    const { receiver, webhook } = await hook(['*']);
    const { device, conversationId } = await visitor();
    await device.send('hello');
    await say(service.ready, conversationId, {
      ...{
        type: 'text',
        text: 'Sure?',
        actions: [{ type: 'postback', text: 'Yes', payload: 'yes', metadata: { a: 1 } }],
      },
    });
    const asked = (await device.page()).messages.at(-1);
    await device.request('POST', `${device.own}/postback`, {
      postback: { actionId: asked?.actions?.[0]?._id },
    });
    await device.request('POST', `${device.own}/conversation/activity`, {
      activity: { type: 'typing:start' },
    });
    await device.request('POST', `${device.own}/conversation/read`);
    await expect.poll(() => eventsOf(receiver).length).toBe(6);
    const user = { id: device.appUserId, authenticated: false };
    const conversation = { id: conversationId, type: 'personal' };
    expect(eventsOf(receiver).map(({ type, payload }) => ({ type, payload }))).toMatchObject([
      { type: 'conversation:create', payload: { conversation, user, source: { type: 'sdk' } } },
      {
        type: 'conversation:message',
        payload: {
          conversation,
          message: {
            author: { type: 'user', userId: device.appUserId, user },
            ...{ content: { type: 'text', text: 'hello' }, source: { type: 'web' } },
          },
        },
      },
      {
        type: 'conversation:message',
        payload: {
          message: {
            author: { type: 'business', displayName: 'Ann' },
            source: { type: 'api:conversations' },
          },
        },
      },
      {
        type: 'conversation:postback',
        payload: { conversation, postback: { payload: 'yes', metadata: { a: 1 } }, user },
      },
      {
        type: 'conversation:typing',
        payload: { conversation, activity: { type: 'typing:start', author: { user } } },
      },
      {
        type: 'conversation:read',
        payload: { activity: { type: 'conversation:read', author: { type: 'user' } } },
      },
    ]);
    expect(new Set(eventsOf(receiver).map(({ id }) => id)).size).toBe(6);
    for (const { headers, body } of receiver.heard) {
      expect(headers['x-api-key']).toBe(webhook.secret);
      expect(Body.parse(JSON.parse(body)).webhook).toEqual({ id: webhook.id, version: 'v2' });
      const shown = {
        timestamp: String(headers['x-webhook-timestamp']),
        signature: String(headers['x-webhook-signature']),
      };
      expect(isSigned(webhook.secret, shown, body, Date.now())).toBe(true);
    }
  });

  it('hears of one merge, and of a user who got a name', async () => {
    const { receiver } = await hook(['user:merge', 'user:update']);
    const userId = newUserId();
    const first = (await visitor()).device;
    await first.login(userId, await userJwt(service.ready, userId));
    const second = (await visitor()).device;
    const discarded = second.appUserId;
    await second.login(userId, await userJwt(service.ready, userId));
    await expect.poll(() => eventsOf(receiver).length).toBe(2);
    expect(eventsOf(receiver)).toMatchObject([
      { type: 'user:update', payload: { user: { externalId: userId }, reason: 'authentication' } },
      {
        type: 'user:merge',
        payload: {
          mergedUsers: {
            surviving: { id: first.appUserId, externalId: userId },
            discarded: { id: discarded },
          },
          reason: 'sdkLogin',
        },
      },
    ]);
  });

  it('is told only what it asked for, in full if it asked for that', async () => {
    const { receiver } = await hook(['conversation:message'], { includeFullUser: true });
    const { device } = await visitor();
    await device.request('PUT', device.own, { givenName: 'Ana' });
    await device.request('POST', `${device.own}/conversation/activity`, {
      activity: { type: 'typing:start' },
    });
    await device.send('x');
    await expect.poll(() => eventsOf(receiver).length).toBe(1);
    expect(eventsOf(receiver)).toMatchObject([
      { payload: { message: { author: { user: { profile: { givenName: 'Ana' } } } } } },
    ]);
  });

  it('is tried again, longer each time, and what comes after does not wait for it', async () => {
    const { receiver, log } = await hook(['conversation:message']);
    // The first is refused until the second is through.
    receiver.decide = () => (receiver.heard.some(({ body }) => body.includes('second')) ? 200 : 503);
    const { device } = await visitor();
    await device.send('first');
    await expect.poll(() => receiver.heard.length).toBeGreaterThan(0);
    await device.send('second');
    await expect
      .poll(async () => (await log()).map(({ state }) => state))
      .toEqual(['delivered', 'delivered']);
    const [second, first] = await log();
    expect(second?.attempts).toBe(1);
    expect(first?.attempts).toBeGreaterThan(1);
    expect(new Set(eventsOf(receiver).map(({ id }) => id)).size).toBe(2);
  });

  it.each([400, 401, 403, 404, 406])('that answers %i is not asked again', async (status) => {
    const { receiver, log } = await hook(['conversation:message']);
    receiver.answers = [status];
    await (await visitor()).device.send('x');
    await expect.poll(log).toMatchObject([{ state: 'failed', attempts: 1, outcome: String(status) }]);
  });

  it('is given up after five attempts; its log says so, without what was said', async () => {
    const { receiver, log, integrationId, webhook } = await hook(['conversation:message']);
    receiver.answers = [302];
    await (await visitor()).device.send('a word of confidence');
    await expect
      .poll(log, { timeout: 15_000 })
      .toMatchObject([{ state: 'failed', attempts: 5, outcome: '302' }]);
    expect(receiver.heard).toHaveLength(5);
    const path = `/integrations/${integrationId}/webhooks/${webhook.id}/deliveries`;
    expect(JSON.stringify((await business(service.ready, 'GET', path)).body)).not.toContain('confidence');
    expect(service.log()).not.toContain('confidence');
  });

  it('is told after a crash what it was not told before', async () => {
    const args = ['--webhook-reach', 'private', '--webhook-wait', '60000'];
    const first = await startService({ args });
    const receiver = await new Receiver().open();
    receivers.push(receiver);
    receiver.answers = ['hang', 200];
    await officialClient(first.ready)('Integrations', 'createIntegration', {
      ...{ type: 'custom', webhooks: [{ target: receiver.target, triggers: ['conversation:message'] }] },
    });
    const device = new Device(first.ready);
    await device.create();
    for (const text of ['one', 'two', 'three']) await device.send(text);
    await expect.poll(() => receiver.heard.length).toBe(1);
    await first.kill();
    const second = await startService({ dataDir: first.dataDir, args });
    await expect.poll(() => receiver.heard.length).toBe(4);
    expect(
      eventsOf(receiver).map(({ payload }) => JSON.stringify(payload).match(/one|two|three/)?.[0]),
    ).toEqual([...['one', 'one', 'two', 'three']]);
    await second.stop();
  });

  it('is created, changed, listed and deleted by the official client', async () => {
    const { integrationId, webhook, receiver } = await hook(['conversation:read']);
    const made = await call('Webhooks', 'createWebhook', integrationId, {
      ...{ target: `${receiver.target}/2`, triggers: ['*'] },
    });
    const { id } = z.object({ webhook: HasId }).parse(made).webhook;
    await call('Webhooks', 'updateWebhook', integrationId, id, { triggers: ['user:merge'] });
    expect(await call('Webhooks', 'getWebhook', integrationId, id)).toMatchObject({
      webhook: { target: `${receiver.target}/2`, triggers: ['user:merge'], version: 'v2' },
    });
    expect(await call('Webhooks', 'listWebhooks', integrationId)).toMatchObject({
      webhooks: [{ id: webhook.id }, { id }],
    });
    await call('Webhooks', 'deleteWebhook', integrationId, id);
    await expect(call('Webhooks', 'getWebhook', integrationId, id)).rejects.toMatchObject({ status: 404 });
    await expect(call('Webhooks', 'getWebhook', 'other', webhook.id)).rejects.toMatchObject({ status: 404 });
    expect(await call('Integrations', 'listIntegrations')).toMatchObject({
      integrations: [{ id: integrationId }],
    });
    expect(
      await call('Integrations', 'updateIntegration', integrationId, {
        displayName: 'CRM',
        status: 'inactive',
      }),
    ).toMatchObject({ integration: { displayName: 'CRM', status: 'inactive' } });
    await call('Integrations', 'deleteIntegration', integrationId);
    await expect(call('Integrations', 'getIntegration', integrationId)).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('A signed delivery', () => {
  const now = 1_700_000_000_000;
  const body = '{"events":[]}';
  const signed = signatureHeaders('secret', body, now);
  const shown = {
    timestamp: String(signed['X-Webhook-Timestamp']),
    signature: String(signed['X-Webhook-Signature']),
  };

  it('S-22 holds for five minutes and for nothing else', () => {
    expect(isSigned('secret', shown, body, now)).toBe(true);
    expect(isSigned('secret', shown, body, now + 299_000)).toBe(true);
    expect(isSigned('secret', shown, body, now + 301_000)).toBe(false);
    expect(isSigned('secret', shown, body, now - 301_000)).toBe(false);
    expect(isSigned('other', shown, body, now)).toBe(false);
    expect(isSigned('secret', shown, `${body} `, now)).toBe(false);
    expect(isSigned('secret', { ...shown, timestamp: String(now / 1000 + 1) }, body, now)).toBe(false);
    for (const signature of [
      '',
      'v1=',
      shown.signature.slice(1),
      `${shown.signature}0`,
      shown.signature.toUpperCase(),
    ]) {
      expect(isSigned('secret', { ...shown, signature }, body, now)).toBe(false);
    }
  });
});

describe('A target', () => {
  it.each([
    ...[
      'http://example.com',
      'https://example.com:8443',
      'https://user:word@example.com',
      'https://example.com/#x',
    ],
    ...[
      'https://127.0.0.1',
      'https://2130706433',
      'https://0x7f.1',
      'https://0177.0.0.1',
      'https://127.1',
      'https://0',
    ],
    ...[
      'https://[::1]',
      'https://[::ffff:127.0.0.1]',
      'https://[fd00::1]',
      'https://10.0.0.1',
      'https://169.254.169.254',
    ],
    ...[
      'https://localhost',
      'https://x.localhost',
      'https://LOCALHOST.',
      'https://printer.local',
      'https://db.internal',
    ],
    ...[
      'gopher://example.com',
      'file:///etc/passwd',
      'ftp://example.com',
      'javascript:alert(1)',
      '//example.com',
      '',
    ],
    ...[
      'https://１２７.０.０.１',
      'https://①②⑦.⓪.⓪.①',
      'https://8.8.8.8',
      `https://example.com/${'x'.repeat(3_000)}`,
    ],
  ])('S-14 such as %s is refused at once', (target) => {
    expect(() => checkTarget(target, 'public')).toThrow();
  });

  it('S-14 with a public name is allowed', () => {
    expect(() => checkTarget('https://hooks.example.com/in?x=1', 'public')).not.toThrow();
  });

  it('that leads to an address of this network is never connected to, however it is spelt', async () => {
    const decoy = await new Receiver().open();
    const port = new URL(decoy.target).port;
    const client = new TargetClient('public');
    const hosts = [
      ...[
        '127.0.0.1',
        'localhost',
        '127.1',
        '2130706433',
        '0x7f000001',
        '0177.0.0.1',
        '0.0.0.0',
        '0',
        '[::1]',
      ],
      ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::]', 'localhost.', '127.0.0.2', '127.255.255.254'],
    ];
    for (const host of hosts) {
      for (const scheme of ['https', 'http']) {
        const post = client.post({ target: `${scheme}://${host}:${port}/hook`, headers: {}, body: '{}' });
        await expect(post).rejects.toThrow();
      }
    }
    expect(decoy.heard).toEqual([]);
    client.close();
    decoy.close();
  });

  it('in this network is off unless the operator says otherwise', async () => {
    const closed = await startService();
    const decoy = await new Receiver().open();
    const webhooks = [{ target: decoy.target, triggers: ['*'] }];
    const made = await business(closed.ready, 'POST', '/integrations', { type: 'custom', webhooks });
    expect(made.status).toBe(400);
    decoy.close();
    await closed.stop();
  });
});
