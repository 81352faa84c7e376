/** What is said in a conversation: accept a message once, page, read marks, activities, postbacks, deletion. */
import { attachmentPath, type Attachments } from './attachments.ts';
import type { ActivityType, Audience } from './audience.ts';
import { Refusal } from './errors.ts';
import type { ServiceEvent } from './fan-out.ts';
import { newId } from './ids.ts';
import type {
  Attachment,
  Conversation,
  Membership,
  MessageContent,
  Participant,
  StoredMessage,
  Transaction,
  User,
} from './store.ts';
import { messageEvent } from './wire.ts';

/** Messages a page holds, in the original as here. */
export const pageSize = 100;

export interface NewMessage {
  /** Null for the business. */
  readonly author: User | null;
  /** The author's, where it has been looked up. */
  readonly seat?: Participant;
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

export class Messages {
  readonly #audience: Audience;
  readonly #attachments: Attachments;
  readonly #now: () => number;

  constructor({
    audience,
    attachments,
    now,
  }: {
    audience: Audience;
    attachments: Attachments;
    now: () => number;
  }) {
    this.#audience = audience;
    this.#attachments = attachments;
    this.#now = now;
  }

  /**
   * Accepts a message. A client message id this user has used before, whatever now comes with it, is answered with the
   * first message, and nobody is told a second time.
   */
  async append(
    tx: Transaction,
    conversation: Conversation,
    { author, seat, clientMessageId, content }: NewMessage,
  ): Promise<Posted> {
    const received = Math.max(this.#now(), conversation.lastReceived + 1);
    const message: StoredMessage = {
      id: newId(received),
      conversationId: conversation.id,
      appUserId: author?.id ?? null,
      received,
      role: author === null ? 'appMaker' : 'appUser',
      clientMessageId,
      content,
    };
    const next = { ...conversation, lastReceived: received };
    if (!(await tx.insertMessage(message, actionIds(content)))) {
      return { message: await firstSaid(tx, message), conversation, repeated: true };
    }
    await tx.touchConversation(conversation.id, received);
    // In a personal conversation there is nobody but its one participant, who has read what they say themselves.
    const isAlone = conversation.type === 'personal' && seat !== undefined;
    if (!isAlone) await tx.countUnread(conversation.id, message.appUserId);
    for (const participant of isAlone ? [seat] : await tx.participants(conversation.id)) {
      const event = messageEvent(message, { conversation: next, participant });
      this.#audience.tellDevices(tx, participant.appUserId, event);
    }
    await this.#audience.tellBusiness(tx, { kind: 'message', conversation: next, message, user: author });
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
  async readByUser(tx: Transaction, user: User, { conversation, participant }: Membership): Promise<void> {
    if (participant.unreadCount === 0 && (participant.lastRead ?? -1) >= conversation.lastReceived) return;
    const lastRead = Math.max(this.#now(), conversation.lastReceived);
    await tx.putParticipant({ ...participant, unreadCount: 0, lastRead });
    const event = activityEvent(conversation, 'conversation:read', 'appUser', { lastRead: lastRead / 1000 });
    await this.#tellAll(tx, conversation, () => event);
    const told = { kind: 'activity', conversation, user, type: 'conversation:read', at: lastRead } as const;
    await this.#audience.tellBusiness(tx, told);
  }

  /** Typing is told on and forgotten. */
  async typingByUser(
    tx: Transaction,
    user: User,
    conversation: Conversation,
    type: 'typing:start' | 'typing:stop',
  ): Promise<void> {
    await this.#audience.tellBusiness(tx, { kind: 'activity', conversation, user, type, at: this.#now() });
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
    const at = Math.max(this.#now(), conversation.lastReceived);
    if (type === 'conversation:read') {
      await tx.putConversation({ ...conversation, businessLastRead: at });
      data.lastRead = at / 1000;
    }
    await this.#tellAll(tx, conversation, () => activityEvent(conversation, type, 'appMaker', data));
    await this.#audience.tellBusiness(tx, { kind: 'activity', conversation, user: null, type, at });
  }

  /** The business hears which button was pressed; nothing is added to the conversation. */
  async postback(tx: Transaction, user: User, actionId: string): Promise<void> {
    const message = await tx.messageOfAction(actionId);
    const conversation = message && (await tx.conversation(message.conversationId));
    if (!conversation || (await tx.participant(conversation.id, user.id)) === null) {
      throw new Refusal('action_not_found');
    }
    await this.#audience.tellBusiness(tx, { kind: 'postback', conversation, user, message, actionId });
  }

  /** All messages of a conversation, or one. @throws {Refusal} `message_not_found`. */
  async remove(tx: Transaction, conversation: Conversation, id?: string): Promise<void> {
    if (id !== undefined && (await tx.message(id))?.conversationId !== conversation.id) {
      throw new Refusal('message_not_found');
    }
    await this.#attachments.remove(tx, await tx.deleteMessages(conversation.id, { id }));
    const message = id === undefined ? {} : { message: { _id: id } };
    const event = { type: 'message:deleted', conversation: { _id: conversation.id }, ...message } as const;
    await this.#tellAll(tx, conversation, () => event);
  }

  async #tellAll(
    tx: Transaction,
    conversation: Conversation,
    eventFor: (participant: Participant) => ServiceEvent,
  ): Promise<void> {
    for (const participant of await tx.participants(conversation.id)) {
      this.#audience.tellDevices(tx, participant.appUserId, eventFor(participant));
    }
  }
}

/** What the author of `repeated` said under this client message id before. */
async function firstSaid(tx: Transaction, repeated: StoredMessage): Promise<StoredMessage> {
  const { appUserId, clientMessageId } = repeated;
  const first = await tx.messageByClientMessageId(appUserId ?? '', clientMessageId ?? '');
  if (first === null) throw new Error('A message was refused as repeated, and there is no first.');
  return first;
}

function activityEvent(
  conversation: Conversation,
  type: ActivityType,
  role: 'appUser' | 'appMaker',
  data: { name?: string; avatarUrl?: string; lastRead?: number },
): ServiceEvent {
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
