/** What the business's desk and the service say to each other; what is said to people goes by REST v2. */
import { z } from 'zod';

/** `GET /desk/app`: proves the key, and says whose desk this is. */
export const DeskApp = z.object({ id: z.string(), name: z.string() });
export type DeskApp = z.infer<typeof DeskApp>;

const DeskAction = z.object({ type: z.string(), text: z.string(), uri: z.string().optional() });
export type DeskAction = z.infer<typeof DeskAction>;

const DeskItem = z.object({
  title: z.string(),
  description: z.string().optional(),
  mediaUrl: z.string().optional(),
  altText: z.string().optional(),
  actions: z.array(DeskAction).default([]),
});
export type DeskItem = z.infer<typeof DeskItem>;

/** A message of REST v2, as much of it as the desk shows. A type it does not know is shown by its text. */
export const DeskMessage = z.object({
  id: z.string(),
  received: z.iso.datetime(),
  author: z.object({ type: z.enum(['business', 'user']), displayName: z.string().optional() }),
  /** An answer of the desk carries here, as `deskAnswer`, what it is known by if nobody said that it arrived. */
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  content: z.object({
    type: z.string(),
    text: z.string().optional(),
    mediaUrl: z.string().optional(),
    mediaType: z.string().optional(),
    altText: z.string().optional(),
    actions: z.array(DeskAction).optional(),
    items: z.array(DeskItem).optional(),
  }),
});
export type DeskMessage = z.infer<typeof DeskMessage>;

/** Of a page; `messages` ascend. */
export const DeskPage = z.object({
  messages: z.array(DeskMessage),
  meta: z.object({ hasMore: z.boolean() }),
});
export type DeskPage = z.infer<typeof DeskPage>;

/** The desk counts unread messages up to here. */
export const mostUnread = 99;

export const DeskConversation = z.object({
  id: z.string(),
  /** Of the conversation or its people; empty where nobody has said who they are. */
  name: z.string(),
  /** How the business's systems know these people, if they do. */
  externalIds: z.array(z.string()),
  lastActivityAt: z.iso.datetime(),
  lastMessage: DeskMessage.nullable(),
  /** What people have said since the business last read, at most `mostUnread`. */
  unreadCount: z.int().nonnegative(),
  /** When everybody in it has read up to; null as long as somebody has read nothing. */
  seenUntil: z.iso.datetime().nullable(),
});
export type DeskConversation = z.infer<typeof DeskConversation>;

/** `GET /desk/conversations?offset=n`: the latest first. */
export const DeskConversations = z.object({
  conversations: z.array(DeskConversation),
  hasMore: z.boolean(),
});
/** `GET /desk/conversations/:conversation`. */
export const OneDeskConversation = z.object({ conversation: DeskConversation });

/** What happened; what it led to is asked for. */
export const DeskChange = z.discriminatedUnion('kind', [
  /** Something was said, read or renamed. */
  z.object({ kind: z.literal('changed'), conversationId: z.string() }),
  z.object({ kind: z.literal('removed'), conversationId: z.string() }),
  /** A person writes, or has stopped. */
  z.object({ kind: z.literal('typing'), conversationId: z.string(), isTyping: z.boolean() }),
  /** A person has pressed a button that answers nothing in the conversation. */
  z.object({ kind: z.literal('pressed'), conversationId: z.string(), text: z.string() }),
]);
export type DeskChange = z.infer<typeof DeskChange>;

/** `GET /desk/changes?after=cursor`, which waits until there are some. */
export const DeskChanges = z.object({
  cursor: z.string(),
  /** The cursor was too old or another run's: whoever asks must ask for everything anew. */
  missed: z.boolean(),
  changes: z.array(DeskChange),
});
export type DeskChanges = z.infer<typeof DeskChanges>;
