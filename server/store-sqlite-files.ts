/** The embedded database's part of what was uploaded. */
import { z } from 'zod';
import { AttachmentRow, IdRow } from './store-sqlite-rows.ts';
import type { Sql } from './store-sqlite-sql.ts';
import type { Files } from './store.ts';

export function filesOf(sql: Sql): Files {
  return {
    async insertAttachment({ id, name, mediaType, size, appUserId, createdAt }) {
      sql.run(
        'INSERT INTO attachment (id, name, media_type, size, app_user_id, created_at) VALUES (?, ?, ?, ?, ?, ?)',
        ...[id, name, mediaType, size, appUserId, createdAt],
      );
    },

    async attachment(id) {
      return sql.one(AttachmentRow, 'SELECT * FROM attachment WHERE id = ?', id);
    },

    async attachmentIds() {
      return sql.all(IdRow, 'SELECT id FROM attachment').map(({ id }) => id);
    },

    async attachmentBytes() {
      const total = sql.one(
        z.object({ bytes: z.int() }),
        'SELECT COALESCE(SUM(size), 0) AS bytes FROM attachment',
      );
      return total?.bytes ?? 0;
    },

    async deleteAttachment(id) {
      sql.run('DELETE FROM attachment WHERE id = ?', id);
    },
  };
}
