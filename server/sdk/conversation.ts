/** The conversation as a device sees it: post, page, read, typing, postback. */
import { z } from 'zod';
import { WireClient, type WirePage } from '../../contract/sdk-api.ts';
import { maxTextLength, normalizeText } from '../../contract/text.ts';
import { Refusal } from '../errors.ts';
import { locationText } from '../fallback-text.ts';
import type { Messages } from '../messages.ts';
import type { MessageContent, User } from '../store.ts';
import type { Users } from '../users.ts';
import { wireConversation, wireMessage } from '../wire.ts';
import type { Door } from './door.ts';

interface Rooms {
  readonly users: Users;
  readonly messages: Messages;
}

const text = z.string().max(maxTextLength).transform(normalizeText);
const key = z.union([z.string().min(1).max(128), z.number()]).transform((id) => normalizeText(String(id)));
const Sender = z.object({ client: WireClient });

/** What is taken of a message; a client's view state, and any `role`, `_id` or `received`, is left where it was. */
const Draft = z.object({
  type: z.enum(['text', 'location']).default('text'),
  text: text.optional(),
  payload: z.string().max(4096).optional(),
  coordinates: z.object({ lat: z.number().min(-90).max(90), long: z.number().min(-180).max(180) }).optional(),
  metadata: z
    .record(z.string().max(128), z.union([z.string(), z.number(), z.boolean()]))
    .refine((data) => JSON.stringify(data).length <= 4096)
    .optional(),
  _clientId: key.optional(),
});
type Draft = z.infer<typeof Draft>;

const Post = z.object({ message: Draft, sender: Sender.optional() });
const Postback = z.object({
  postback: z.object({ actionId: z.string().min(1).max(64) }),
  sender: Sender.optional(),
});
const Activity = z.object({
  activity: z.object({ type: z.enum(['typing:start', 'typing:stop', 'conversation:read']) }),
  sender: Sender.optional(),
});

const base = '/appusers/:appUserId';

export function conversationRoutes(door: Door, { users, messages }: Rooms): void {
  door.self({
    method: 'GET',
    path: `${base}/messages`,
    answer: async ({ tx, user, query, request }) => {
      const bounds = boundsOf(query);
      const conversation = await messages.require(tx, user);
      const page = await messages.page(tx, conversation, bounds);
      const shown = page.messages.map(wireMessage);
      const here = `http://${request.headers.host ?? ''}${request.url.split('?', 1)[0] ?? ''}`;
      const edge = bounds.after === undefined ? shown[0] : shown.at(-1);
      const more = page.hasMore && edge !== undefined;
      const body: z.input<typeof WirePage> & { next?: string } = {
        conversation: wireConversation(conversation),
        messages: shown,
        ...(more && bounds.after === undefined && { previous: `${here}?before=${edge.received}` }),
        ...(more && bounds.after !== undefined && { next: `${here}?after=${edge.received}` }),
      };
      return { status: 200, body };
    },
  });

  door.self({
    method: 'POST',
    path: `${base}/messages`,
    body: Post,
    answer: async ({ tx, user, body, request }) => {
      const client = body.sender?.client;
      if (client) await users.see(tx, user, client);
      const header = request.headers['x-smooch-clientid'];
      const clientId = client?.id ?? (typeof header === 'string' ? header : undefined);
      const { message, conversation } = await messages.append(tx, user, {
        role: 'appUser',
        clientMessageId: clientMessageIdOf(body.message),
        content: contentOf(body.message, user, {
          type: client?.platform ?? 'web',
          ...(clientId !== undefined && { id: clientId.slice(0, 128) }),
        }),
      });
      return {
        status: 201,
        body: { message: wireMessage(message), conversation: wireConversation(conversation) },
      };
    },
  });

  door.self({
    method: 'POST',
    path: `${base}/conversation/read`,
    answer: async ({ tx, user }) => {
      await messages.readByUser(tx, user);
      return { status: 204 };
    },
  });

  door.self({
    method: 'POST',
    path: `${base}/conversation/activity`,
    body: Activity,
    answer: async ({ tx, user, body }) => {
      const { type } = body.activity;
      if (type === 'conversation:read') await messages.readByUser(tx, user);
      else await messages.typingByUser(tx, user, type);
      return { status: 204 };
    },
  });

  door.self({
    method: 'POST',
    path: `${base}/postback`,
    body: Postback,
    answer: async ({ tx, user, body }) => {
      if (body.sender) await users.see(tx, user, body.sender.client);
      await messages.postback(tx, user, body.postback.actionId);
      return { status: 200, body: {} };
    },
  });
}

/** `before` and `after` are seconds with millisecond precision, exclusive, and exclude each other. */
function boundsOf(query: Readonly<Record<string, unknown>>): { before?: number; after?: number } {
  const before = secondsOf(query['before']);
  const after = secondsOf(query['after']);
  if (before !== undefined && after !== undefined) throw new Refusal('bad_request');
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function secondsOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^\d{1,11}(\.\d{1,9})?$/.test(value)) throw new Refusal('bad_request');
  return Math.round(Number(value) * 1000);
}

function clientMessageIdOf({ _clientId, metadata }: Draft): string | null {
  if (_clientId !== undefined) return _clientId;
  const named = metadata?.['clientMessageId'];
  return typeof named === 'string' && named !== '' ? normalizeText(named.slice(0, 128)) : null;
}

function contentOf(draft: Draft, user: User, source: MessageContent['source']): MessageContent {
  const { givenName, surname } = user.profile;
  const name = [givenName, surname].filter((part) => part).join(' ');
  const common = {
    type: draft.type,
    source,
    ...(name !== '' && { name }),
    ...(draft.metadata !== undefined && { metadata: draft.metadata }),
    ...(draft.payload !== undefined && { payload: draft.payload }),
  };
  if (draft.type === 'location') {
    if (draft.coordinates === undefined)
      throw new Refusal('bad_request', { says: 'A location needs coordinates.' });
    return { ...common, coordinates: draft.coordinates, text: locationText(draft.coordinates) };
  }
  if (!draft.text?.trim()) throw new Refusal('bad_request', { says: 'A text message needs a text.' });
  return { ...common, text: draft.text };
}
