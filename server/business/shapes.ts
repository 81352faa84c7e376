/** From rows to the words of REST v2: ISO times, `author` and `content` in place of role and root fields. */
import type {
  AppKey,
  Conversation,
  Delivery,
  Device,
  Integration,
  MessageContent,
  Participant,
  StoredMessage,
  User,
  Webhook,
} from '../store.ts';
import type { WireItem } from '../../contract/sdk-api.ts';
import { addressed } from '../wire.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export function v2User(user: User): object {
  const { properties, ...profile } = user.profile;
  return {
    id: user.id,
    ...(user.userId !== null && { externalId: user.userId }),
    signedUpAt: iso(user.signedUpAt),
    profile,
    metadata: properties,
    identities: profile.email ? [{ type: 'email', value: profile.email, primary: true }] : [],
    hasPaymentInfo: false,
    authenticated: user.credentialRequired,
  };
}

export function v2Conversation(conversation: Conversation): object {
  const { lastReceived, businessLastRead, about } = conversation;
  return {
    id: conversation.id,
    type: conversation.type,
    isDefault: conversation.isDefault,
    ...about,
    createdAt: iso(conversation.createdAt),
    ...(lastReceived > 0 && { lastUpdatedAt: iso(lastReceived) }),
    ...(businessLastRead !== null && { businessLastRead: iso(businessLastRead) }),
  };
}

export function v2Participant(participant: Participant, user: User): object {
  return {
    id: participant.id,
    userId: user.id,
    ...(user.userId !== null && { userExternalId: user.userId }),
    unreadCount: participant.unreadCount,
    ...(participant.lastRead !== null && { lastRead: iso(participant.lastRead) }),
    clientAssociations: [],
  };
}

/** A device in the words of v2, where all SDK devices of a user hang under one client. */
export function v2Device(device: Device): object {
  return {
    id: device.id,
    guid: device.id,
    clientId: device.appUserId,
    type: device.platform,
    status: device.active ? 'active' : 'inactive',
    lastSeen: iso(device.lastSeen),
    ...(device.appVersion !== null && { appVersion: device.appVersion }),
    info: device.info,
  };
}

export function v2Client(device: Device): object {
  return {
    id: device.id,
    type: 'sdk',
    status: device.active ? 'active' : 'inactive',
    lastSeen: iso(device.lastSeen),
    ...(device.displayName !== null && { displayName: device.displayName }),
    info: { ...device.info, platform: device.platform },
  };
}

export function v2Integration(integration: Integration, webhooks: readonly Webhook[]): object {
  const { id, displayName, status } = integration;
  return { id, type: 'custom', displayName, status, webhooks: webhooks.map(v2Webhook) };
}

export function v2Webhook(webhook: Webhook): object {
  const { id, target, triggers, secret, includeFullUser, includeFullSource } = webhook;
  return { id, version: 'v2', target, triggers, secret, includeFullUser, includeFullSource };
}

export function v2Delivery({ id, trigger, state, attempts, outcome, createdAt, nextAt }: Delivery): object {
  return {
    ...{ id, trigger, state, attempts, createdAt: iso(createdAt) },
    ...(outcome !== null && { outcome }),
    ...(state === 'pending' && { nextAttemptAt: iso(nextAt) }),
  };
}

export function v2Key(key: AppKey): object {
  return { id: key.id, displayName: key.displayName, secret: key.secret };
}

/** `author` is who said it, null for the business; `address` is where the reader finds the service. */
export function v2Message(message: StoredMessage, author: User | null, address: string): object {
  const content = addressed(message.content, address);
  const { source, metadata, quotedMessageId } = content;
  return {
    id: message.id,
    received: iso(message.received),
    author: v2Author(content, author),
    content: v2Content(content),
    source: { type: source.type === 'api' ? 'api:conversations' : source.type },
    ...(metadata !== undefined && { metadata }),
    ...(quotedMessageId !== undefined && {
      quotedMessage: { type: 'message', message: { id: quotedMessageId } },
    }),
  };
}

function v2Author({ name, avatarUrl }: MessageContent, author: User | null): object {
  const named = {
    ...(name !== undefined && { displayName: name }),
    ...(avatarUrl !== undefined && { avatarUrl }),
  };
  if (author === null) return { type: 'business', ...named };
  return {
    type: 'user',
    userId: author.id,
    ...(author.userId !== null && { userExternalId: author.userId }),
    ...named,
  };
}

/** What is said, without who said it, and without the ids that only devices need. */
function v2Content(content: MessageContent): object {
  const { items, actions, fields, name, avatarUrl, source, metadata, quotedMessageId, ...said } = content;
  void [name, avatarUrl, source, metadata, quotedMessageId];
  return {
    ...said,
    ...(actions !== undefined && { actions: actions.map(withoutId) }),
    ...(items !== undefined && { items: items.map(v2Item) }),
    ...(fields !== undefined && { fields: fields.map(withoutId) }),
  };
}

function v2Item({ _id, actions, ...item }: WireItem): object {
  void _id;
  return { ...item, actions: actions.map(withoutId) };
}

function withoutId<T extends { _id?: string | undefined }>({ _id, ...rest }: T): object {
  void _id;
  return rest;
}
