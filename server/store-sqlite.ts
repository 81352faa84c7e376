/**
 * The embedded database: one SQLite file, one connection, one process (see `lease.ts`). A commit is on the disk before
 * it resolves: WAL with `synchronous=FULL`. SQLite answers synchronously; the promises are the port's.
 */
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { migrations } from './migrations.ts';
import {
  ConversationRow,
  DeviceRow,
  KeyRow,
  MessageRow,
  PlaceRow,
  SettingRow,
  TokenRow,
  UserRow,
} from './store-sqlite-rows.ts';
import type {
  AppKey,
  Conversation,
  Device,
  PageQuery,
  Place,
  SessionToken,
  Store,
  StoredMessage,
  Transaction,
  User,
} from './store.ts';

/** @throws {NewerDatabaseError} if a later version of the service has written the file. */
export function openSqliteStore(file: string): Store {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    migrate(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return new SqliteStore(db);
}

export class NewerDatabaseError extends Error {
  constructor(found: number) {
    super(
      `The data was written by a newer version of the service (schema ${found}, this one knows ${migrations.length}).`,
    );
  }
}

function migrate(db: Database.Database): void {
  const version = z.int().parse(db.pragma('user_version', { simple: true }));
  if (version > migrations.length) throw new NewerDatabaseError(version);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    db.transaction(() => {
      db.exec(step);
      db.pragma(`user_version = ${index + 1}`);
    })();
  }
}

class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  /** The tail of the queue: transactions share the one connection, so they take turns. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#run(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('The store is closed.');
    const tasks: (() => void)[] = [];
    this.#db.exec('BEGIN IMMEDIATE');
    let result: T;
    try {
      result = await work(new SqliteTransaction((sql) => this.#prepare(sql), tasks));
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    for (const task of tasks) task();
    return result;
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  async close(): Promise<void> {
    await this.#last;
    if (this.#closed) return;
    this.#closed = true;
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }
}

const messageColumns =
  'm.id, m.conversation_id, m.app_user_id, m.received, m.role, m.client_message_id, m.content';

/** Only bound parameters reach the SQL; its texts are constants. */
class SqliteTransaction implements Transaction {
  readonly #prepare: (sql: string) => Database.Statement;
  readonly #tasks: (() => void)[];

  constructor(prepare: (sql: string) => Database.Statement, tasks: (() => void)[]) {
    this.#prepare = prepare;
    this.#tasks = tasks;
  }

