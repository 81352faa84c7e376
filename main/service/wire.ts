import { z } from 'zod';
import {
  AppUserId,
  ClientMessageId,
  ConversationId,
  EpochMs,
  MessageId,
  UserId,
} from '../../contract/ids.ts';
import type { AppId } from '../../contract/ids.ts';
import { type Author, type Business, type Message, type Metadata, Profile } from '../../contract/model.ts';
import {
  WireAction,
  WireAppUser,
  WireBundle,
  WireConfig,
  WireConversation,
  WireItem,
  WireMessage,
  WireSignIn,
} from '../../contract/sdk-api.ts';
import type { WireClient, WireSignInProof, WireSubscribeExt } from '../../contract/sdk-api.ts';
import { normalizeText } from '../../contract/text.ts';
import { compareMessages } from '../../contract/thread-order.ts';
import type {
  KnownSpeaker,
  OutgoingMessage,
  ServiceConfig,
  ServicePage,
  SignedIn,
  SignInProof,
  UserBundle,
} from '../ports/service.ts';
import { readJwt } from '../ports/jwt.ts';
import { readIsoTime } from './calendar.ts';
import { readContent, toActions } from './content.ts';
import { readQuote } from './quotes.ts';
import { optionalText } from './texts.ts';
import { isSameOrigin, isServiceUrl, isServiceUrlOf, readMediaUrl } from './urls.ts';

/** What the configuration says, and where it points to. */
export interface Endpoints {
  readonly config: ServiceConfig;
  readonly baseUrl: string;
  readonly realtimeUrl: string;
}

// Of a configuration and of a user we believe only what we use, so that a strange field elsewhere costs nothing. Another
// service may call something else its limits.
const Config = z.object({
  config: WireConfig.shape.config
    .pick({ app: true, baseUrl: true, style: true, signIn: true, guarantees: true })
    .extend({
      realtime: z.object({ baseUrl: z.string() }),
      limits: WireConfig.shape.config.shape.limits.catch(undefined),
    }),
});

/** An app with any other status is switched off. */
const activeStatus = 'active';

/**
 * @returns `inactive` for an app that is switched off; `null` for a shape we do not know, or one that points to where no
 * credential may go.
 */
export function readConfig(raw: unknown, configUrl: string): Endpoints | 'inactive' | null {
  const parsed = Config.safeParse(withoutNulls(raw, 3));
  if (!parsed.success) return null;
  const { app, baseUrl, realtime, style, signIn, guarantees, limits } = parsed.data.config;
  if (app.status !== activeStatus) return 'inactive';
  if (![baseUrl.web, realtime.baseUrl].every((url) => isServiceUrlOf(configUrl, url))) return null;
  const signInUrl = readOwnUrl(signIn?.url, configUrl);
  return {
    baseUrl: baseUrl.web,
    realtimeUrl: realtime.baseUrl,
    config: {
      business: readBusiness(app, style.brandColor),
      signInUrl,
      signInPageUrl: signInUrl && readOwnUrl(signIn?.pageUrl, configUrl),
      idempotentSend: guarantees?.idempotentSend ?? false,
      maxFileBytes: limits?.fileBytes ?? null,
    },
  };
}

/** `url` if it may be told a password: on the origin of the configuration, which the person chose. */
function readOwnUrl(url: string | undefined, configUrl: string): string | null {
  return url !== undefined && isServiceUrl(url) && isSameOrigin(configUrl, url) ? url : null;
}

function readBusiness(app: { name: string; iconUrl: string }, color: string | undefined): Business {
  const hex = /^#?([0-9a-f]{6})$/i.exec(color ?? '')?.[1];
  return {
    name: normalizeText(app.name),
    iconUrl: readMediaUrl(app.iconUrl),
    brandColor: hex === undefined ? null : `#${hex.toLowerCase()}`,
  };
}

const BundleUser = WireAppUser.pick({
  _id: true,
  userId: true,
  givenName: true,
  surname: true,
  email: true,
  properties: true,
});
/** What only some services say, and others may say otherwise, costs nothing else. */
const Conversation = WireConversation.extend({
  appMakerLastRead: WireConversation.shape.appMakerLastRead.catch(undefined),
  merges: WireConversation.shape.merges.catch(undefined),
});
const Bundle = WireBundle.extend({
  appUser: BundleUser.extend({
    givenName: z.string().optional().catch(undefined),
    surname: z.string().optional().catch(undefined),
    email: z.string().optional().catch(undefined),
    properties: Profile.unwrap().shape.properties.catch(undefined),
  }),
  conversation: Conversation.optional(),
});

/**
 * The business's own answer to a proof; `null` for a shape we do not know, and for a JWT that says another name than the
 * answer around it.
 */
