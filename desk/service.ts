/** The one place that asks the service. The key lives here, in memory, and goes with the page. */
import { z } from 'zod';
import {
  DeskApp,
  DeskChanges,
  DeskConversations,
  DeskMessage,
  DeskPage,
  OneDeskConversation,
  type DeskConversation,
} from '../contract/desk-api.ts';

/** Who answers; `name` is what people see. */
export interface Key {
  readonly id: string;
  readonly secret: string;
}

/** Why something did not come about, by what may be done about it. */
export class Trouble extends Error {
  /**
   * `key`: it is not, or no longer, good. `gone`: what was asked for is not there. `refused`: the service says no, in
   * `message`. `unreachable`: try again.
   */
  readonly kind: 'key' | 'gone' | 'refused' | 'unreachable';

  constructor(kind: Trouble['kind'], says = '') {
    super(says);
    this.kind = kind;
  }
}

export interface Action {
  readonly type: 'reply' | 'link';
  readonly text: string;
  readonly payload?: string;
  readonly uri?: string;
}

export interface Card {
  readonly title: string;
  readonly description?: string;
  readonly mediaUrl?: string;
  readonly actions: readonly Action[];
}

export type Content =
  | { readonly type: 'text'; readonly text: string; readonly actions?: readonly Action[] }
  | ({ readonly type: 'image' | 'file'; readonly text?: string; readonly altText?: string } & Uploaded)
  | { readonly type: 'carousel'; readonly items: readonly Card[] };

const Uploaded = z.object({ mediaUrl: z.string(), mediaType: z.string() });
export type Uploaded = z.infer<typeof Uploaded>;

const Errors = z.union([
  z.object({ errors: z.array(z.object({ title: z.string() })) }).transform(({ errors }) => errors[0]?.title),
  z.object({ error: z.object({ description: z.string() }) }).transform(({ error }) => error.description),
]);

type Call = {
  readonly method?: string;
  readonly body?: BodyInit;
  readonly json?: unknown;
  readonly signal?: AbortSignal;
};

export class Service {
  readonly #authorization: string;
  #appId = '';

  constructor({ id, secret }: Key) {
    const bytes = new TextEncoder().encode(`${id}:${secret}`);
    this.#authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  }

  /** Whose desk this key opens. Everything else is asked for afterwards. */
  async app(): Promise<DeskApp> {
    const app = await this.#ask('/desk/app', DeskApp);
    this.#appId = app.id;
    return app;
  }

  conversations(offset: number): Promise<z.infer<typeof DeskConversations>> {
    return this.#ask(`/desk/conversations?offset=${offset}`, DeskConversations);
  }

  async conversation(id: string): Promise<DeskConversation> {
    const path = `/desk/conversations/${encodeURIComponent(id)}`;
    return (await this.#ask(path, OneDeskConversation)).conversation;
  }

  /** Resolves when there is news, or after a while without. */
  changes(after: string | null, signal: AbortSignal): Promise<DeskChanges> {
    return this.#ask(`/desk/changes${after === null ? '' : `?after=${after}`}`, DeskChanges, { signal });
  }

  /** The newest page, or the one before a message. */
  messages(conversationId: string, before?: string): Promise<DeskPage> {
    const page = before === undefined ? '' : `?page[before]=${encodeURIComponent(before)}`;
    return this.#ask(this.#in(conversationId, `messages${page}`), DeskPage);
  }

  /** @param deskAnswer by which it is found again if the answer to this call is lost */
  async send(
    conversationId: string,
    displayName: string,
    content: Content,
    deskAnswer: string,
  ): Promise<DeskMessage> {
    const posted = await this.#ask(
      this.#in(conversationId, 'messages'),
      z.object({ messages: z.array(DeskMessage).length(1) }),
      {
        method: 'POST',
        json: { author: { type: 'business', displayName }, content, metadata: { deskAnswer } },
      },
    );
    const [message] = posted.messages;
    if (message === undefined) throw new Trouble('refused');
    return message;
  }

  async tell(
    conversationId: string,
    displayName: string,
    type: 'typing:start' | 'typing:stop' | 'conversation:read',
  ) {
    const json = { author: { type: 'business', displayName }, type };
    await this.#ask(this.#in(conversationId, 'activity'), z.unknown(), { method: 'POST', json });
  }

  async upload(file: File): Promise<Uploaded> {
    const body = new FormData();
    body.append('source', file, file.name);
    const path = `/v2/apps/${this.#appId}/attachments?access=public`;
    return (await this.#ask(path, z.object({ attachment: Uploaded }), { method: 'POST', body })).attachment;
  }

  #in(conversationId: string, what: string): string {
    return `/v2/apps/${this.#appId}/conversations/${encodeURIComponent(conversationId)}/${what}`;
  }

  /** @throws {Trouble} */
  async #ask<T>(
    path: string,
    shape: z.ZodType<T>,
    { method = 'GET', body, json, signal }: Call = {},
  ): Promise<T> {
    const response = await fetch(path, {
      method,
      headers: {
        authorization: this.#authorization,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    }).catch(() => {
      throw new Trouble('unreachable');
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw troubleOf(response.status, answer);
    const parsed = shape.safeParse(answer);
    if (!parsed.success)
      throw new Trouble('refused', 'The service answered in a way this page does not know.');
    return parsed.data;
  }
}

function troubleOf(status: number, answer: unknown): Trouble {
  const says = Errors.safeParse(answer).data ?? '';
  if (status === 401) return new Trouble('key', says);
  if (status === 404) return new Trouble('gone', says);
  return new Trouble(status === 429 || status >= 500 ? 'unreachable' : 'refused', says);
}
