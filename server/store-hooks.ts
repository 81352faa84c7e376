/** What a database keeps of webhooks and what they are to be told, in SQL that every adapter speaks. */
import { DeliveryRow, IntegrationRow, WebhookRow } from './store-rows.ts';
import type { Sql } from './store-sql.ts';
import type { Hooks } from './store.ts';

export function hooksOf(sql: Sql): Hooks {
  return {
    async integration(id) {
      return sql.one(IntegrationRow, 'SELECT * FROM integration WHERE id = ?', id);
    },

    async integrations() {
      return sql.all(IntegrationRow, 'SELECT * FROM integration ORDER BY created_at, rowid');
    },

    async putIntegration({ id, displayName, status, createdAt }) {
      await sql.run(
        `INSERT INTO integration (id, display_name, status, created_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, status = excluded.status`,
        ...[id, displayName, status, createdAt],
      );
    },

    async deleteIntegration(id) {
      for (const webhook of await this.webhooks()) {
        if (webhook.integrationId === id) await this.deleteWebhook(webhook.id);
      }
      await sql.run('DELETE FROM integration WHERE id = ?', id);
    },

    async webhook(id) {
      return sql.one(WebhookRow, 'SELECT * FROM webhook WHERE id = ?', id);
    },

    async webhooks() {
      return sql.all(WebhookRow, 'SELECT * FROM webhook ORDER BY created_at, rowid');
    },

    async putWebhook(webhook) {
      await sql.run(
        `INSERT INTO webhook
           (id, integration_id, target, triggers, secret, include_full_user, include_full_source, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET target = excluded.target,
         triggers = excluded.triggers, include_full_user = excluded.include_full_user,
         include_full_source = excluded.include_full_source`,
        ...[
          webhook.id,
          webhook.integrationId,
          webhook.target,
          JSON.stringify(webhook.triggers),
          webhook.secret,
        ],
        ...[webhook.includeFullUser ? 1 : 0, webhook.includeFullSource ? 1 : 0, webhook.createdAt],
      );
    },

    async deleteWebhook(id) {
      await sql.run('DELETE FROM delivery WHERE webhook_id = ?', id);
      await sql.run('DELETE FROM webhook WHERE id = ?', id);
    },

    async putDelivery({ id, webhookId, trigger, body, state, attempts, nextAt, outcome, createdAt }) {
      await sql.run(
        `INSERT INTO delivery (id, webhook_id, "trigger", body, state, attempts, next_at, outcome, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body,
         state = excluded.state, attempts = excluded.attempts, next_at = excluded.next_at,
         outcome = excluded.outcome`,
        ...[id, webhookId, trigger, body, state, attempts, nextAt, outcome, createdAt],
      );
    },

    async nextDelivery(webhookId) {
      return sql.one(
        DeliveryRow,
        `SELECT * FROM delivery WHERE webhook_id = ? AND state = 'pending' ORDER BY next_at, rowid LIMIT 1`,
        webhookId,
      );
    },

    async deliveries(webhookId, limit) {
      return sql.all(
        DeliveryRow,
        'SELECT * FROM delivery WHERE webhook_id = ? ORDER BY rowid DESC LIMIT ?',
        ...[webhookId, limit],
      );
    },

    async trimDeliveries(webhookId, keep) {
      await sql.run(
        `DELETE FROM delivery WHERE webhook_id = ? AND state <> 'pending' AND rowid <=
         (SELECT rowid FROM delivery WHERE webhook_id = ? AND state <> 'pending' ORDER BY rowid DESC LIMIT 1 OFFSET ?)`,
        ...[webhookId, webhookId, keep],
      );
    },
  };
}
