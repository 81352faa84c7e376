/** From rows to the words of SDK API v1. */
import type { z } from 'zod';
import type { WireAppUser, WireConversation, WireEvent, WireMessage } from '../contract/sdk-api.ts';
import type { Conversation, Device, StoredMessage, User } from './store.ts';

export function wireMessage(message: StoredMessage): WireMessage {
  return {
    _id: message.id,
    role: message.role,
    authorId: message.role === 'appUser' ? message.appUserId : 'business',
    received: message.received / 1000,
    ...message.content,
    ...(message.clientMessageId !== null && { _clientId: message.clientMessageId }),
  };
}

export function wireConversation(conversation: Conversation): z.infer<typeof WireConversation> {
  return { _id: conversation.id, unreadCount: conversation.unreadCount };
}

type WireDevice = WireAppUser['clients'][number] & { active: boolean; lastSeen: string };

export function wireUser(
  user: User,
  devices: readonly Device[],
  conversationStarted: boolean,
): WireAppUser & { clients: WireDevice[]; pendingClients: [] } {
  const { givenName, surname, email, properties } = user.profile;
  return {
    _id: user.id,
    ...(user.userId !== null && { userId: user.userId }),
    ...(givenName !== undefined && { givenName }),
    ...(surname !== undefined && { surname }),
    ...(email !== undefined && { email }),
    signedUpAt: new Date(user.signedUpAt).toISOString(),
    properties,
    conversationStarted,
    credentialRequired: user.credentialRequired,
    clients: devices.map(wireDevice),
    pendingClients: [],
  };
}

export function wireDevice(device: Device): WireDevice & Record<string, unknown> {
  return {
    id: device.id,
    platform: device.platform,
    active: device.active,
    lastSeen: new Date(device.lastSeen).toISOString(),
    ...(device.appVersion !== null && { appVersion: device.appVersion }),
    ...(device.displayName !== null && { displayName: device.displayName }),
    info: device.info,
  };
}

export function messageEvent(message: StoredMessage, conversation: Conversation): WireEvent {
  return { type: 'message', conversation: wireConversation(conversation), message: wireMessage(message) };
}