export function readSignIn(raw: unknown): SignedIn | null {
  const parsed = SignIn.safeParse(withoutNulls(raw, 1));
  if (!parsed.success) return null;
  const { userId, jwt, expiresAt, refreshToken } = parsed.data;
  const claims = readJwt(jwt);
  const expires = claims?.expiresAt ?? readIsoTime(expiresAt ?? '');
  if (expires === null || (claims?.userId ?? userId) !== userId) return null;
  return { userId, jwt, expiresAt: EpochMs.parse(expires), refreshToken: refreshToken ?? null };
}

const SignIn = WireSignIn.extend({ userId: UserId, expiresAt: z.string().optional() });

/** Told how many messages of a page could not be read. */
export type OnStrange = (count: number) => void;

/** A user and the newest page of the thread; `null` for a shape we do not know. */
export function readBundle(raw: unknown, onStrange: OnStrange): UserBundle | null {
  const parsed = Bundle.safeParse(withoutNulls(raw, 2));
  if (!parsed.success) return null;
  const { appUser, conversation, messages, hasPrevious, sessionToken } = parsed.data;
  const ids = Ids.safeParse({
    appUserId: appUser._id,
    userId: appUser.userId,
    conversationId: conversation?._id,
  });
  if (!ids.success) return null;
  const name = [appUser.givenName, appUser.surname].map((part) => part?.trim()).filter((part) => part);
  return {
    appUserId: ids.data.appUserId,
    userId: ids.data.userId ?? null,
    name: optionalText(name.join(' ')),
    profile: readProfile(appUser),
    conversationId: ids.data.conversationId ?? null,
    unreadCount: conversation?.unreadCount ?? 0,
    messages: readMessages(messages, onStrange),
    hasOlder: hasPrevious,
    sessionToken: sessionToken ?? null,
  };
}

/** What does not fit stays away. */
function readProfile({ givenName, surname, email, properties }: Profile): Profile {
  const said = { givenName, surname, email, properties };
  const named = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const profile = Profile.safeParse(named);
  return profile.success ? profile.data : {};
}

const Ids = z.object({
  appUserId: AppUserId,
  userId: UserId.optional(),
  conversationId: ConversationId.optional(),
});

const Page = z.object({
  conversation: Conversation.extend({ _id: ConversationId }),
  messages: z.array(z.unknown()),
  previous: z.unknown().optional(),
});

/**
 * The page before `before`, or the newest; `null` for a shape we do not know. A service that answers with what is not
 * before `before` is not asked again from the same place: such messages do not count, and a page without others is the last.
 */
export function readPage(
  raw: unknown,
  before: EpochMs | null,
  onStrange: OnStrange,
): Omit<ServicePage, 'madeAt'> | null {
  const parsed = Page.safeParse(withoutNulls(raw, 2));
  if (!parsed.success) return null;
  const { conversation, messages, previous } = parsed.data;
  const { appMakerLastRead: seenUpTo, merges } = conversation;
  const read = readMessages(messages, onStrange).filter(
    ({ received }) => before === null || (received ?? 0) < before,
  );
  return {
    conversationId: conversation._id,
    unreadCount: conversation.unreadCount,
    messages: read,
    hasOlder: Boolean(previous) && read.length > 0,
    leftOut: messages.length - read.length,
    seenUpTo: seenUpTo === undefined ? null : readSeconds(seenUpTo),
    merges: merges?.map(({ at, from }) => ({ at: readSeconds(at), from: readSeconds(from) })) ?? null,
  };
}

const readSeconds = (seconds: number): EpochMs => EpochMs.parse(Math.round(seconds * 1000));

/** Each message by itself: a strange one never hides its neighbours. In thread order. */
function readMessages(raw: readonly unknown[], onStrange: OnStrange): readonly Message[] {
  const messages = raw.map(readMessage).filter((message) => message !== null);
  if (messages.length < raw.length) onStrange(raw.length - messages.length);
  return messages.sort(compareMessages);
}

/** One message; `null` if it lacks an id, a role or a time. Anything else that is strange costs only itself. */
export function readMessage(raw: unknown): Message | null {
  const wire = parseMessage(raw);
  const id = MessageId.safeParse(wire?._id);
  if (wire === null || !id.success) return null;
  const own = wire.role === 'appUser';
  const clientMessageId = own ? readClientMessageId(wire) : null;
  const quote = readQuote(wire);
  const content = readContent(wire, readFallback(raw));
  return {
    key: clientMessageId ?? id.data,
    id: id.data,
    clientMessageId,
    author: own ? { kind: 'self' } : readBusinessAuthor(wire),
    // Neither are seconds exact in binary (1.001 * 1000 is not 1001), nor does every service stop at milliseconds.
    received: EpochMs.parse(Math.round(wire.received * 1000)),
    composedAt: null,
    outboxPosition: null,
    content,
    ...(quote !== undefined && { quote }),
    actions: own || content.kind === 'deleted' ? [] : toActions(wire.actions ?? []),
    metadata: readMetadata(wire.metadata),
    status: 'sent',
    refusal: null,
  };
}

