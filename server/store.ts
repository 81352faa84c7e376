/**
 * What the service needs of its database, in the service's words. Every method belongs to a transaction; an adapter
 * keeps transactions apart as if they ran one after another. Times are integer milliseconds since 1970.
 */
import { z } from 'zod';
import { WireMessage } from '../contract/sdk-api.ts';
import type { Duty, Ears, News } from './fan-out.ts';

export const AppKey = z.object({
  /** The `kid` of tokens and the user name of Basic credentials. */
  id: z.string(),
  displayName: z.string(),
  /** In clear, because it verifies HMACs. */
  secret: z.string(),
  createdAt: z.int(),
});
export type AppKey = z.infer<typeof AppKey>;

const flatData = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The editable part of a person, shared by all their devices. */
export const UserProfile = z.object({
  givenName: z.string().optional(),
  surname: z.string().optional(),
  email: z.string().optional(),
  avatarUrl: z.string().optional(),
  locale: z.string().optional(),
  properties: flatData.default({}),
});
export type UserProfile = z.infer<typeof UserProfile>;

export const User = z.object({
  id: z.string(),
  /** The customer's own id; null while anonymous and for a tombstone. */
  userId: z.string().nullable(),
  /** Once true it never turns false again: this user is reached with a JWT only. */
  credentialRequired: z.boolean(),
  /** The survivor, for a user that was merged away. */
  mergedInto: z.string().nullable(),
  profile: UserProfile,
  signedUpAt: z.int(),
});
export type User = z.infer<typeof User>;

export const Device = z.object({
  appUserId: z.string(),
  /** Minted on the device. */
  id: z.string(),
  platform: z.string(),
  active: z.boolean(),
  lastSeen: z.int(),
  appVersion: z.string().nullable(),
  displayName: z.string().nullable(),
  info: flatData,
});
export type Device = z.infer<typeof Device>;

export const SessionToken = z.object({
  /** SHA-256 of the token in hex; the token itself is kept nowhere. */
  hash: z.string(),
  appUserId: z.string(),
  /** The device it was given to. */
  clientId: z.string(),
  createdAt: z.int(),
});
export type SessionToken = z.infer<typeof SessionToken>;

export const Conversation = z.object({
  id: z.string(),
  /** `personal` has one participant for ever, `sdkGroup` any number. Stored words, never renamed. */
  type: z.enum(['personal', 'sdkGroup']),
  /** The one a user began with, and all that the first version of the API shows; always personal. */
  isDefault: z.boolean(),
  about: z.object({
    displayName: z.string().optional(),
    description: z.string().optional(),
    iconUrl: z.string().optional(),
    metadata: flatData.default({}),
  }),
  createdAt: z.int(),
  /** `received` of the newest message, 0 without any; the next one is later. */
  lastReceived: z.int(),
  businessLastRead: z.int().nullable(),
  /** When other histories were merged in, ascending, and the oldest message of each that no later one reaches beyond. */
  merges: z.array(z.object({ at: z.int(), from: z.int() })).readonly(),
});
export type Conversation = z.infer<typeof Conversation>;

/** A user's part in a conversation. */
export const Participant = z.object({
  id: z.string(),
  conversationId: z.string(),
  appUserId: z.string(),
  unreadCount: z.int().nonnegative(),
  lastRead: z.int().nullable(),
  joinedAt: z.int(),
});
export type Participant = z.infer<typeof Participant>;

/** A user in a conversation. */
export interface Membership {
  readonly conversation: Conversation;
  readonly participant: Participant;
}

/** A message's own words: the wire shape without what the columns hold and what only a reader knows. */
export const MessageContent = WireMessage.omit({
  _id: true,
  role: true,
  authorId: true,
  received: true,
  _clientId: true,
});
export type MessageContent = z.infer<typeof MessageContent>;

export const StoredMessage = z.object({
  id: z.string(),
  conversationId: z.string(),
  /** Who said it; null for the business. */
  appUserId: z.string().nullable(),
  /** Strictly increasing within a conversation. */
  received: z.int(),
  /** Stored words, never renamed. */
  role: z.enum(['appUser', 'appMaker', 'whisper']),
  /** The idempotency key, unique for one app user for ever; null where the sender gave none. */
  clientMessageId: z.string().nullable(),
  content: MessageContent,
});
export type StoredMessage = z.infer<typeof StoredMessage>;

