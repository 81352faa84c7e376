/**
 * The wire shapes of the SDK API v1 (devices ↔ service), shared by `server/` and `main/service`. Field names are the
 * protocol's own. Extras are tolerated and dropped on both sides; types are strict.
 */
import { z } from 'zod';

/** Seconds since 1970 as a float with millisecond precision. */
export const WireSeconds = z.number().nonnegative().max(1e11);

const flatData = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const WireClient = z.object({
  platform: z.string().min(1).max(32),
  id: z.string().min(1).max(128),
  appVersion: z.string().max(64).optional(),
  displayName: z.string().max(255).optional(),
  info: z.record(z.string(), z.unknown()).optional(),
});
export type WireClient = z.infer<typeof WireClient>;

export const WireAction = z.object({
  _id: z.string(),
  type: z.string().default('link'),
  text: z.string().default(''),
  uri: z.string().optional(),
  payload: z.string().optional(),
  amount: z.number().optional(),
  currency: z.string().optional(),
  state: z.string().optional(),
  /** Of a reply. */
  iconUrl: z.string().optional(),
  /** Of a webview: what to open where there is none. */
  fallback: z.string().optional(),
  size: z.string().optional(),
  openOnReceive: z.boolean().optional(),
  /** Of a link or webview on a card: what a click on the card itself does. */
  default: z.boolean().optional(),
  metadata: flatData.optional(),
});
export type WireAction = z.infer<typeof WireAction>;

export const WireItem = z.object({
  _id: z.string().optional(),
  title: z.string(),
  description: z.string().optional(),
  mediaUrl: z.string().optional(),
  mediaType: z.string().optional(),
  altText: z.string().optional(),
  size: z.string().optional(),
  metadata: flatData.optional(),
  actions: z.array(WireAction).default([]),
});
export type WireItem = z.infer<typeof WireItem>;

/** A question of a form, or the answer to one: the value stands under the name of the type. */
export const WireField = z.object({
  _id: z.string().optional(),
  type: z.string(),
  name: z.string(),
  label: z.string(),
  placeholder: z.string().optional(),
  minSize: z.number().optional(),
  maxSize: z.number().optional(),
  options: z.array(z.object({ name: z.string(), label: z.string() })).optional(),
  text: z.string().optional(),
  email: z.string().optional(),
  select: z.array(z.object({ name: z.string(), label: z.string() })).optional(),
});
export type WireField = z.infer<typeof WireField>;

export const WireMessage = z.object({
  _id: z.string(),
  type: z.string().default('text'),
  /** `appUser`, `appMaker` or `whisper`; anything else is shown as the business. */
  role: z.string(),
  authorId: z.string().optional(),
  name: z.string().optional(),
  avatarUrl: z.string().optional(),
  received: WireSeconds,
  text: z.string().optional(),
  /** Of a text of the business: the same with formatting. */
  markdownText: z.string().optional(),
  htmlText: z.string().optional(),
  actions: z.array(WireAction).optional(),
  items: z.array(WireItem).optional(),
  mediaUrl: z.string().optional(),
  mediaType: z.string().optional(),
  mediaSize: z.number().optional(),
  altText: z.string().optional(),
  coordinates: z.object({ lat: z.number(), long: z.number() }).optional(),
  location: z.object({ address: z.string().optional(), name: z.string().optional() }).optional(),
  /** Of a form and of the answer to one. */
  fields: z.array(WireField).optional(),
  blockChatInput: z.boolean().optional(),
  /** Of the answer to a form: the same in words, and which form it answers. */
  textFallback: z.string().optional(),
  quotedMessageId: z.string().optional(),
  /** Newer services give the quoted message along; the reader takes what it can use. */
  quotedMessage: z.unknown().optional(),
  /** Newer services only: the form was answered; the message was deleted (true, or when). */
  submitted: z.boolean().optional(),
  deleted: z.union([z.boolean(), z.number(), z.string()]).optional(),
  displaySettings: z.object({ imageAspectRatio: z.string().optional() }).optional(),
  payload: z.string().optional(),
  metadata: flatData.optional(),
  source: z.object({ type: z.string(), id: z.string().optional() }),
  /** Our own service echoes it (POST answer, event and page alike); others do not know it. */
  _clientId: z.union([z.string(), z.number()]).optional(),
});
export type WireMessage = z.infer<typeof WireMessage>;

export const WireAppUser = z.object({
  _id: z.string(),
  userId: z.string().optional(),
  givenName: z.string().optional(),
  surname: z.string().optional(),
  email: z.string().optional(),
  signedUpAt: z.string().optional(),
  properties: flatData.optional(),
  conversationStarted: z.boolean().default(false),
  credentialRequired: z.boolean().optional(),
  clients: z.array(z.object({ id: z.string(), platform: z.string() })).default([]),
  sessionToken: z.string().optional(),
});
export type WireAppUser = z.infer<typeof WireAppUser>;

export const WireConversation = z.object({
  _id: z.string(),
  unreadCount: z.int().nonnegative().default(0),
  /** Newer services only: the business has seen everything up to here. */
  appMakerLastRead: WireSeconds.optional(),
  /**
   * Our own service only: when other histories were merged in, oldest first, and how far back each reaches. A device that was
   * in step before `at` has to read back to `from`: what was inserted there changes nothing on the newest page. One that a
   * later one reaches beyond is left out.
   */
  merges: z.array(z.object({ at: WireSeconds, from: WireSeconds })).optional(),
});