/** The wire shape, without the fields that are not what they should be. */
function parseMessage(raw: unknown): WireMessage | null {
  const present = withoutNulls(raw, 1);
  if (!isRecord(present)) return null;
  const tidy = {
    source: { type: 'unknown' },
    ...present,
    ...(present['actions'] !== undefined && { actions: readEach(present['actions'], WireAction) }),
    ...(present['items'] !== undefined && { items: readItems(present['items']) }),
    ...(Array.isArray(present['fields']) && {
      fields: present['fields'].map((field: unknown) => withoutNulls(field, 1)),
    }),
  };
  const first = WireMessage.safeParse(tidy);
  if (first.success) return first.data;
  const strange = new Set(first.error.issues.map((issue) => issue.path[0]));
  const rest = Object.fromEntries(Object.entries(tidy).filter(([name]) => !strange.has(name)));
  const second = WireMessage.safeParse({ source: { type: 'unknown' }, ...rest });
  return second.success ? second.data : null;
}

function readItems(raw: unknown): WireItem[] {
  const items = (Array.isArray(raw) ? raw : []).map((item: unknown) => {
    const present = withoutNulls(item, 1);
    return isRecord(present) ? { ...present, actions: readEach(present['actions'], WireAction) } : present;
  });
  return readEach(items, WireItem);
}

function readEach<T>(raw: unknown, shape: z.ZodType<T>): T[] {
  return (Array.isArray(raw) ? raw : []).flatMap((one: unknown) => {
    const parsed = shape.safeParse(withoutNulls(one, 1));
    return parsed.success ? [parsed.data] : [];
  });
}

const Fallback = z.object({
  textFallback: z.string().catch(''),
  altText: z.string().catch(''),
});

/** What newer services write for those who do not know a type. */
function readFallback(raw: unknown): string {
  const fallback = Fallback.safeParse(raw);
  return fallback.success ? fallback.data.textFallback || fallback.data.altText : '';
}

function readBusinessAuthor({ name, avatarUrl }: WireMessage): Author {
  return { kind: 'business', name: optionalText(name?.trim()), avatarUrl: readMediaUrl(avatarUrl ?? '') };
}

/** Our own service echoes `_clientId`; any other one keeps the metadata it was given. */
function readClientMessageId({ _clientId, metadata }: WireMessage): ClientMessageId | null {
  const echoed = ClientMessageId.safeParse(_clientId);
  if (echoed.success) return echoed.data;
  const kept = ClientMessageId.safeParse(metadata?.['clientMessageId']);
  return kept.success ? kept.data : null;
}

function readMetadata(wire: WireMessage['metadata']): Metadata | null {
  const entries = Object.entries(wire ?? {})
    .filter(([name]) => name !== 'clientMessageId')
    .map(([name, value]) => [normalizeText(name), typeof value === 'string' ? normalizeText(value) : value]);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** The body of POST messages. The client message id travels twice: as our service and as any other one keeps it. */
export function writeMessage(message: OutgoingMessage, client: WireClient): object {
  const { clientMessageId, text, payload, metadata, formResponse } = message;
  return {
    message: {
      role: 'appUser',
      ...(formResponse === undefined
        ? { type: 'text', text: normalizeText(text) }
        : {
            type: 'formResponse',
            fields: formResponse.answers,
            quotedMessageId: formResponse.form,
          }),
      ...(payload !== null && { payload }),
      metadata: { ...metadata, clientMessageId },
      _clientId: clientMessageId,
    },
    sender: { type: 'appUser', client },
  };
}

/** What the sign-in endpoint is told. */
export function writeSignIn(by: SignInProof): WireSignInProof {
  switch (by.kind) {
    case 'password':
      return { userId: by.userId, password: by.password };
    case 'refresh':
      return { refreshToken: by.refreshToken };
    case 'code':
      return { code: by.code, codeVerifier: by.verifier };
  }
}

/** What proves a subscription (smooch-sdk-api B.2). */
export function writeSubscribeExt(appId: AppId, { appUserId, credential }: KnownSpeaker): WireSubscribeExt {
  return credential.kind === 'jwt'
    ? { appId, appUserId, jwt: credential.jwt }
    : { appId, appUserId, sessionToken: credential.sessionToken };
}

/** Seconds, as `?before=` takes them. */
export function writeSeconds(time: EpochMs): string {
  return (time / 1000).toFixed(3);
}

export function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** Many services write `null` where they mean "absent". Looks `depth` objects deep and no deeper. */
export function withoutNulls(raw: unknown, depth: number): unknown {
  if (!isRecord(raw) || depth === 0) return raw;
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, withoutNulls(value, depth - 1)]),
  );
}
