import { z } from 'zod';
import { FormAnswer, FormField } from './forms.ts';
import { ActionId, ClientMessageId, EpochMs, MessageId } from './ids.ts';

/** Flat data the customer's system attaches to a user or a message. */
export const Metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).readonly();
export type Metadata = z.infer<typeof Metadata>;

/**
 * How far an own message has come. It only moves forward, except that a person's retry takes `failed` back to `queued`.
 * These words are stored: never rename one. "Sending" is missing on purpose, it is true of a moment and not of a message.
 */
export const MessageStatus = z.enum(['queued', 'sent', 'delivered', 'seen', 'failed']);
export type MessageStatus = z.infer<typeof MessageStatus>;

export const Author = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('self') }).readonly(),
  z
    .object({
      kind: z.literal('business'),
      name: z.string().nullable(),
      avatarUrl: z.string().nullable(),
    })
    .readonly(),
]);
export type Author = z.infer<typeof Author>;

export const Action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('link'), id: ActionId, text: z.string(), uri: z.string() }).readonly(),
  z.object({ kind: z.literal('reply'), id: ActionId, text: z.string(), payload: z.string() }).readonly(),
  z.object({ kind: z.literal('postback'), id: ActionId, text: z.string() }).readonly(),
  z
    .object({
      kind: z.literal('buy'),
      id: ActionId,
      text: z.string(),
      uri: z.string(),
      /** In the currency's smallest unit. */
      amount: z.int(),
      currency: z.string(),
      paid: z.boolean(),
    })
    .readonly(),
  z.object({ kind: z.literal('locationRequest'), id: ActionId, text: z.string() }).readonly(),
  z.object({ kind: z.literal('webview'), id: ActionId, text: z.string(), uri: z.string() }).readonly(),
  /** A button this version cannot press: its words are shown all the same. */
  z.object({ kind: z.literal('unsupported'), id: ActionId, text: z.string() }).readonly(),
]);
export type Action = z.infer<typeof Action>;

export const Item = z
  .object({
    title: z.string(),
    description: z.string().nullable(),
    mediaUrl: z.string().nullable(),
    actions: z.array(Action).readonly(),
  })
  .readonly();
export type Item = z.infer<typeof Item>;

/** The same as the text with the business's formatting, unread: only what draws it takes it apart. */
export const Markup = z.object({ format: z.enum(['markdown', 'html']), source: z.string() }).readonly();
export type Markup = z.infer<typeof Markup>;

/** What a message says. Every kind but `text` carries a readable `text` fallback (possibly empty). */
export const Content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string(), markup: Markup.optional() }).readonly(),
  z
    .object({
      kind: z.literal('image'),
      text: z.string(),
      /** Where the service keeps it; null until an own one is there. */
      mediaUrl: z.string().nullable(),
      mediaType: z.string().nullable(),
      altText: z.string().nullable(),
      /** As it was called where it was chosen; null if nobody says. */
      name: z.string().nullable().default(null),
    })
    .readonly(),
  z
    .object({
      kind: z.literal('file'),
      text: z.string(),
      /** Where the service keeps it; null until an own one is there. */
      mediaUrl: z.string().nullable(),
      mediaType: z.string().nullable(),
      /** Bytes. */
      mediaSize: z.int().nullable(),
      /** As it was called where it was chosen; null if nobody says. */
      name: z.string().nullable().default(null),
    })
    .readonly(),
  z
    .object({
      kind: z.literal('location'),
      text: z.string(),
      lat: z.number(),
      long: z.number(),
      name: z.string().nullable(),
    })
    .readonly(),
  z
    .object({
      kind: z.literal('items'),
      layout: z.enum(['carousel', 'list']),
      text: z.string(),
      items: z.array(Item).readonly(),
    })
    .readonly(),
  z
    .object({
      kind: z.literal('form'),
      text: z.string(),
      fields: z.array(FormField).readonly(),
      /** The business wants nothing else until it is answered. */
      blocksComposer: z.boolean(),
      /** The service says that it was answered, on whatever device. */
      answered: z.boolean(),
    })
    .readonly(),
  /** The answer to the form that the message quotes; `text` says the same in lines. */
  z
    .object({
      kind: z.literal('formResponse'),
      text: z.string(),
      answers: z.array(FormAnswer).readonly(),
    })
    .readonly(),
  /** The service says that something stood here. */
  z.object({ kind: z.literal('deleted'), text: z.string() }).readonly(),
  /** A kind this version does not know; shown by its fallback text, never as a blank. */
  z.object({ kind: z.literal('unsupported'), type: z.string(), text: z.string() }).readonly(),
]);
export type Content = z.infer<typeof Content>;

/** The message this one is an answer to. */
export const Quote = z
  .object({
    id: MessageId,
    /** What the service tells of it; null if it only gives its id. */
    said: z
      .object({ author: z.enum(['self', 'business']), text: z.string() })
      .readonly()
      .nullable(),
  })
  .readonly();
export type Quote = z.infer<typeof Quote>;

/** Why the service refused a message for good. */
export const Refusal = z.object({ code: z.string(), description: z.string() }).readonly();
export type Refusal = z.infer<typeof Refusal>;

/** One message of the thread, as it is stored and as it is shown. */
export const Message = z
  .object({
    /** What a screen knows it by, from the local echo to the end: the client message id where there is one, else `id`. */
    key: z.string().min(1),
    /** Absent until the service has accepted it. */
    id: MessageId.nullable(),
    clientMessageId: ClientMessageId.nullable(),
    author: Author,
    /** The service's time: the first half of the order. Absent until accepted. */
    received: EpochMs.nullable(),
    /** This device's clock when it was written; for display only, it orders nothing. */
    composedAt: EpochMs.nullable(),
    /** Place in the outbox, lower first; absent once accepted. */
    outboxPosition: z.int().nullable(),
    content: Content,
    quote: Quote.optional(),
    actions: z.array(Action).readonly(),
    metadata: Metadata.nullable(),
    status: MessageStatus,
    refusal: Refusal.nullable(),
  })
  .readonly();
export type Message = z.infer<typeof Message>;

/** The editable part of a person, shared by all their devices. */
export const Profile = z
  .object({
    givenName: z.string().max(255).optional(),
    surname: z.string().max(255).optional(),
    email: z.string().max(255).optional(),
    properties: Metadata.optional(),
  })
  .readonly();
export type Profile = z.infer<typeof Profile>;

/** The business as the app's configuration presents it. */
export const Business = z
  .object({
    name: z.string(),
    iconUrl: z.string().nullable(),
    /** `#rrggbb`, checked; absent if the configuration has none. */
    brandColor: z
      .string()
      .regex(/^#[0-9a-f]{6}$/)
      .nullable(),
  })
  .readonly();
export type Business = z.infer<typeof Business>;
