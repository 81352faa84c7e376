/** From rows to the words of SDK API v2. Times are seconds. */
import type { Conversation, Participant } from '../store.ts';

export function conversationWords(conversation: Conversation, participants: readonly Participant[]): object {
  const { id, type, isDefault, about, createdAt, lastReceived, businessLastRead } = conversation;
  return {
    ...{ _id: id, type, isDefault, ...about },
    appMakers: [],
    ...(businessLastRead !== null && { appMakerLastRead: businessLastRead / 1000 }),
    lastUpdatedAt: Math.max(createdAt, lastReceived) / 1000,
    participants: participants.map(({ id: _id, appUserId, unreadCount, lastRead }) => ({
      ...{ _id, appUserId, unreadCount },
      ...(lastRead !== null && { lastRead: lastRead / 1000 }),
    })),
    messages: [],
  };
}
