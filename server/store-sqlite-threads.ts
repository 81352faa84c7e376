/** The embedded database's part of what is said: conversations and messages. */
import { ConversationRow, MessageRow, PlaceRow } from './store-sqlite-rows.ts';
import type { Sql } from './store-sqlite-sql.ts';
import type { Conversation, PageQuery, Place, StoredMessage, Threads } from './store.ts';

const messageColumns =
  'm.id, m.conversation_id, m.app_user_id, m.received, m.role, m.client_message_id, m.content';

export function threadsOf(sql: Sql): Threads {
  return {
    async conversation(id: string): Promise<Conversation | null> {
      return sql.one(ConversationRow, 'SELECT * FROM conversation WHERE id = ?', id);
    },

    async conversationOf(appUserId: string): Promise<Conversation | null> {
      return sql.one(ConversationRow, 'SELECT * FROM conversation WHERE app_user_id = ?', appUserId);
    },

    async putConversation(conversation: Conversation): Promise<void> {
      sql.run(
        `INSERT INTO conversation
           (id, app_user_id, created_at, last_received, unread_count, user_last_read, business_last_read)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET app_user_id = excluded.app_user_id,
         last_received = excluded.last_received, unread_count = excluded.unread_count,
         user_last_read = excluded.user_last_read, business_last_read = excluded.business_last_read`,
        conversation.id,
        conversation.appUserId,
        conversation.createdAt,
        conversation.lastReceived,
        conversation.unreadCount,
        conversation.userLastRead,
        conversation.businessLastRead,
      );
    },

    async deleteConversation(id: string): Promise<void> {
      sql.run('DELETE FROM conversation WHERE id = ?', id);
    },

    async message(id: string): Promise<StoredMessage | null> {
      return sql.one(MessageRow, `SELECT ${messageColumns} FROM message m WHERE id = ?`, id);
    },

    async messageByClientMessageId(
      appUserId: string,
      clientMessageId: string,
    ): Promise<StoredMessage | null> {
      return sql.one(
        MessageRow,
        `SELECT ${messageColumns} FROM message m WHERE app_user_id = ? AND client_message_id = ?`,
        appUserId,
        clientMessageId,
      );
    },

    async insertMessage(message: StoredMessage, actionIds: readonly string[]): Promise<void> {
      sql.run(
        `INSERT INTO message (id, conversation_id, received, role, app_user_id, client_message_id, content)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        message.id,
        message.conversationId,
        message.received,
        message.role,
        message.appUserId,
        message.clientMessageId,
        JSON.stringify(message.content),
      );
      for (const actionId of actionIds) {
        sql.run('INSERT INTO action (id, message_id) VALUES (?, ?)', actionId, message.id);
      }
    },

    async messages({ conversationId, before, after, limit }: PageQuery): Promise<StoredMessage[]> {
      if (after !== undefined) {
        return sql.all(
          MessageRow,
          `SELECT ${messageColumns} FROM message m WHERE conversation_id = ? AND received > ?
           ORDER BY received LIMIT ?`,
          conversationId,
          after,
          limit,
        );
      }
      return sql
        .all(
          MessageRow,
          `SELECT ${messageColumns} FROM message m WHERE conversation_id = ? AND received < ?
         ORDER BY received DESC LIMIT ?`,
          conversationId,
          before ?? Number.MAX_SAFE_INTEGER,
          limit,
        )
        .reverse();
    },

    async messageOfAction(actionId: string): Promise<StoredMessage | null> {
      return sql.one(
        MessageRow,
        `SELECT ${messageColumns} FROM message m JOIN action a ON a.message_id = m.id WHERE a.id = ?`,
        actionId,
      );
    },

    async places(conversationId: string): Promise<Place[]> {
      return sql.all(
        PlaceRow,
        'SELECT id, received FROM message WHERE conversation_id = ? ORDER BY received',
        conversationId,
      );
    },

    async moveMessages(places: readonly Place[], conversationId: string, appUserId: string): Promise<void> {
      for (const { id, received } of places) {
        sql.run(
          `UPDATE message SET client_message_id = NULL WHERE id = ? AND EXISTS (SELECT 1 FROM message o
           WHERE o.app_user_id = ? AND o.client_message_id = message.client_message_id AND o.id <> message.id)`,
          id,
          appUserId,
        );
        sql.run(
          'UPDATE message SET conversation_id = ?, received = ?, app_user_id = ? WHERE id = ?',
          conversationId,
          received,
          appUserId,
          id,
        );
      }
    },
  };
}
