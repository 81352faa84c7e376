/** The conversation as a device sees it: post, page, read, typing, postback. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { WireClient, type WirePage } from '../../contract/sdk-api.ts';
import { maxTextLength, normalizeText } from '../../contract/text.ts';
import type { Attachments } from '../attachments.ts';
import type { Conversations, Membership } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import { locationText } from '../fallback-text.ts';
import { fileContent, type Messages, type Posted } from '../messages.ts';
import type { MessageContent, User } from '../store.ts';
import { jsonField } from '../uploads.ts';
import type { Users } from '../users.ts';
import { wireConversation, wireMessage } from '../wire.ts';
import { FlatData, words } from '../words.ts';
import type { Answer, Door } from './door.ts';

interface Rooms {
  readonly users: Users;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly attachments: Attachments;
}

const key = z.union([z.string().min(1).max(128), z.number()]).transform((id) => normalizeText(String(id)));
const Sender = z.object({ client: WireClient });

/** What is taken of a message; a client's view state, and any `role`, `_id` or `received`, is left where it was. */
const Draft = z.object({
  type: z.enum(['text', 'location']).default('text'),
  text: words(maxTextLength).optional(),
  payload: z.string().max(4096).optional(),
  coordinates: z.object({ lat: z.number().min(-90).max(90), long: z.number().min(-180).max(180) }).optional(),
  metadata: FlatData.optional(),
  _clientId: key.optional(),
});
type Draft = z.infer<typeof Draft>;

/** What may come with a file. */
const Caption = Draft.pick({ text: true, metadata: true, _clientId: true });

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

export function conversationRoutes(door: Door, { users, conversations, messages }: Rooms): void {
  door.self({
    method: 'GET',
    path: `${base}/messages`,
    answer: async ({ tx, user, query, request, address }) => {
      const bounds = boundsOf(query);
      const membership = await conversations.require(tx, user);
      const page = await messages.page(tx, membership.conversation, bounds);
      const shown = page.messages.map((message) => wireMessage(message, address));
      const here = `${address}${request.url.split('?', 1)[0] ?? ''}`;
      const edge = bounds.after === undefined ? shown[0] : shown.at(-1);
      const more = page.hasMore && edge !== undefined;
      const body: z.input<typeof WirePage> & { next?: string } = {
        conversation: wireConversation(membership),
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
    answer: async ({ tx, user, body, request, address }) => {
      const client = body.sender?.client;
      if (client) await users.see(tx, user, client);
      const membership = await conversations.start(tx, user);
      const posted = await messages.append(tx, membership.conversation, {
        author: user,
        clientMessageId: clientMessageIdOf(body.message),
        content: contentOf(body.message, user, sourceOf(client, request)),
      });
      return postedAnswer(posted, membership, address);
    },
  });

  door.self({
    method: 'POST',
    path: `${base}/conversation/read`,
    answer: async ({ tx, user }) => {
      await messages.readByUser(tx, user, await conversations.require(tx, user));
      return { status: 204 };
    },
  });

  door.self({
    method: 'POST',
    path: `${base}/conversation/activity`,
    body: Activity,
    answer: async ({ tx, user, body }) => {
      const { type } = body.activity;
      const membership = await conversations.require(tx, user);
      if (type === 'conversation:read') await messages.readByUser(tx, user, membership);
      else await messages.typingByUser(tx, user, membership.conversation, type);
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

/** Pictures and files; the 4.x client sends pictures alone, newer ones anything. */
export function uploadRoutes(door: Door, { users, conversations, messages, attachments }: Rooms): void {
  for (const [path, imagesOnly] of [
    ['/images', true],
    ['/files', false],
  ] as const) {
    door.upload({
      path: `${base}${path}`,
      answer: async ({ tx, user, upload, request, address }) => {
        const client = jsonField(upload, 'sender', Sender)?.client;
        const draft = jsonField(upload, 'message', Caption) ?? {};
        const isImage = upload.file.mediaType.startsWith('image/');
        if (imagesOnly && !isImage)
          throw new Refusal('unsupported_media_type', { says: 'This is no image.' });
        if (client) await users.see(tx, user, client);
        const membership = await conversations.start(tx, user);
        const posted = await messages.append(tx, membership.conversation, {
          author: user,
          clientMessageId: clientMessageIdOf(draft),
          content: {
            ...common(draft, user, sourceOf(client, request)),
            ...fileContent(upload.file),
            ...(draft.text !== undefined && { text: draft.text }),
          },
        });
        if (!posted.repeated) await attachments.keep(tx, upload.file);
        return postedAnswer(posted, membership, address);
      },
    });
  }
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

function clientMessageIdOf({ _clientId, metadata }: Pick<Draft, '_clientId' | 'metadata'>): string | null {
  if (_clientId !== undefined) return _clientId;
  const named = metadata?.['clientMessageId'];
  return typeof named === 'string' && named !== '' ? normalizeText(named.slice(0, 128)) : null;
}

/** Which device speaks: as its body says, or else its header. */
function sourceOf(client: WireClient | undefined, request: FastifyRequest): MessageContent['source'] {
  const header = request.headers['x-smooch-clientid'];
  const id = client?.id ?? (typeof header === 'string' ? header : undefined);
  return { type: client?.platform ?? 'web', ...(id !== undefined && { id: id.slice(0, 128) }) };
}

function common(
  { metadata }: Pick<Draft, 'metadata'>,
  { profile: { givenName, surname } }: User,
  source: MessageContent['source'],
): Pick<MessageContent, 'source' | 'name' | 'metadata'> {
  const name = [givenName, surname].filter((part) => part).join(' ');
  return { source, ...(name !== '' && { name }), ...(metadata !== undefined && { metadata }) };
}

function contentOf(draft: Draft, user: User, source: MessageContent['source']): MessageContent {
  const base = {
    type: draft.type,
    ...common(draft, user, source),
    ...(draft.payload !== undefined && { payload: draft.payload }),
  };
  if (draft.type === 'location') {
    if (draft.coordinates === undefined)
      throw new Refusal('bad_request', { says: 'A location needs coordinates.' });
    return { ...base, coordinates: draft.coordinates, text: locationText(draft.coordinates) };
  }
  if (!draft.text?.trim()) throw new Refusal('bad_request', { says: 'A text message needs a text.' });
  return { ...base, text: draft.text };
}

function postedAnswer({ message }: Posted, membership: Membership, address: string): Answer {
  return {
    status: 201,
    body: { message: wireMessage(message, address), conversation: wireConversation(membership) },
  };
}
