/** From rows to the words of SDK API v1. */
import type { z } from 'zod';
import type { WireAppUser, WireConversation, WireMessage } from '../contract/sdk-api.ts';
import { attachmentPath } from './attachments.ts';
import type { ServiceEvent } from './fan-out.ts';
import type { Device, Membership, StoredMessage, User } from './store.ts';

/** As it is stored; `addressed` makes it fit for a reader. */
function relativeMessage(message: StoredMessage): WireMessage {
  return {
    _id: message.id,
    role: message.role,
    authorId: message.appUserId ?? 'business',
    received: message.received / 1000,
    ...message.content,
    ...(message.clientMessageId !== null && { _clientId: message.clientMessageId }),
  };
}

export function wireConversation({
  conversation,
  participant,
}: Membership): z.infer<typeof WireConversation> {
  const { id, businessLastRead, merges } = conversation;
  return {
    _id: id,
    unreadCount: participant.unreadCount,
    ...(businessLastRead !== null && { appMakerLastRead: businessLastRead / 1000 }),
    merges: merges.map(({ at, from }) => ({ at: at / 1000, from: from / 1000 })),
  };
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

export function wireMessage(message: StoredMessage, address: string): WireMessage {
  return addressed(relativeMessage(message), address);
}

/** For listeners at whatever address; see `addressed`. */
export function messageEvent(message: StoredMessage, membership: Membership): ServiceEvent {
  return { type: 'message', conversation: wireConversation(membership), message: relativeMessage(message) };
}

/**
 * A stored address as its reader may use it. What was uploaded here is stored without a host, because a service may come
 * back on another port or stand behind a proxy.
 */
export function absoluteUrl(stored: string, address: string): string {
  return stored.startsWith(attachmentPath) ? `${address}${stored}` : stored;
}

/** The opposite, for an address that comes back to us. */
export function storedUrl(url: string, address: string): string {
  return url.startsWith(`${address}${attachmentPath}`) ? url.slice(address.length) : url;
}

/** A message with every address in it as the reader at `address` may use it. */
export function addressed<M extends Pick<WireMessage, 'mediaUrl' | 'items'>>(message: M, address: string): M {
  const { mediaUrl, items } = message;
  return {
    ...message,
    ...(mediaUrl !== undefined && { mediaUrl: absoluteUrl(mediaUrl, address) }),
    ...(items !== undefined && {
      items: items.map((item) => ({
        ...item,
        ...(item.mediaUrl !== undefined && { mediaUrl: absoluteUrl(item.mediaUrl, address) }),
      })),
    }),
  };
}
