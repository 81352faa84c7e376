/** A device and a business as the service sees them: bare HTTP and a real Faye client, nothing of the app. */
import { randomBytes, randomUUID } from 'node:crypto';
import faye from 'faye';
import { SignJWT } from 'jose';
import { z } from 'zod';
import {
  WireBundle,
  WireEnvelope,
  WireMessage,
  WirePage,
  WirePosted,
  userChannel,
} from '../../contract/sdk-api.ts';
import type { Ready } from './running-service.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

type Credential =
  { kind: 'none' } | { kind: 'session'; id: string; token: string } | { kind: 'jwt'; jwt: string };

export const newClientId = (): string => randomBytes(16).toString('hex');
export const newUserId = (name = 'user'): string => `${name}-${randomUUID()}@example.com`;

/** A JWT as the business mints it. */
export function mint(
  key: Ready['appKey'],
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key.id, ...header })
    .sign(new TextEncoder().encode(key.secret));
}

export const userJwt = (ready: Ready, userId: string): Promise<string> =>
  mint(ready.appKey, { scope: 'appUser', userId });

export class Device {
  readonly ready: Ready;
  readonly clientId: string;
  credential: Credential = { kind: 'none' };
  appUserId = '';

  constructor(ready: Ready, clientId = newClientId()) {
    this.ready = ready;
    this.clientId = clientId;
  }

  get client(): { id: string; platform: string; info: Record<string, string> } {
    return { id: this.clientId, platform: 'web', info: { os: 'test' } };
  }

  get own(): string {
    return `/appusers/${this.appUserId}`;
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.ready.configBaseUrl}/apps/${this.ready.appId}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...this.#authorization(),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  }

  #authorization(): Record<string, string> {
    const { credential } = this;
    if (credential.kind === 'none') return {};
    if (credential.kind === 'jwt') return { authorization: `Bearer ${credential.jwt}` };
    return {
      authorization: `Basic ${Buffer.from(`${credential.id}:${credential.token}`).toString('base64')}`,
    };
  }

  /** Becomes someone by the first message's call. */
  async create(more: object = {}): Promise<WireBundle> {
    const reply = await this.request('POST', '/appusers', { client: this.client, ...more });
    return this.#adopt(expectStatus(reply, 201));
  }

  /** @returns null where the service knows nobody of that name yet. */
  async login(userId: string, jwt?: string): Promise<WireBundle | null> {
    const { credential } = this;
    const before = { appUserId: this.appUserId || undefined, sessionToken: undefined as string | undefined };
    if (credential.kind === 'session') before.sessionToken = credential.token;
    this.credential = jwt === undefined ? { kind: 'none' } : { kind: 'jwt', jwt };
    const reply = await this.request('POST', '/login', { userId, client: this.client, ...before });
    if (reply.status === 204) {
      this.appUserId = '';
      return null;
    }
    if (reply.status !== 200) this.credential = credential;
    return this.#adopt(expectStatus(reply, 200));
  }

  #adopt(body: unknown): WireBundle {
    const bundle = WireBundle.parse(body);
    this.appUserId = bundle.appUser._id;
    if (bundle.sessionToken !== undefined) {
      this.credential = { kind: 'session', id: bundle.appUser._id, token: bundle.sessionToken };
    }
    return bundle;
  }

  post(message: object): Promise<Reply> {
    return this.request('POST', `${this.own}/messages`, {
      message,
      sender: { type: 'appUser', client: this.client },
    });
  }

  async send(text: string, clientMessageId?: string): Promise<WireMessage> {
    const reply = await this.post({
      text,
      ...(clientMessageId !== undefined && { _clientId: clientMessageId }),
    });
    return WirePosted.parse(expectStatus(reply, 201)).message;
  }

  async page(query = ''): Promise<Omit<z.infer<typeof WirePage>, 'messages'> & { messages: WireMessage[] }> {
    const page = WirePage.parse(expectStatus(await this.request('GET', `${this.own}/messages${query}`), 200));
    return { ...page, messages: page.messages.map((message) => WireMessage.parse(message)) };
  }

  /** All pages, oldest message first. */
  async history(): Promise<WireMessage[]> {
    let page = await this.page();
    const all = [...page.messages];
    while (page.previous) {
      page = await this.page(`?before=${all[0]?.received}`);
      all.unshift(...page.messages);
    }
    return all;
  }

  /** Resolves once the subscription is acknowledged, rejects with Faye's error. */
  async listen(ext: object = this.ext()): Promise<Feed> {
    const feed = new Feed(this.ready, ext);
    await feed.subscribe(userChannel(this.ready.appId, this.appUserId));
    return feed;
  }

  ext(): object {
    const { credential } = this;
    return {
      appId: this.ready.appId,
      appUserId: this.appUserId,
      ...(credential.kind === 'jwt' && { jwt: credential.jwt }),
      ...(credential.kind === 'session' && { sessionToken: credential.token }),
    };
  }
}

