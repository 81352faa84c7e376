/** What is said: conversations and messages, in SQL that every adapter speaks. */
import { attachmentPath, idLength } from './attachments.ts';
import {
  ConversationRow,
  CountRow,
  IdRow,
  MembershipRow,
  MessageRow,
  ParticipantRow,
  PlaceRow,
} from './store-rows.ts';
import type { Sql } from './store-sql.ts';
import type {
  Conversation,
  Membership,
  PageQuery,
  Participant,
  Place,
  StoredMessage,
  Threads,
} from './store.ts';

const messageColumns =
  'm.id, m.conversation_id, m.app_user_id, m.received, m.role, m.client_message_id, m.content';

export function threadsOf(sql: Sql): Threads {
  return {
    async conversation(id: string): Promise<Conversation | null> {
      return sql.one(ConversationRow, 'SELECT * FROM conversation WHERE id = ?', id);
    },

    async defaultConversation(appUserId: string): Promise<Conversation | null> {
      return sql.one(
        ConversationRow,
        `SELECT c.* FROM participant p JOIN conversation c ON c.id = p.conversation_id
         WHERE p.app_user_id = ? AND c.is_default = 1`,
        appUserId,
      );
    },

    async defaultMembership(appUserId: string): Promise<Membership | null> {
      return sql.one(
        MembershipRow,
        `SELECT c.*, p.id AS participant_id, p.app_user_id, p.unread_count, p.last_read, p.joined_at
         FROM participant p JOIN conversation c ON c.id = p.conversation_id
         WHERE p.app_user_id = ? AND c.is_default = 1`,
        appUserId,
      );
    },

    async conversations({ appUserId, offset, limit }): Promise<Conversation[]> {
      return sql.all(
        ConversationRow,
        `SELECT c.* FROM participant p JOIN conversation c ON c.id = p.conversation_id WHERE p.app_user_id = ?
         ORDER BY ${sql.greatest}(c.last_received, c.created_at) DESC, c.id DESC LIMIT ? OFFSET ?`,
        appUserId,
        limit,
        offset,
      );
    },

    async latestConversations({ offset, limit }): Promise<Conversation[]> {
      return sql.all(
        ConversationRow,
        `SELECT * FROM conversation ORDER BY ${sql.greatest}(last_received, created_at) DESC, id DESC LIMIT ? OFFSET ?`,
        limit,
        offset,
      );
    },

    async putConversation(conversation: Conversation): Promise<void> {
      await sql.run(
        `INSERT INTO conversation (id, type, is_default, about, created_at, last_received, business_last_read,
         merges)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET is_default = excluded.is_default,
         about = excluded.about, created_at = excluded.created_at, last_received = excluded.last_received,
         business_last_read = excluded.business_last_read, merges = excluded.merges`,
        conversation.id,
        conversation.type,
        conversation.isDefault ? 1 : 0,
        JSON.stringify(conversation.about),
        conversation.createdAt,
        conversation.lastReceived,
        conversation.businessLastRead,
        JSON.stringify(conversation.merges),
      );
    },

    async touchConversation(id: string, lastReceived: number): Promise<void> {
      await sql.run('UPDATE conversation SET last_received = ? WHERE id = ?', lastReceived, id);
    },

    async deleteConversation(id: string): Promise<string[]> {
      const uploads = await this.deleteMessages(id);
      await sql.run('DELETE FROM participant WHERE conversation_id = ?', id);
      await sql.run('DELETE FROM conversation WHERE id = ?', id);
      return uploads;
    },

    async participant(conversationId: string, appUserId: string): Promise<Participant | null> {
      return sql.one(
        ParticipantRow,
        'SELECT * FROM participant WHERE conversation_id = ? AND app_user_id = ?',
        conversationId,
        appUserId,
      );
    },

    async participants(conversationId: string): Promise<Participant[]> {
      return sql.all(
        ParticipantRow,
        'SELECT * FROM participant WHERE conversation_id = ? ORDER BY joined_at, rowid',
        conversationId,
      );
    },

    async putParticipant(participant: Participant): Promise<void> {
      await sql.run(
        `INSERT INTO participant (id, conversation_id, app_user_id, unread_count, last_read, joined_at)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET conversation_id = excluded.conversation_id,
         app_user_id = excluded.app_user_id, unread_count = excluded.unread_count, last_read = excluded.last_read`,
        participant.id,
        participant.conversationId,
        participant.appUserId,
        participant.unreadCount,
        participant.lastRead,
        participant.joinedAt,
      );
    },

    async deleteParticipant(id: string): Promise<void> {
      await sql.run('DELETE FROM participant WHERE id = ?', id);
    },

    async countUnread(conversationId: string, exceptAppUserId: string | null): Promise<void> {
      await sql.run(
        'UPDATE participant SET unread_count = unread_count + 1 WHERE conversation_id = ? AND app_user_id IS DISTINCT FROM ?',
        conversationId,
        exceptAppUserId,
      );
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

    async insertMessage(message: StoredMessage, actionIds: readonly string[]): Promise<boolean> {
      const inserted = await sql.run(
        `INSERT INTO message (id, conversation_id, received, role, app_user_id, client_message_id, attachment_id, content)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (app_user_id, client_message_id) WHERE client_message_id IS NOT NULL DO NOTHING`,
        message.id,
        message.conversationId,
        message.received,
        message.role,
        message.appUserId,
        message.clientMessageId,
        attachmentOf(message),
        JSON.stringify(message.content),
      );
      if (inserted === 0) return false;
      for (const actionId of actionIds) {
        await sql.run('INSERT INTO action (id, message_id) VALUES (?, ?)', actionId, message.id);
      }
      return true;
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
      const newest = await sql.all(
        MessageRow,
        `SELECT ${messageColumns} FROM message m WHERE conversation_id = ? AND received < ?
         ORDER BY received DESC LIMIT ?`,
        conversationId,
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      );
      return newest.reverse();
    },

    async countFromPeople(conversationId: string, after: number, most: number): Promise<number> {
      const counted = await sql.one(
        CountRow,
        `SELECT count(*) AS count FROM (SELECT 1 FROM message
           WHERE conversation_id = ? AND received > ? AND role = 'appUser' LIMIT ?) AS counted`,
        conversationId,
        after,
        most,
      );
      return counted?.count ?? 0;
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

    async moveMessages(places: readonly Place[], conversationId: string): Promise<void> {
      for (const { id, received } of places) {
        await sql.run(
          'UPDATE message SET conversation_id = ?, received = ? WHERE id = ?',
          conversationId,
          received,
          id,
        );
      }
    },

    async reattributeMessages(from: string, to: string): Promise<void> {
      await sql.run(
        `UPDATE message SET client_message_id = NULL WHERE app_user_id = ? AND client_message_id IN
         (SELECT client_message_id FROM message WHERE app_user_id = ? AND client_message_id IS NOT NULL)`,
        from,
        to,
      );
      await sql.run('UPDATE message SET app_user_id = ? WHERE app_user_id = ?', to, from);
    },

    async deleteMessages(conversationId, { id = null, appUserId = null } = {}): Promise<string[]> {
      const which =
        'm.conversation_id = ? AND (CAST(? AS TEXT) IS NULL OR m.id = ?) AND (CAST(? AS TEXT) IS NULL OR m.app_user_id = ?)';
      const values = [conversationId, id, id, appUserId, appUserId];
      const uploads = await sql.all(
        IdRow,
        `SELECT a.id FROM message m JOIN attachment a ON a.id = m.attachment_id WHERE a.app_user_id IS NOT NULL AND ${which}`,
        ...values,
      );
      await sql.run(
        `DELETE FROM action WHERE message_id IN (SELECT m.id FROM message m WHERE ${which})`,
        ...values,
      );
      await sql.run(`DELETE FROM message AS m WHERE ${which}`, ...values);
      return uploads.map((upload) => upload.id);
    },
  };
}

/** The upload that this message shows, so that it goes with it. */
function attachmentOf({ content: { mediaUrl } }: StoredMessage): string | null {
  if (mediaUrl?.startsWith(attachmentPath) !== true) return null;
  return mediaUrl.slice(attachmentPath.length, attachmentPath.length + idLength);
}
