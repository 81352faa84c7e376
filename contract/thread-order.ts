import type { Message } from './model.ts';

/**
 * The order of the thread, everywhere: by the service's time, then by the service's id; what the service has not
 * accepted yet comes last, in the order it was written. No local clock takes part.
 */
export function compareMessages(a: Message, b: Message): number {
  if (a.received !== null && b.received !== null) {
    return a.received - b.received || compareIds(a.id ?? a.key, b.id ?? b.key);
  }
  if (a.received !== null) return -1;
  if (b.received !== null) return 1;
  return (a.outboxPosition ?? 0) - (b.outboxPosition ?? 0) || compareIds(a.key, b.key);
}

/** Bytewise, as SQLite's BINARY collation does it: the store and the screen must agree. */
function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `messages` with `changed` put in their places; a message known by its key is replaced, never doubled. */
export function placeMessages(messages: readonly Message[], changed: readonly Message[]): readonly Message[] {
  if (changed.length === 0) return messages;
  const keys = new Set(changed.map((message) => message.key));
  return [...messages.filter((message) => !keys.has(message.key)), ...changed].sort(compareMessages);
}