  #all<T>(row: z.ZodType<T>, sql: string, ...values: unknown[]): T[] {
    return this.#prepare(sql)
      .all(...values)
      .map((found) => row.parse(found));
  }

  #one<T>(row: z.ZodType<T>, sql: string, ...values: unknown[]): T | null {
    const found = this.#prepare(sql).get(...values);
    return found === undefined ? null : row.parse(found);
  }

  #run(sql: string, ...values: unknown[]): void {
    this.#prepare(sql).run(...values);
  }

  afterCommit(task: () => void): void {
    this.#tasks.push(task);
  }

  async setting(name: string): Promise<string | null> {
    return this.#one(SettingRow, 'SELECT value FROM setting WHERE name = ?', name)?.value ?? null;
  }

  async putSetting(name: string, value: string): Promise<void> {
    this.#run(
      'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }

  async key(id: string): Promise<AppKey | null> {
    return this.#one(KeyRow, 'SELECT * FROM app_key WHERE id = ?', id);
  }

  async keys(): Promise<AppKey[]> {
    return this.#all(KeyRow, 'SELECT * FROM app_key ORDER BY created_at, id');
  }

  async insertKey(key: AppKey): Promise<void> {
    this.#run(
      'INSERT INTO app_key (id, display_name, secret, created_at) VALUES (?, ?, ?, ?)',
      key.id,
      key.displayName,
      key.secret,
      key.createdAt,
    );
  }

  async deleteKey(id: string): Promise<void> {
    this.#run('DELETE FROM app_key WHERE id = ?', id);
  }

  async user(id: string): Promise<User | null> {
    return this.#one(UserRow, 'SELECT * FROM app_user WHERE id = ?', id);
  }

  async userByUserId(userId: string): Promise<User | null> {
    return this.#one(UserRow, 'SELECT * FROM app_user WHERE user_id = ?', userId);
  }

  async users(query: { email?: string; after?: string; limit: number }): Promise<User[]> {
    return this.#all(
      UserRow,
      `SELECT * FROM app_user WHERE merged_into IS NULL AND id > ?
       AND (? IS NULL OR json_extract(profile, '$.email') = ?) ORDER BY id LIMIT ?`,
      query.after ?? '',
      query.email ?? null,
      query.email ?? null,
      query.limit,
    );
  }

  async putUser(user: User): Promise<void> {
    this.#run(
      `INSERT INTO app_user (id, user_id, credential_required, merged_into, profile, signed_up_at)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id,
       credential_required = excluded.credential_required, merged_into = excluded.merged_into,
       profile = excluded.profile, signed_up_at = excluded.signed_up_at`,
      user.id,
      user.userId,
      user.credentialRequired ? 1 : 0,
      user.mergedInto,
      JSON.stringify(user.profile),
      user.signedUpAt,
    );
  }

  async devices(appUserId: string): Promise<Device[]> {
    return this.#all(DeviceRow, 'SELECT * FROM device WHERE app_user_id = ? ORDER BY id', appUserId);
  }

  async putDevice(device: Device): Promise<void> {
    this.#run(
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
  }

  async deactivateElsewhere(clientId: string, appUserId: string): Promise<void> {
    this.#run('UPDATE device SET active = 0 WHERE id = ? AND app_user_id <> ?', clientId, appUserId);
  }

  async token(hash: string): Promise<SessionToken | null> {
    return this.#one(TokenRow, 'SELECT * FROM session_token WHERE hash = ?', hash);
  }

  async tokens(appUserId: string): Promise<SessionToken[]> {
    return this.#all(
      TokenRow,
      'SELECT * FROM session_token WHERE app_user_id = ? ORDER BY created_at, hash',
      appUserId,
    );
  }

  async insertToken(token: SessionToken): Promise<void> {
    this.#run(
      'INSERT INTO session_token (hash, app_user_id, client_id, created_at) VALUES (?, ?, ?, ?)',
      token.hash,
      token.appUserId,
      token.clientId,
      token.createdAt,
    );
  }

  async deleteToken(hash: string): Promise<void> {
    this.#run('DELETE FROM session_token WHERE hash = ?', hash);
  }

  async conversation(id: string): Promise<Conversation | null> {
    return this.#one(ConversationRow, 'SELECT * FROM conversation WHERE id = ?', id);
  }

  async conversationOf(appUserId: string): Promise<Conversation | null> {
    return this.#one(ConversationRow, 'SELECT * FROM conversation WHERE app_user_id = ?', appUserId);
  }

  async putConversation(conversation: Conversation): Promise<void> {
    this.#run(
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
  }

  async deleteConversation(id: string): Promise<void> {
    this.#run('DELETE FROM conversation WHERE id = ?', id);
  }

  async message(id: string): Promise<StoredMessage | null> {
    return this.#one(MessageRow, `SELECT ${messageColumns} FROM message m WHERE id = ?`, id);
  }

  async messageByClientMessageId(appUserId: string, clientMessageId: string): Promise<StoredMessage | null> {
    return this.#one(
      MessageRow,
      `SELECT ${messageColumns} FROM message m WHERE app_user_id = ? AND client_message_id = ?`,
      appUserId,
      clientMessageId,
    );
  }

  async insertMessage(message: StoredMessage, actionIds: readonly string[]): Promise<void> {
    this.#run(
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
      this.#run('INSERT INTO action (id, message_id) VALUES (?, ?)', actionId, message.id);
    }
  }

  async messages({ conversationId, before, after, limit }: PageQuery): Promise<StoredMessage[]> {
    if (after !== undefined) {
      return this.#all(
        MessageRow,
        `SELECT ${messageColumns} FROM message m WHERE conversation_id = ? AND received > ?
         ORDER BY received LIMIT ?`,
        conversationId,
        after,
        limit,
      );
    }
    return this.#all(
      MessageRow,
      `SELECT ${messageColumns} FROM message m WHERE conversation_id = ? AND received < ?
       ORDER BY received DESC LIMIT ?`,
      conversationId,
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    ).reverse();
  }

  async messageOfAction(actionId: string): Promise<StoredMessage | null> {
    return this.#one(
      MessageRow,
      `SELECT ${messageColumns} FROM message m JOIN action a ON a.message_id = m.id WHERE a.id = ?`,
      actionId,
    );
  }

  async places(conversationId: string): Promise<Place[]> {
    return this.#all(
      PlaceRow,
      'SELECT id, received FROM message WHERE conversation_id = ? ORDER BY received',
      conversationId,
    );
  }

  async moveMessages(places: readonly Place[], conversationId: string, appUserId: string): Promise<void> {
    for (const { id, received } of places) {
      this.#run(
        `UPDATE message SET client_message_id = NULL WHERE id = ? AND EXISTS (SELECT 1 FROM message o
         WHERE o.app_user_id = ? AND o.client_message_id = message.client_message_id AND o.id <> message.id)`,
        id,
        appUserId,
      );
      this.#run(
        'UPDATE message SET conversation_id = ?, received = ?, app_user_id = ? WHERE id = ?',
        conversationId,
        received,
        appUserId,
        id,
      );
    }
  }
}