export const Attachment = z.object({
  /** Random and unguessable: whoever has it may fetch the file. */
  id: z.string(),
  /** As the sender named it, for display. */
  name: z.string(),
  mediaType: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** Who uploaded it, and with whose message it goes; null for the business, which takes it away itself. */
  appUserId: z.string().nullable(),
  createdAt: z.int(),
});
export type Attachment = z.infer<typeof Attachment>;

export const Integration = z.object({
  id: z.string(),
  displayName: z.string(),
  status: z.enum(['active', 'inactive']),
  createdAt: z.int(),
});
export type Integration = z.infer<typeof Integration>;

export const Webhook = z.object({
  id: z.string(),
  /** Null for one that was made by the first version of the API, and speaks its words. */
  integrationId: z.string().nullable(),
  target: z.string(),
  triggers: z.array(z.string()),
  /** In clear, because every delivery carries it. */
  secret: z.string(),
  includeFullUser: z.boolean(),
  includeFullSource: z.boolean(),
  createdAt: z.int(),
});
export type Webhook = z.infer<typeof Webhook>;

export const Delivery = z.object({
  id: z.string(),
  webhookId: z.string(),
  /** What it tells of. */
  trigger: z.string(),
  /** Null once it is done with. */
  body: z.string().nullable(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int().nonnegative(),
  /** ms; when to try next. */
  nextAt: z.int(),
  /** What the last attempt met: an HTTP status or a word of ours; null before the first. */
  outcome: z.string().nullable(),
  createdAt: z.int(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Bounds are exclusive; at most one of them is given. */
export interface PageQuery {
  readonly conversationId: string;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
}

/** Settings, keys, users, their devices and session tokens. */
export interface People {
  setting(name: string): Promise<string | null>;
  putSetting(name: string, value: string): Promise<void>;

  key(id: string): Promise<AppKey | null>;
  /** Oldest first. */
  keys(): Promise<AppKey[]>;
  insertKey(key: AppKey): Promise<void>;
  deleteKey(id: string): Promise<void>;

  user(id: string): Promise<User | null>;
  userByUserId(userId: string): Promise<User | null>;
  /** Users that were not merged away, by id; `email` narrows, `after` is an exclusive id. */
  users(query: { email?: string | undefined; after?: string | undefined; limit: number }): Promise<User[]>;
  putUser(user: User): Promise<void>;
  /** With devices, tokens and the tombstones of those merged into them. Nothing they took part in may be left. */
  deleteUser(id: string): Promise<void>;

  devices(appUserId: string): Promise<Device[]>;
  putDevice(device: Device): Promise<void>;
  /** The device speaks for `appUserId` now: everyone else's record of it becomes inactive. */
  deactivateElsewhere(clientId: string, appUserId: string): Promise<void>;

  /** Whom this session token was given to. */
  userOfToken(hash: string): Promise<User | null>;
  /** Oldest first. */
  tokens(appUserId: string): Promise<SessionToken[]>;
  insertToken(token: SessionToken): Promise<void>;
  deleteToken(hash: string): Promise<void>;
}

/** Conversations and messages. */
export interface Threads {
  conversation(id: string): Promise<Conversation | null>;
  defaultConversation(appUserId: string): Promise<Conversation | null>;
  /** The same conversation, and the user's seat in it. */
  defaultMembership(appUserId: string): Promise<Membership | null>;
  /** Where this user takes part, the one with the latest message or beginning first. */
  conversations(query: { appUserId: string; offset: number; limit: number }): Promise<Conversation[]>;
  /** Everybody's, in the same order. */
  latestConversations(query: { offset: number; limit: number }): Promise<Conversation[]>;
  putConversation(conversation: Conversation): Promise<void>;
  /** A message came, at `lastReceived`. */
  touchConversation(id: string, lastReceived: number): Promise<void>;
  /** With its participants and messages. @returns the ids of uploads that were sent in it. */
  deleteConversation(id: string): Promise<string[]>;

  participant(conversationId: string, appUserId: string): Promise<Participant | null>;
  /** Oldest first. */
  participants(conversationId: string): Promise<Participant[]>;
  putParticipant(participant: Participant): Promise<void>;
  deleteParticipant(id: string): Promise<void>;
  /** One more unread message for everyone here but `appUserId`. */
  countUnread(conversationId: string, exceptAppUserId: string | null): Promise<void>;

  message(id: string): Promise<StoredMessage | null>;
  messageByClientMessageId(appUserId: string, clientMessageId: string): Promise<StoredMessage | null>;
  /**
   * `actionIds` are found again by `messageOfAction`.
   *
   * @returns false, and nothing is stored, if its author has used its client message id before.
   */
  insertMessage(message: StoredMessage, actionIds: readonly string[]): Promise<boolean>;
  /** Always ascending: the newest page, the page before, or the page after. */
  messages(query: PageQuery): Promise<StoredMessage[]>;
  /** How many messages of people came after `after`, in ms; counts no further than `most`. */
  countFromPeople(conversationId: string, after: number, most: number): Promise<number>;
  messageOfAction(actionId: string): Promise<StoredMessage | null>;
  /** Every message's place, ascending; what a merge needs to interleave two histories. */
  places(conversationId: string): Promise<Place[]>;
  /** Moves messages to another conversation, each to its new time. */
  moveMessages(places: readonly Place[], conversationId: string): Promise<void>;
  /** What `from` has said, `to` has said. An idempotency key that `to` already uses stays with the older holder. */
  reattributeMessages(from: string, to: string): Promise<void>;
  /** All of a conversation, those of one author, or one. @returns the ids of uploads that were sent in them. */
  deleteMessages(
    conversationId: string,
    only?: { readonly id?: string | undefined; readonly appUserId?: string | undefined },
  ): Promise<string[]>;
}

/** What was uploaded; the bytes lie elsewhere, under the same id. */
export interface Files {
  insertAttachment(attachment: Attachment): Promise<void>;
  attachment(id: string): Promise<Attachment | null>;
  attachmentIds(): Promise<string[]>;
  /** All of them together. */
  attachmentBytes(): Promise<number>;
  deleteAttachment(id: string): Promise<void>;
}

/** Where the business's other systems are told of what happens, and what they are still to be told. */
export interface Hooks {
  integration(id: string): Promise<Integration | null>;
  integrations(): Promise<Integration[]>;
  putIntegration(integration: Integration): Promise<void>;
  /** With its webhooks. */
  deleteIntegration(id: string): Promise<void>;

  webhook(id: string): Promise<Webhook | null>;
  /** Oldest first. */
  webhooks(): Promise<Webhook[]>;
  putWebhook(webhook: Webhook): Promise<void>;
  /** With what it was still to be told. */
  deleteWebhook(id: string): Promise<void>;

  putDelivery(delivery: Delivery): Promise<void>;
  /** The next one this webhook is to be told, by time. */
  nextDelivery(webhookId: string): Promise<Delivery | null>;
  /** Newest first. */
  deliveries(webhookId: string, limit: number): Promise<Delivery[]>;
  /** Forgets all that are done with but the newest `keep` of a webhook. */
  trimDeliveries(webhookId: string, keep: number): Promise<void>;
}

export interface Transaction extends People, Threads, Files, Hooks {
  /** Runs `task` in this process once this transaction is durable, in the order of the transactions; never if it fails. */
  afterCommit(task: () => void): void;
  /**
   * Tells every node of the service, this one too, once this transaction is durable; never if it fails. All nodes hear all
   * news in the order of the transactions, and a transaction's news before its tasks of `afterCommit`.
   */
  tell(news: News): void;
}

export interface Place {
  readonly id: string;
  readonly received: number;
}

export interface Store {
  /** All or nothing, durable when it resolves. A rejection of `work` leaves no trace and is passed on. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** This node hears the news from now on. One pair of ears a node. */
  listen(ears: Ears): void;
  /** `duty` is what only one node of all may do: it begins it when it is this one's turn, at once where it is alone. */
  queueFor(duty: Duty): void;
  /** Ends the duty first, if it has begun. */
  close(): Promise<void>;
}

/** The database was written by a later version of the service. */
export class NewerDatabaseError extends Error {
  constructor(found: number, known: number) {
    super(
      `The data was written by a newer version of the service (schema ${found}, this one knows ${known}).`,
    );
  }
}

/** The database does not answer, or not to us. */
export class NoDatabaseError extends Error {
  constructor(cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
    super(`--database cannot be used (${code}).`, { cause });
  }
}
