/** What a database keeps of what was uploaded, in SQL that every adapter speaks. */
import { z } from 'zod';
import { AttachmentRow, IdRow } from './store-rows.ts';
import type { Sql } from './store-sql.ts';
import type { Files } from './store.ts';

export function filesOf(sql: Sql): Files {
  return {
    async insertAttachment({ id, name, mediaType, size, appUserId, createdAt }) {
      await sql.run(
        'INSERT INTO attachment (id, name, media_type, size, app_user_id, created_at) VALUES (?, ?, ?, ?, ?, ?)',
        ...[id, name, mediaType, size, appUserId, createdAt],
      );
    },

    async attachment(id) {
      return sql.one(AttachmentRow, 'SELECT * FROM attachment WHERE id = ?', id);
    },

    async attachmentIds() {
      return (await sql.all(IdRow, 'SELECT id FROM attachment')).map(({ id }) => id);
    },

    async attachmentBytes() {
      const total = await sql.one(
        z.object({ bytes: z.int() }),
        'SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM attachment',
      );
      return total?.bytes ?? 0;
    },

    async deleteAttachment(id) {
      await sql.run('DELETE FROM attachment WHERE id = ?', id);
    },
  };
}