/** The answer of create, get and login. */
export const WireBundle = z.object({
  appUser: WireAppUser,
  conversation: WireConversation.optional(),
  /** Parsed one by one by the reader, so that one strange message never hides its neighbours. */
  messages: z.array(z.unknown()).default([]),
  hasPrevious: z.boolean().default(false),
  sessionToken: z.string().optional(),
});
export type WireBundle = z.infer<typeof WireBundle>;

export const WirePage = z.object({
  conversation: WireConversation,
  messages: z.array(z.unknown()),
  /** Truthy if older messages exist. */
  previous: z.unknown().optional(),
});
export type WirePage = z.infer<typeof WirePage>;

export const WirePosted = z.object({ message: WireMessage, conversation: WireConversation.optional() });

export const WireConfig = z.object({
  config: z.object({
    app: z.object({
      _id: z.string().optional(),
      status: z.string(),
      name: z.string().default(''),
      iconUrl: z.string().default(''),
    }),
    baseUrl: z.object({ web: z.string() }),
    realtime: z.object({
      baseUrl: z.string(),
      /** Seconds. */
      retryInterval: z.number().positive().default(15),
      maxConnectionAttempts: z.int().positive().default(5),
    }),
    profile: z
      .object({ enabled: z.boolean().default(true), uploadInterval: z.number().default(15) })
      .default({ enabled: true, uploadInterval: 15 }),
    /** Hex without `#`. */
    style: z.object({ brandColor: z.string().optional() }).default({}),
    /**
     * Our extension: the business's sign-in endpoint and its sign-in page for a browser, on the same origin as the
     * configuration.
     */
    signIn: z.object({ url: z.string(), pageUrl: z.string().optional() }).optional(),
    /** Our extension: what this service guarantees beyond the original. */
    guarantees: z.object({ idempotentSend: z.boolean().default(false) }).optional(),
    /** Our extension: what it takes at most, in bytes. */
    limits: z.object({ fileBytes: z.int().positive().optional() }).optional(),
  }),
});
export type WireConfig = z.infer<typeof WireConfig>;

export const WireError = z.object({
  error: z.object({ code: z.string().default('unknown'), description: z.string().default('') }),
});

// Sign-in ----------------------------------------------------------------------------------------------------------

/** What the sign-in page hands back and the endpoint takes: random, base64url. */
const handed = z.string().regex(/^[A-Za-z0-9_-]{16,512}$/);

/** What the sign-in endpoint takes: a password, a refresh token, or the code of the sign-in page with its verifier. */
export const WireSignInProof = z.union([
  z.object({ userId: z.string().min(1).max(512), password: z.string().max(1024) }),
  z.object({ refreshToken: handed }),
  z.object({ code: handed, codeVerifier: handed }),
]);
export type WireSignInProof = z.infer<typeof WireSignInProof>;

/** What it answers. `expiresAt` is ISO-8601. */
export const WireSignIn = z.object({
  userId: z.string(),
  jwt: z.string(),
  expiresAt: z.string(),
  /** Good once, for the next JWT. Businesses that give none ask the person again. */
  refreshToken: z.string().optional(),
});
export type WireSignIn = z.infer<typeof WireSignIn>;

// Faye -------------------------------------------------------------------------------------------------------------

export const userChannel = (appId: string, appUserId: string): string =>
  `/sdk/apps/${appId}/appusers/${appUserId}`;

/** What rides in `ext` of `/meta/subscribe`; exactly one of `jwt` and `sessionToken`. */
export const WireSubscribeExt = z.object({
  appId: z.string(),
  appUserId: z.string(),
  jwt: z.string().optional(),
  sessionToken: z.string().optional(),
});
export type WireSubscribeExt = z.infer<typeof WireSubscribeExt>;

export const WireEnvelope = z.object({ events: z.array(z.unknown()) });

export const WireEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    conversation: z.object({ _id: z.string(), unreadCount: z.int().nonnegative().optional() }),
    message: WireMessage,
  }),
  z.object({
    type: z.literal('activity'),
    conversation: z.object({ _id: z.string() }),
    activity: z.object({
      /** `typing:start`, `typing:stop`, `conversation:read`; others are ignored. */
      type: z.string(),
      role: z.string(),
      data: z
        .object({
          name: z.string().optional(),
          avatarUrl: z.string().optional(),
          lastRead: WireSeconds.optional(),
        })
        .default({}),
    }),
  }),
  z.object({
    type: z.literal('link'),
    appUser: z.object({
      _id: z.string(),
      userId: z.string().optional(),
      sessionToken: z.string().optional(),
    }),
  }),
]);
export type WireEvent = z.infer<typeof WireEvent>;

/** Our extension, which other clients ignore: the business has deleted a message, or all of the conversation. */
export const WireDeletion = z.object({
  type: z.literal('message:deleted'),
  conversation: z.object({ _id: z.string() }),
  message: z.object({ _id: z.string() }).optional(),
});
