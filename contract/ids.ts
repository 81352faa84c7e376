import { z } from 'zod';

/** The server's own id of an app user, 24 hex characters in practice; also a Faye channel segment, so no `.`. */
export const AppUserId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .brand<'AppUserId'>();
export type AppUserId = z.infer<typeof AppUserId>;

/** The customer's own id for a person (email, GUID, any string). It links a person's devices and is never a secret. */
export const UserId = z.string().min(1).max(512).brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

export const AppId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .brand<'AppId'>();
export type AppId = z.infer<typeof AppId>;

export const ConversationId = z.string().min(1).max(64).brand<'ConversationId'>();
export type ConversationId = z.infer<typeof ConversationId>;

/** The server's id of a message. */
export const MessageId = z.string().min(1).max(64).brand<'MessageId'>();
export type MessageId = z.infer<typeof MessageId>;

export const ActionId = z.string().min(1).max(64).brand<'ActionId'>();
export type ActionId = z.infer<typeof ActionId>;

/** Idempotency key of an outgoing message: a UUID minted where the person pressed Enter. */
export const ClientMessageId = z.uuid().brand<'ClientMessageId'>();
export type ClientMessageId = z.infer<typeof ClientMessageId>;

/** One device as the service knows it: UUID v4 without dashes. */
export const ClientId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'ClientId'>();
export type ClientId = z.infer<typeof ClientId>;

/** This device's own random name for one remembered account; says nothing about the person. */
export const AccountId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'AccountId'>();
export type AccountId = z.infer<typeof AccountId>;

/** Counts the sessions of this run of the app. Whatever carries an epoch that is over is dropped. */
export const Epoch = z.int().nonnegative().brand<'Epoch'>();
export type Epoch = z.infer<typeof Epoch>;

/** Milliseconds since 1970, an integer. On messages it is the server's clock. */
export const EpochMs = z.int().brand<'EpochMs'>();
export type EpochMs = z.infer<typeof EpochMs>;
