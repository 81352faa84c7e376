/**
 * What the demo business keeps of its own: refresh tokens and failed attempts. A database beside the service's, because a
 * real business has neither in its conversation service. Commits as durably as that one.
 */
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';

/** Steps of the schema; `user_version` counts those applied. Never edit one that has shipped. */
const migrations: readonly string[] = [
  `
  CREATE TABLE refresh_token (
    hash TEXT PRIMARY KEY,
    family TEXT NOT NULL,
    user_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    replaced_by TEXT,
    void INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX refresh_token_family ON refresh_token (family);
  CREATE INDEX refresh_token_end ON refresh_token (expires_at);

  CREATE TABLE failure (
    name TEXT NOT NULL,
    time INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX failure_of ON failure (name, time);
  `,
];

const TokenRow = z
  .object({
    family: z.string(),
    user_id: z.string(),
    expires_at: z.int(),
    replaced_by: z.string().nullable(),
    void: z.int(),
  })
  .transform(({ user_id: userId, expires_at: expiresAt, replaced_by: replacedBy, ...row }) => ({
    family: row.family,
    userId,
    expiresAt,
    replacedBy,
    isVoid: row.void === 1,
  }));

/** A new refresh token as the database keeps it: nobody can use it who reads it here. */
export interface KeptToken {
  /** SHA-256, hex. */
  readonly hash: string;
  readonly expiresAt: number;
}

export class SignInStore {
  readonly #db: Database.Database;

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    const version = z.int().parse(this.#db.pragma('user_version', { simple: true }));
    for (const [index, step] of migrations.entries()) {
      if (index < version) continue;
      this.#db.transaction(() => {
        this.#db.exec(step);
        this.#db.pragma(`user_version = ${index + 1}`);
      })();
    }
  }

  /** The first token of a sign-in, which founds a family. */
  begin(userId: string, first: KeptToken, now: number): void {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM refresh_token WHERE expires_at <= ?').run(now);
      this.#insert(first, { family: first.hash, userId });
    })();
  }

  /**
   * Take a token for the next one. A token is good once; whoever shows a used one again is a thief, or was robbed, and the
   * whole family is at an end. The one exception: as long as its successor has not been used, the answer may have been lost
   * on the way, so the token counts again, and that successor no more.
   *
   * @returns whom it is good for, or null
   */
  exchange(hash: string, next: KeptToken, now: number): string | null {
    return this.#db.transaction(() => {
      const token = this.#token(hash);
      if (token === null || token.expiresAt <= now) return null;
      const successor = token.replacedBy === null ? null : this.#token(token.replacedBy);
      if (token.isVoid || (successor !== null && successor.replacedBy !== null)) {
        this.#db.prepare('DELETE FROM refresh_token WHERE family = ?').run(token.family);
        return null;
      }
      this.#db.prepare('UPDATE refresh_token SET void = 1 WHERE hash = ?').run(token.replacedBy);
      this.#db.prepare('UPDATE refresh_token SET replaced_by = ? WHERE hash = ?').run(next.hash, hash);
      this.#insert(next, token);
      return token.userId;
    })();
  }

  #token(hash: string): z.infer<typeof TokenRow> | null {
    const row = this.#db.prepare('SELECT * FROM refresh_token WHERE hash = ?').get(hash);
    return row === undefined ? null : TokenRow.parse(row);
  }

  #insert({ hash, expiresAt }: KeptToken, of: { readonly family: string; readonly userId: string }): void {
    this.#db
      .prepare('INSERT INTO refresh_token (hash, family, user_id, expires_at) VALUES (?, ?, ?, ?)')
      .run(hash, of.family, of.userId, expiresAt);
  }

  /** When `name` failed after `since`, oldest first. */
  failures(name: string, since: number): number[] {
    const rows = this.#db
      .prepare('SELECT time FROM failure WHERE name = ? AND time > ? ORDER BY time')
      .pluck()
      .all(name, since);
    return z.array(z.int()).parse(rows);
  }

  /** Failures up to `forgotten` are of no interest any more. */
  noteFailure(names: readonly string[], now: number, forgotten: number): void {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM failure WHERE time <= ?').run(forgotten);
      for (const name of names)
        this.#db.prepare('INSERT INTO failure (name, time) VALUES (?, ?)').run(name, now);
    })();
  }

  close(): void {
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }
}
