/** The conversation as a device sees it: post, page, read, typing, postback. */
import { z } from 'zod';
import { WireClient, type WirePage } from '../../contract/sdk-api.ts';
import type { Attachments } from '../attachments.ts';
import type { Conversations } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import { fileContent, type Messages, type Posted } from '../messages.ts';
import type { Membership } from '../store.ts';
import { jsonField } from '../uploads.ts';
import type { Users } from '../users.ts';
import { wireConversation, wireMessage } from '../wire.ts';
import type { Answer, Door } from './door.ts';
import { Caption, clientMessageIdOf, common, contentOf, Draft, sourceOf } from './draft.ts';

interface Rooms {
  readonly users: Users;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly attachments: Attachments;
  now(): number;
}

const Sender = z.object({ client: WireClient });

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

export function conversationRoutes(door: Door, { users, conversations, messages, now }: Rooms): void {
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
        seat: membership.participant,
        clientMessageId: clientMessageIdOf(body.message),
        content: contentOf(body.message, user, sourceOf(client, request), now()),
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
    door.selfUpload({
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
          seat: membership.participant,
          clientMessageId: clientMessageIdOf(draft),
          content: {
            ...common(draft, user, sourceOf(client, request)),
            ...fileContent(upload.file),
            ...(draft.text !== undefined && { text: draft.text }),
            ...(isImage && draft.altText && { altText: draft.altText }),
          },
        });
        if (!posted.repeated) await attachments.keep(tx, upload.file);
        return postedAnswer(posted, membership, address);
      },
    });
  }
}

/** `before` and `after` are seconds with millisecond precision, exclusive, and exclude each other. */
export function boundsOf(query: Readonly<Record<string, unknown>>): { before?: number; after?: number } {
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

function postedAnswer({ message }: Posted, membership: Membership, address: string): Answer {
  return {
    status: 201,
    body: { message: wireMessage(message, address), conversation: wireConversation(membership) },
  };
}
