import { z } from 'zod';
import { AppUserId, ConversationId, EpochMs, MessageId, UserId } from '../../contract/ids.ts';
import type { AppId } from '../../contract/ids.ts';
import { WireDeletion, WireEnvelope, WireEvent, userChannel } from '../../contract/sdk-api.ts';
import type { Log } from '../ports/log.ts';
import type { Realtime } from '../ports/realtime.ts';
import type { Feed, FeedEvent, KnownSpeaker } from '../ports/service.ts';
import { optionalText } from './texts.ts';
import { readMediaUrl } from './urls.ts';
import { readMessage, withoutNulls, writeSubscribeExt } from './wire.ts';

/** Bayeux: this subscription is forbidden. Other codes (401: unknown client) are troubles of the connection. */
const forbidden = 403;

export interface FeedParts {
  readonly realtime: Realtime;
  readonly log: Log;
  readonly url: string;
  readonly appId: AppId;
  readonly who: () => KnownSpeaker;
  readonly hear: (event: FeedEvent) => void;
  /** The conversation of this user, as far as the service has said. */
  readonly conversation: () => ConversationId | null;
}

/**
 * The realtime feed of one app user. What is not about this user and this conversation, and what we do not know, is dropped
 * and counted. Ends by itself after `down` and `refused`.
 */
export function openFeed({ realtime, log, url, appId, who, hear, conversation }: FeedParts): Feed {
  const { appUserId, clientId } = who();
  let dropped = 0;
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    if (dropped > 0) log.warn('feed.dropped', { events: dropped });
    subscription.close();
  };
  const end = (last: FeedEvent): void => {
    if (closed) return;
    close();
    hear(last);
  };
  const subscription = realtime.open(
    { url, channel: userChannel(appId, appUserId), credential: () => writeSubscribeExt(appId, who()) },
    {
      subscribed: () => closed || hear({ kind: 'subscribed' }),
      refused: (code) => end({ kind: code === forbidden ? 'refused' : 'down' }),
      down: () => end({ kind: 'down' }),
      received(data) {
        const read = readEnvelope(data, { appUserId, clientId, conversationId: conversation() });
        dropped += read.dropped;
        for (const event of read.events) if (!closed) hear(event);
      },
    },
  );
  return { close, check: () => subscription.check() };
}

/** Whose feed it is. */
export interface Scope {
  readonly appUserId: string;
  readonly clientId: string;
  readonly conversationId: ConversationId | null;
}

const deletion = WireDeletion.shape.type.value;

type Read = FeedEvent | 'ignored' | 'dropped';

/** One delivery: its messages first, then what happened to them, activities and links, as the original client does (B.4). */
export function readEnvelope(data: unknown, scope: Scope): { events: readonly FeedEvent[]; dropped: number } {
  const envelope = WireEnvelope.safeParse(data);
  if (!envelope.success) return { events: [], dropped: 1 };
  const raw = envelope.data.events;
  const kinds = raw.map((event) => typeOf(event));
  const read = ['message', deletion, 'activity', 'link'].flatMap((kind) =>
    raw.filter((_, index) => kinds[index] === kind).map((event) => readEvent(kind, event, scope)),
  );
  return {
    events: read.filter((event) => typeof event === 'object'),
    dropped: raw.length - read.length + read.filter((event) => event === 'dropped').length,
  };
}

const Typed = z.object({ type: z.string() });

function typeOf(event: unknown): string | null {
  const typed = Typed.safeParse(event);
  return typed.success ? typed.data.type : null;
}

function readEvent(kind: string, raw: unknown, scope: Scope): Read {
  if (kind === 'message') return readMessageEvent(raw, scope);
  if (kind === deletion) return readDeletion(raw, scope);
  const parsed = WireEvent.safeParse(withoutNulls(raw, 3));
  if (!parsed.success) return 'dropped';
  if (parsed.data.type === 'activity') return readActivity(parsed.data, scope);
  return parsed.data.type === 'link' ? readLink(parsed.data, scope) : 'dropped';
}

// Not `WireEvent`: its message is strict to the last field, and a strange field must not cost the message.
const MessageEvent = z.object({
  conversation: z.object({ _id: ConversationId, unreadCount: z.int().nonnegative().nullish().catch(null) }),
  message: z.unknown(),
});
const Sent = z.object({ source: z.object({ id: z.string() }) });

function readMessageEvent(raw: unknown, scope: Scope): Read {
  const parsed = MessageEvent.safeParse(raw);
  if (!parsed.success) return 'dropped';
  const { conversation, message: wire } = parsed.data;
  const message = readMessage(wire);
  if (message === null || isElsewhere(conversation, scope)) return 'dropped';
  const sent = Sent.safeParse(wire);
  return {
    kind: 'message',
    conversationId: conversation._id,
    message,
    unreadCount: conversation.unreadCount ?? null,
    ownEcho: message.author.kind === 'self' && sent.success && sent.data.source.id === scope.clientId,
  };
}

function readDeletion(raw: unknown, scope: Scope): Read {
  const parsed = WireDeletion.safeParse(withoutNulls(raw, 2));
  if (!parsed.success || isElsewhere(parsed.data.conversation, scope)) return 'dropped';
  if (parsed.data.message === undefined) return { kind: 'reload' };
  const id = MessageId.safeParse(parsed.data.message._id);
  return id.success ? { kind: 'deleted', id: id.data } : 'dropped';
}

function readActivity(
  { conversation, activity }: Extract<WireEvent, { type: 'activity' }>,
  scope: Scope,
): Read {
  if (isElsewhere(conversation, scope)) return 'dropped';
  const { type, role, data } = activity;
  const isOwn = role === 'appUser';
  if (type === 'conversation:read') {
    if (isOwn) return { kind: 'readElsewhere' };
    if (data.lastRead === undefined) return 'dropped';
    return { kind: 'seen', at: EpochMs.parse(Math.round(data.lastRead * 1000)) };
  }
  if (type !== 'typing:start' && type !== 'typing:stop') return 'dropped';
  // What this person types on another device is nothing to show here.
  if (isOwn) return 'ignored';
  if (type === 'typing:stop') return { kind: 'typing', typing: null };
  const typing = { name: optionalText(data.name?.trim()), avatarUrl: readMediaUrl(data.avatarUrl ?? '') };
  return { kind: 'typing', typing };
}

/** The same user: something happened that only a fetch can tell. Another one: this user was merged into it (B.5). */
function readLink({ appUser }: Extract<WireEvent, { type: 'link' }>, scope: Scope): Read {
  if (appUser._id === scope.appUserId) return { kind: 'reload' };
  const appUserId = AppUserId.safeParse(appUser._id);
  const userId = UserId.optional().safeParse(appUser.userId);
  if (!appUserId.success || !userId.success) return 'dropped';
  return {
    kind: 'moved',
    appUserId: appUserId.data,
    userId: userId.data ?? null,
    sessionToken: appUser.sessionToken ?? null,
  };
}

function isElsewhere(conversation: { readonly _id: string }, { conversationId }: Scope): boolean {
  return conversationId !== null && conversation._id !== conversationId;
}
