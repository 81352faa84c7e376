/** What the service itself holds, read from its own file while it runs or when it is down. */
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import type { Entry } from './history.ts';

const Row = z.object({
  id: z.string(),
  role: z.string(),
  client_message_id: z.string().nullable(),
  content: z.string(),
});
const Content = z.object({ text: z.string().default('') });

const threadOf = `
  SELECT message.id, role, client_message_id, content FROM message
  JOIN participant ON participant.conversation_id = message.conversation_id
  JOIN app_user ON app_user.id = participant.app_user_id
  WHERE app_user.user_id = ?
  ORDER BY message.received, message.id`;

/** The thread of one person, in the service's order. */
export function serviceThread(dataDir: string, userId: string): readonly Entry[] {
  return reading(dataDir, (db) => db.prepare(threadOf).all(userId).map(entryOf));
}

const conversationOf = `
  SELECT participant.conversation_id AS id FROM participant
  JOIN app_user ON app_user.id = participant.app_user_id
  WHERE app_user.user_id = ?`;

/** @returns null as long as they have none */
export function serviceConversation(dataDir: string, userId: string): string | null {
  return reading(dataDir, (db) => {
    const found = db.prepare(conversationOf).get(userId);
    return found === undefined ? null : z.object({ id: z.string() }).parse(found).id;
  });
}

function reading<T>(dataDir: string, read: (db: Database.Database) => T): T {
  const db = new Database(join(dataDir, 'service.db'), { readonly: true, fileMustExist: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

function entryOf(found: unknown): Entry {
  const { id, role, client_message_id: key, content } = Row.parse(found);
  const { text } = Content.parse(JSON.parse(content));
  const isOwn = role === 'appUser';
  return { key, id, text, author: isOwn ? 'self' : 'business', status: isOwn ? 'sent' : 'received' };
}
