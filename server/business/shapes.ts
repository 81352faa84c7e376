/** From rows to the words of REST v2: ISO times, `author` and `content` in place of role and root fields. */
import type { AppKey, Conversation, Device, MessageContent, StoredMessage, User } from '../store.ts';
import type { WireAction, WireItem } from '../../contract/sdk-api.ts';

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
  const { lastReceived, businessLastRead } = conversation;
  return {
    id: conversation.id,
    type: 'personal',
    isDefault: true,
    metadata: {},
    createdAt: iso(conversation.createdAt),
    ...(lastReceived > 0 && { lastUpdatedAt: iso(lastReceived) }),
    ...(businessLastRead !== null && { businessLastRead: iso(businessLastRead) }),
  };
}

export function v2Participant(conversation: Conversation, user: User): object {
  return {
    id: conversation.id,
    userId: user.id,
    ...(user.userId !== null && { userExternalId: user.userId }),
    unreadCount: conversation.unreadCount,
    ...(conversation.userLastRead !== null && { lastRead: iso(conversation.userLastRead) }),
    clientAssociations: [],
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

export function v2Key(key: AppKey): object {
  return { id: key.id, displayName: key.displayName, secret: key.secret };
}

export function v2Message(message: StoredMessage, user: User): object {
  const { content } = message;
  return {
    id: message.id,
    received: iso(message.received),
    author: v2Author(message, user),
    content: v2Content(content),
    source: { type: content.source.type === 'api' ? 'api:conversations' : content.source.type },
    ...(content.metadata !== undefined && { metadata: content.metadata }),
  };
}

function v2Author({ role, content }: StoredMessage, user: User): object {
  const named = {
    ...(content.name !== undefined && { displayName: content.name }),
    ...(content.avatarUrl !== undefined && { avatarUrl: content.avatarUrl }),
  };
  if (role !== 'appUser') return { type: 'business', ...named };
  return {
    type: 'user',
    userId: user.id,
    ...(user.userId !== null && { userExternalId: user.userId }),
    ...named,
  };
}

function v2Content({ type, items, actions, ...content }: MessageContent): object {
  const { text, payload, mediaUrl, mediaType, mediaSize, altText, coordinates, location } = content;
  return {
    type,
    ...(text !== undefined && { text }),
    ...(payload !== undefined && { payload }),
    ...(mediaUrl !== undefined && { mediaUrl }),
    ...(mediaType !== undefined && { mediaType }),
    ...(mediaSize !== undefined && { mediaSize }),
    ...(altText !== undefined && { altText }),
    ...(coordinates !== undefined && { coordinates }),
    ...(location !== undefined && { location }),
    ...(actions !== undefined && { actions: actions.map(withoutId) }),
    ...(items !== undefined && { items: items.map(v2Item) }),
  };
}

function v2Item({ _id, actions, ...item }: WireItem): object {
  void _id;
  return { ...item, actions: actions.map(withoutId) };
}

function withoutId({ _id, ...action }: WireAction): object {
  void _id;
  return action;
}
