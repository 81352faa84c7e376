/**
 * What the service needs of its database, in the service's words. Every method belongs to a transaction; an adapter
 * keeps transactions apart as if they ran one after another. Times are integer milliseconds since 1970.
 */
import { z } from 'zod';
import { WireMessage } from '../contract/sdk-api.ts';

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
  appUserId: z.string(),
  createdAt: z.int(),
  /** `received` of the newest message, 0 without any; the next one is later. */
  lastReceived: z.int(),
  unreadCount: z.int().nonnegative(),
  userLastRead: z.int().nullable(),
  businessLastRead: z.int().nullable(),
});
export type Conversation = z.infer<typeof Conversation>;

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
  /** Whose conversation it is. */
  appUserId: z.string(),
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
  createdAt: z.int(),
});
export type Attachment = z.infer<typeof Attachment>;

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

  devices(appUserId: string): Promise<Device[]>;
  putDevice(device: Device): Promise<void>;
  /** The device speaks for `appUserId` now: everyone else's record of it becomes inactive. */
  deactivateElsewhere(clientId: string, appUserId: string): Promise<void>;

  token(hash: string): Promise<SessionToken | null>;
  /** Oldest first. */
  tokens(appUserId: string): Promise<SessionToken[]>;
  insertToken(token: SessionToken): Promise<void>;
  deleteToken(hash: string): Promise<void>;
}

/** Conversations and messages. */
export interface Threads {
  conversation(id: string): Promise<Conversation | null>;
  conversationOf(appUserId: string): Promise<Conversation | null>;
  putConversation(conversation: Conversation): Promise<void>;
  deleteConversation(id: string): Promise<void>;

  message(id: string): Promise<StoredMessage | null>;
  messageByClientMessageId(appUserId: string, clientMessageId: string): Promise<StoredMessage | null>;
  /** `actionIds` are found again by `messageOfAction`. */
  insertMessage(message: StoredMessage, actionIds: readonly string[]): Promise<void>;
  /** Always ascending: the newest page, the page before, or the page after. */
  messages(query: PageQuery): Promise<StoredMessage[]>;
  messageOfAction(actionId: string): Promise<StoredMessage | null>;
  /** Every message's place, ascending; what a merge needs to interleave two histories. */
  places(conversationId: string): Promise<Place[]>;
  /**
   * Moves messages, with their idempotency keys, to another conversation and owner, each to its new time. A key the new
   * owner already uses stays with the older holder.
   */
  moveMessages(places: readonly Place[], conversationId: string, appUserId: string): Promise<void>;
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

export interface Transaction extends People, Threads, Files {
  /** Runs `task` once this transaction is durable, before the next one begins; never if it fails. */
  afterCommit(task: () => void): void;
}

export interface Place {
  readonly id: string;
  readonly received: number;
}

export interface Store {
  /** All or nothing, durable when it resolves. A rejection of `work` leaves no trace and is passed on. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