export type FeedEvent = { readonly type: string } & Readonly<Record<string, unknown>>;
const AnyEvent = z.looseObject({ type: z.string() });

/** What arrives on a channel, and waiting for it. */
export class Feed {
  readonly events: FeedEvent[] = [];
  readonly client: InstanceType<typeof faye.Client>;
  readonly #waiting = new Set<() => void>();

  constructor(ready: Ready, ext: object | null) {
    this.client = new faye.Client(`${ready.baseUrl}/faye`, { retry: 0.1 });
    this.client.addExtension({
      outgoing: (message, next) =>
        next(message.channel === '/meta/subscribe' && ext ? { ...message, ext } : message),
    });
  }

  async subscribe(channel: string): Promise<void> {
    const subscription = this.client.subscribe(channel, (data) => {
      this.events.push(...WireEnvelope.parse(data).events.map((event) => AnyEvent.parse(event)));
      for (const look of this.#waiting) look();
    });
    await new Promise<void>((resolve, reject) => {
      void subscription.then(
        () => resolve(),
        (error) => reject(new Error(`${error.code}:${error.params.join(',')}:${error.message}`)),
      );
    });
  }

  /** The first event, past or to come, that `wanted` says yes to. */
  find(wanted: (event: FeedEvent) => boolean): Promise<FeedEvent> {
    return new Promise((resolve) => {
      const look = (): void => {
        const event = this.events.find(wanted);
        if (!event) return;
        this.#waiting.delete(look);
        resolve(event);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The texts of the message events so far, in the order they came. */
  texts(): (string | undefined)[] {
    return this.events
      .filter(({ type }) => type === 'message')
      .map(({ message }) => WireMessage.parse(message).text);
  }

  async text(text: string): Promise<WireMessage> {
    const event = await this.find(
      (one) => one.type === 'message' && WireMessage.parse(one['message']).text === text,
    );
    return WireMessage.parse(event['message']);
  }

  close(): void {
    this.client.disconnect();
  }
}

export function expectStatus(reply: Reply, status: number): unknown {
  if (reply.status !== status)
    throw new Error(`Expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply.body;
}

/** The business over bare HTTP. */
export async function business(ready: Ready, method: string, path: string, body?: unknown): Promise<Reply> {
  const credentials = Buffer.from(`${ready.appKey.id}:${ready.appKey.secret}`).toString('base64');
  const response = await fetch(`${ready.baseUrl}/v2/apps/${ready.appId}${path}`, {
    method,
    headers: {
      authorization: `Basic ${credentials}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** What a browser does on the demo business's sign-in page. @returns the link to the app */
export async function signInOnPage(
  pageUrl: string,
  who: { readonly userId: string; readonly password: string },
): Promise<string> {
  const { origin, pathname, searchParams } = new URL(pageUrl);
  const page = await fetch(`${origin}${pathname}`, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({ ...Object.fromEntries(searchParams), ...who }),
  });
  const link = /href="(onethread:[^"]+)"/.exec(await page.text())?.[1];
  if (link === undefined) throw new Error(`the page has no link: ${page.status}`);
  return link.replaceAll('&amp;', '&');
}

/** Says something to the person of this conversation. */
export function say(ready: Ready, conversationId: string, content: object | string): Promise<Reply> {
  return business(ready, 'POST', `/conversations/${conversationId}/messages`, {
    author: { type: 'business', displayName: 'Ann' },
    content: typeof content === 'string' ? { type: 'text', text: content } : content,
  });
}
