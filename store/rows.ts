import { z } from 'zod';
import { Message } from '../contract/model.ts';
import { OutboxItem } from '../contract/history.ts';

/** A message as the table holds it; `attempted` says nothing about one that was accepted. */
export const Stored = OutboxItem;
export type Stored = z.infer<typeof Stored>;

const Row = z.object({
  key: z.string(),
  id: z.string().nullable(),
  client_message_id: z.string().nullable(),
  received: z.int().nullable(),
  outbox_position: z.int().nullable(),
  status: z.string(),
  attempted: z.int(),
  body: z.string(),
});
export type Row = z.infer<typeof Row>;

/** @returns null for a row that is no message of ours: it is skipped, its neighbours are not. */
export function storedOf(raw: unknown): Stored | null {
  const row = Row.safeParse(raw);
  if (!row.success) return null;
  const { key, id, client_message_id, received, outbox_position, status, attempted, body } = row.data;
  const message = Message.safeParse({
    ...jsonOf(body),
    key,
    id,
    clientMessageId: client_message_id,
    received,
    outboxPosition: outbox_position,
    status,
  });
  return message.success ? { message: message.data, attempted: attempted === 1 } : null;
}

export function rowOf({ message, attempted }: Stored): Row {
  const { key, id, clientMessageId, received, outboxPosition, status, ...body } = message;
  return {
    key,
    id,
    client_message_id: clientMessageId,
    received,
    outbox_position: outboxPosition,
    status,
    attempted: attempted ? 1 : 0,
    body: JSON.stringify(body),
  };
}

/** The JSON object in `text`, or an empty one. */
export function jsonOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
