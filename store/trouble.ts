import Database from 'better-sqlite3-multiple-ciphers';
import type { FailureOf } from '../contract/failure.ts';

export type Reason = FailureOf<'storage'>['reason'];

/** The store refuses, and every byte on disk stays as it is. */
export class Refusal extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A file under the right key that is not as we wrote it. Thrown where SQLite itself has no objection. */
export class Unreadable extends Error {}

/** True if the file is damaged: what it held must be had from elsewhere. */
export function isUnreadable(error: unknown): boolean {
  if (error instanceof Unreadable) return true;
  return (
    error instanceof Database.SqliteError &&
    /^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_(DATA|SHORT_READ))/.test(error.code)
  );
}

/** What stands in the way of the disk, from SQLite's result codes (sqlite.org/rescode.html) and errno alike. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof Refusal) return error.reason;
  const code = codeOf(error);
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)$/.test(code)) return 'full';
  if (/^(SQLITE_READONLY.*|SQLITE_PERM|EROFS|EACCES|EPERM)$/.test(code)) return 'readOnly';
  return 'failed';
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What may be said in a log. */
export function nameOf(error: unknown): string {
  return codeOf(error) || (error instanceof Error ? error.constructor.name : typeof error);
}
