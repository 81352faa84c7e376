import { randomBytes, randomUUID } from 'node:crypto';
import { AccountId, ClientMessageId, EpochMs, MessageId } from '../../contract/ids.ts';
import type { Cursor } from '../../contract/history.ts';
import type { Message } from '../../contract/model.ts';

export const newAccount = (): AccountId => AccountId.parse(randomBytes(16).toString('hex'));
export const newKey = (): string => randomBytes(32).toString('hex');

/** A client message id from a small number, the same one each time. */
export function clientId(number: number): ClientMessageId {
  return ClientMessageId.parse(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
}

const blank: Omit<Message, 'key' | 'id' | 'clientMessageId' | 'received' | 'status' | 'content'> = {
  author: { kind: 'self' },
  composedAt: null,
  outboxPosition: null,
  actions: [],
  metadata: null,
  refusal: null,
};

/** A message as the service has it. `minute` orders it. */
export function confirmed(id: string, minute: number, more: Partial<Message> = {}): Message {
  return {
    ...blank,
    key: more.clientMessageId ?? id,
    id: MessageId.parse(id),
    clientMessageId: null,
    author: { kind: 'business', name: 'Ben', avatarUrl: null },
    received: EpochMs.parse(1_700_000_000_000 + minute * 60_000),
    content: { kind: 'text', text: `message ${id}` },
    status: 'sent',
    ...more,
  };
}

/** A message of this device that the service has not accepted. */
export function outgoing(id: ClientMessageId = ClientMessageId.parse(randomUUID()), text = 'hello'): Message {
  return {
    ...blank,
    key: id,
    id: null,
    clientMessageId: id,
    received: null,
    composedAt: EpochMs.parse(1_700_000_000_000),
    content: { kind: 'text', text },
    status: 'queued',
  };
}

/** Where `message` stands in the thread. */
export function cursorOf(message: Message): Cursor {
  if (message.id === null || message.received === null) throw new Error('not confirmed');
  return { id: message.id, received: message.received };
}
