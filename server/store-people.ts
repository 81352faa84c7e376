/** Settings, keys, users, their devices and session tokens, in SQL that every adapter speaks. */
import { DeviceRow, KeyRow, SettingRow, TokenRow, UserRow } from './store-rows.ts';
import type { Sql } from './store-sql.ts';
import type { AppKey, Device, People, SessionToken, User } from './store.ts';

export function peopleOf(sql: Sql): People {
  return {
    async setting(name: string): Promise<string | null> {
      return (await sql.one(SettingRow, 'SELECT value FROM setting WHERE name = ?', name))?.value ?? null;
    },

    async putSetting(name: string, value: string): Promise<void> {
      await sql.run(
        'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        name,
        value,
      );
    },

    async key(id: string): Promise<AppKey | null> {
      return sql.one(KeyRow, 'SELECT * FROM app_key WHERE id = ?', id);
    },

    async keys(): Promise<AppKey[]> {
      return sql.all(KeyRow, 'SELECT * FROM app_key ORDER BY created_at, id');
    },

    async insertKey(key: AppKey): Promise<void> {
      await sql.run(
        'INSERT INTO app_key (id, display_name, secret, created_at) VALUES (?, ?, ?, ?)',
        key.id,
        key.displayName,
        key.secret,
        key.createdAt,
      );
    },

    async deleteKey(id: string): Promise<void> {
      await sql.run('DELETE FROM app_key WHERE id = ?', id);
    },

    async user(id: string): Promise<User | null> {
      return sql.one(UserRow, 'SELECT * FROM app_user WHERE id = ?', id);
    },

    async userByUserId(userId: string): Promise<User | null> {
      return sql.one(UserRow, 'SELECT * FROM app_user WHERE user_id = ?', userId);
    },

    async users(query: { email?: string; after?: string; limit: number }): Promise<User[]> {
      return sql.all(
        UserRow,
        `SELECT * FROM app_user WHERE merged_into IS NULL AND id > ?
         AND (CAST(? AS TEXT) IS NULL OR email = ?) ORDER BY id LIMIT ?`,
        query.after ?? '',
        query.email ?? null,
        query.email ?? null,
        query.limit,
      );
    },

    async putUser(user: User): Promise<void> {
      await sql.run(
        `INSERT INTO app_user (id, user_id, credential_required, merged_into, profile, email, signed_up_at)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id,
         credential_required = excluded.credential_required, merged_into = excluded.merged_into,
         profile = excluded.profile, email = excluded.email, signed_up_at = excluded.signed_up_at`,
        user.id,
        user.userId,
        user.credentialRequired ? 1 : 0,
        user.mergedInto,
        JSON.stringify(user.profile),
        user.profile.email ?? null,
        user.signedUpAt,
      );
    },

    async deleteUser(id: string): Promise<void> {
      const those = `(WITH RECURSIVE gone (id) AS
        (SELECT CAST(? AS TEXT) UNION SELECT u.id FROM app_user u JOIN gone ON u.merged_into = gone.id) SELECT id FROM gone)`;
      await sql.run(`DELETE FROM device WHERE app_user_id IN ${those}`, id);
      await sql.run(`DELETE FROM session_token WHERE app_user_id IN ${those}`, id);
      await sql.run(`DELETE FROM app_user WHERE id IN ${those}`, id);
    },

    async devices(appUserId: string): Promise<Device[]> {
      return sql.all(DeviceRow, 'SELECT * FROM device WHERE app_user_id = ? ORDER BY id', appUserId);
    },

    async putDevice(device: Device): Promise<void> {
      await sql.run(
        `INSERT INTO device (app_user_id, id, platform, active, last_seen, app_version, display_name, info)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (app_user_id, id) DO UPDATE SET platform = excluded.platform,
         active = excluded.active, last_seen = excluded.last_seen, app_version = excluded.app_version,
         display_name = excluded.display_name, info = excluded.info`,
        device.appUserId,
        device.id,
        device.platform,
        device.active ? 1 : 0,
        device.lastSeen,
        device.appVersion,
        device.displayName,
        JSON.stringify(device.info),
      );
    },

    async deactivateElsewhere(clientId: string, appUserId: string): Promise<void> {
      await sql.run('UPDATE device SET active = 0 WHERE id = ? AND app_user_id <> ?', clientId, appUserId);
    },

    async userOfToken(hash: string): Promise<User | null> {
      return sql.one(
        UserRow,
        'SELECT u.* FROM session_token t JOIN app_user u ON u.id = t.app_user_id WHERE t.hash = ?',
        hash,
      );
    },

    async tokens(appUserId: string): Promise<SessionToken[]> {
      return sql.all(
        TokenRow,
        'SELECT * FROM session_token WHERE app_user_id = ? ORDER BY created_at, hash',
        appUserId,
      );
    },

    async insertToken(token: SessionToken): Promise<void> {
      await sql.run(
        'INSERT INTO session_token (hash, app_user_id, client_id, created_at) VALUES (?, ?, ?, ?)',
        token.hash,
        token.appUserId,
        token.clientId,
        token.createdAt,
      );
    },

    async deleteToken(hash: string): Promise<void> {
      await sql.run('DELETE FROM session_token WHERE hash = ?', hash);
    },
  };
}
