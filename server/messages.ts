/** The one conversation of a user: accept a message once, page, read marks, activities, postbacks. */
import type { WireEvent } from '../contract/sdk-api.ts';
import { attachmentPath } from './attachments.ts';
import type { Audience, BusinessEvent } from './audience.ts';
import { Refusal } from './errors.ts';
import { newId } from './ids.ts';
import type { Attachment, Conversation, MessageContent, StoredMessage, Transaction, User } from './store.ts';
import { messageEvent } from './wire.ts';

/** Messages a page holds, in the original as here. */
export const pageSize = 100;

export interface NewMessage {
  readonly role: 'appUser' | 'appMaker' | 'whisper';
  readonly clientMessageId: string | null;
  readonly content: MessageContent;
}

export interface Posted {
  readonly message: StoredMessage;
  readonly conversation: Conversation;
  /** This was said before; nothing new was stored. */
  readonly repeated: boolean;
}

export interface Page {
  readonly messages: StoredMessage[];
  /** Whether there is more in the direction of the question; older messages where it had none. */
  readonly hasMore: boolean;
}

type ActivityType = 'typing:start' | 'typing:stop' | 'conversation:read';

export class Messages {
  readonly #audience: Audience;
  readonly #now: () => number;

  constructor({ audience, now }: { audience: Audience; now: () => number }) {
    this.#audience = audience;
    this.#now = now;
  }

  /** The user's conversation, started if there is none yet. */
  async start(tx: Transaction, user: User): Promise<Conversation> {
    const existing = await tx.conversationOf(user.id);
    if (existing) return existing;
    const now = this.#now();
    const conversation: Conversation = {
      id: newId(now),
      appUserId: user.id,
      createdAt: now,
      lastReceived: 0,
      unreadCount: 0,
      userLastRead: null,
      businessLastRead: null,
    };
    await tx.putConversation(conversation);
    return conversation;
  }

  /** @throws {Refusal} `conversation_not_found` before the first message. */
  async require(tx: Transaction, user: User): Promise<Conversation> {
    const conversation = await tx.conversationOf(user.id);
    if (conversation === null) throw new Refusal('conversation_not_found');
    return conversation;
  }

  /**
   * Accepts a message. A client message id this user has used before, whatever now comes with it, is answered with the
   * first message, and nobody is told a second time.
   */
  async append(tx: Transaction, user: User, { role, clientMessageId, content }: NewMessage): Promise<Posted> {
    const conversation = await this.start(tx, user);
    if (clientMessageId !== null) {
      const first = await tx.messageByClientMessageId(user.id, clientMessageId);
      if (first) return { message: first, conversation, repeated: true };
    }
    const received = Math.max(this.#now(), conversation.lastReceived + 1);
    const message: StoredMessage = {
      id: newId(received),
      conversationId: conversation.id,
      appUserId: user.id,
      received,
      role,
      clientMessageId,
      content,
    };
    const unread = role === 'appUser' ? 0 : 1;
    const next = {
      ...conversation,
      lastReceived: received,
      unreadCount: conversation.unreadCount + unread,
    };
    await tx.insertMessage(message, actionIds(content));
    await tx.putConversation(next);
    this.#tell(tx, user, messageEvent(message, next), { kind: 'message', user, message });
    return { message, conversation: next, repeated: false };
  }

  /** Bounds in ms, exclusive. */
  async page(
    tx: Transaction,
    conversation: Conversation,
    bounds: { before?: number | undefined; after?: number | undefined } = {},
  ): Promise<Page> {
    const found = await tx.messages({ conversationId: conversation.id, ...bounds, limit: pageSize + 1 });
    const hasMore = found.length > pageSize;
    const messages = bounds.after === undefined ? found.slice(-pageSize) : found.slice(0, pageSize);
    return { messages, hasMore };
  }

  /** The person has read everything: the badge goes on all their devices. */
  async readByUser(tx: Transaction, user: User): Promise<void> {
    const conversation = await this.require(tx, user);
    if (conversation.unreadCount === 0 && conversation.userLastRead !== null) {
      if (conversation.userLastRead >= conversation.lastReceived) return;
    }
    const lastRead = Math.max(this.#now(), conversation.lastReceived);
    await tx.putConversation({ ...conversation, unreadCount: 0, userLastRead: lastRead });
    this.#tell(
      tx,
      user,
      activityEvent(conversation, 'conversation:read', 'appUser', { lastRead: lastRead / 1000 }),
      {
        kind: 'activity',
        user,
        conversationId: conversation.id,
        type: 'conversation:read',
      },
    );
  }

  /** Typing is told on and forgotten. */
  async typingByUser(tx: Transaction, user: User, type: 'typing:start' | 'typing:stop'): Promise<void> {
    const conversation = await this.require(tx, user);
    const event: BusinessEvent = { kind: 'activity', user, conversationId: conversation.id, type };
    tx.afterCommit(() => this.#audience.tellBusiness(event));
  }

  async activityByBusiness(
    tx: Transaction,
    conversation: Conversation,
    type: ActivityType,
    author: { name?: string | undefined; avatarUrl?: string | undefined },
  ): Promise<void> {
    const data: { name?: string; avatarUrl?: string; lastRead?: number } = {};
    if (author.name !== undefined) data.name = author.name;
    if (author.avatarUrl !== undefined) data.avatarUrl = author.avatarUrl;
    if (type === 'conversation:read') {
      const lastRead = Math.max(this.#now(), conversation.lastReceived);
      await tx.putConversation({ ...conversation, businessLastRead: lastRead });
      data.lastRead = lastRead / 1000;
    }
    const event = activityEvent(conversation, type, 'appMaker', data);
    tx.afterCommit(() => this.#audience.tellDevices(conversation.appUserId, event));
  }

  /** The business hears which button was pressed; nothing is added to the conversation. */
  async postback(tx: Transaction, user: User, actionId: string): Promise<void> {
    const message = await tx.messageOfAction(actionId);
    if (message?.appUserId !== user.id) throw new Refusal('action_not_found');
    tx.afterCommit(() => this.#audience.tellBusiness({ kind: 'postback', user, message, actionId }));
  }

  #tell(tx: Transaction, user: User, devices: WireEvent, business: BusinessEvent): void {
    tx.afterCommit(() => {
      this.#audience.tellDevices(user.id, devices);
      this.#audience.tellBusiness(business);
    });
  }
}

function activityEvent(
  conversation: Conversation,
  type: ActivityType,
  role: 'appUser' | 'appMaker',
  data: { name?: string; avatarUrl?: string; lastRead?: number },
): WireEvent {
  return { type: 'activity', conversation: { _id: conversation.id }, activity: { type, role, data } };
}

function actionIds({ actions = [], items = [] }: MessageContent): string[] {
  return [...actions, ...items.flatMap((item) => item.actions)].map((action) => action._id);
}

/** What a message says that is an uploaded file. */
export function fileContent({ id, name, mediaType, size }: Attachment): Omit<MessageContent, 'source'> {
  const mediaUrl = `${attachmentPath}${id}/${encodeURIComponent(name)}`;
  const media = { mediaUrl, mediaType, mediaSize: size };
  // A file without a text stops the 4.x client from drawing anything.
  return mediaType.startsWith('image/') ? { type: 'image', ...media } : { type: 'file', text: '', ...media };
}
