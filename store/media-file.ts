import type Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import type { MediaName } from '../contract/media.ts';
import { Statements } from './statements.ts';
import { Refusal } from './trouble.ts';
import { usedBytes } from './upkeep.ts';

/** What is to be done with media of a message: it is gone, it was not sent yet, or it is the service's too. */
export type Fate = 'gone' | 'unsent' | 'kept';

/** A piece of media as it comes. The first one begins anew. */
export interface MediaPiece {
  readonly name: MediaName;
  /** Where it begins, in bytes. */
  readonly from: number;
  /** Of the whole. */
  readonly total: number;
  /** Nobody else has it yet: it makes no room for others. */
  readonly unsent: boolean;
  readonly bytes: Uint8Array;
}

const Row = z.object({ number: z.int(), total: z.int(), arrived: z.int() });
type Row = z.infer<typeof Row>;
const Swept = z.array(z.object({ number: z.int(), key: z.string(), unsent: z.int() }));

const free = { pagesAtOnce: 512, anyhow: 256 };

/** Media of one account in one database, in pieces. Media are there when their last piece is. */
export class MediaFile {
  readonly #database: Database.Database;
  readonly #statements: Statements;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#statements = new Statements(database);
  }

  /** The same piece again changes nothing: asking anew after a crash is exact. */
  put(piece: MediaPiece): void {
    this.#database.transaction(() => {
      const row = piece.from === 0 ? this.#begin(piece) : this.#row(piece.name);
      const end = piece.from + piece.bytes.length;
      if (row !== null && row.arrived === end && row.total === piece.total) return;
      if (row === null || row.arrived !== piece.from || row.total !== piece.total || end > row.total)
        throw new Refusal('failed', 'a piece that follows no other');
      this.#statements
        .of('INSERT INTO pieces (media, place, bytes) VALUES (?, ?, ?)')
        .run(row.number, piece.from, piece.bytes);
      this.#statements.of('UPDATE media SET arrived = ? WHERE number = ?').run(end, row.number);
    })();
  }

  /** How many bytes there are of it; null if it is not there as a whole. */
  find(name: MediaName): number | null {
    return this.#whole(name)?.total ?? null;
  }

  /** It was asked for just now: others make room first. */
  touch({ key, item }: MediaName): void {
    this.#statements
      .of(
        `UPDATE media SET used = (SELECT max(used) + 1 FROM media)
         WHERE key = ? AND item = ? AND used < (SELECT max(used) FROM media)`,
      )
      .run(key, item ?? itself);
  }

  /** Bytes from `from` on, `length` of them or as many as there are; null if it is not there as a whole. */
  read(name: MediaName, from: number, length: number): Buffer | null {
    const row = this.#whole(name);
    if (row === null) return null;
    const end = Math.min(row.total, from + length);
    const found: Buffer[] = [];
    for (let at = from; at < end;) {
      const piece = this.#pieceAt(row.number, at);
      if (piece === null) throw new Refusal('failed', 'a piece is missing');
      const part = piece.bytes.subarray(at - piece.place, end - piece.place);
      found.push(part);
      at += part.length;
    }
    return Buffer.concat(found);
  }

  /** All media of these messages. */
  drop(keys: readonly string[]): void {
    for (const key of keys) this.#statements.of('DELETE FROM media WHERE key = ?').run(key);
  }

  /** The service has them by now. */
  settle(key: string): void {
    this.#statements.of('UPDATE media SET unsent = 0 WHERE key = ?').run(key);
  }

  /** The number of the newest media; zero if there are none. */
  get newest(): number {
    return this.#statements.number('SELECT coalesce(max(number), 0) FROM media');
  }

  /** Messages whose media nobody else has. */
  unsent(): readonly string[] {
    return z.array(z.string()).parse(this.#statements.of('SELECT key FROM media WHERE unsent').pluck().all());
  }

  /**
   * Look through some media after number `from`, up to `upTo`: what no message speaks of goes.
   *
   * @returns where to go on, null at the end
   */
  sweep(from: number, upTo: number, fateOf: (key: string) => Fate): number | null {
    const rows = Swept.parse(
      this.#statements
        .of(
          'SELECT number, key, unsent FROM media WHERE number > ? AND number <= ? ORDER BY number LIMIT 100',
        )
        .all(from, upTo),
    );
    this.#database.transaction(() => {
      for (const { key, unsent } of rows) {
        const fate = fateOf(key);
        if (fate === 'gone') this.drop([key]);
        else if (fate === 'kept' && unsent === 1) this.settle(key);
      }
    })();
    return rows.at(-1)?.number ?? null;
  }

  /** Let media go, least recently used first, until those that the service has too take at most `bytes`. */
  makeRoom(bytes: number): void {
    let held = this.#statements.number('SELECT coalesce(sum(total), 0) FROM media WHERE NOT unsent');
    while (held > bytes) {
      const oldest = Row.parse(
        this.#statements
          .of('SELECT number, total, arrived FROM media WHERE NOT unsent ORDER BY used LIMIT 1')
          .get(),
      );
      this.#statements.of('DELETE FROM media WHERE number = ?').run(oldest.number);
      held -= oldest.total;
    }
  }

  /** Give some free pages back to the file system. @returns false if there are none to give */
  giveBack(): boolean {
    const isMuch = (): boolean => this.#freePages() > free.anyhow;
    if (!isMuch()) return false;
    this.#database.pragma(`incremental_vacuum(${free.pagesAtOnce})`);
    if (!isMuch()) this.#database.pragma('wal_checkpoint(TRUNCATE)');
    return true;
  }

  get usedBytes(): number {
    return usedBytes(this.#database);
  }

  close(): void {
    this.#database.close();
  }

  #begin({ name: { key, item }, total, unsent }: MediaPiece): Row {
    this.#statements.of('DELETE FROM media WHERE key = ? AND item = ?').run(key, item ?? itself);
    const { lastInsertRowid } = this.#statements
      .of(
        `INSERT INTO media (key, item, total, arrived, unsent, used)
         VALUES (?, ?, ?, 0, ?, (SELECT coalesce(max(used), 0) + 1 FROM media))`,
      )
      .run(key, item ?? itself, total, unsent ? 1 : 0);
    return { number: Number(lastInsertRowid), total, arrived: 0 };
  }

  #row({ key, item }: MediaName): Row | null {
    const row = this.#statements
      .of('SELECT number, total, arrived FROM media WHERE key = ? AND item = ?')
      .get(key, item ?? itself);
    return row === undefined ? null : Row.parse(row);
  }

  #whole(name: MediaName): Row | null {
    const row = this.#row(name);
    return row !== null && row.arrived === row.total ? row : null;
  }

  /** The piece in which the byte at `at` lies. */
  #pieceAt(media: number, at: number): { readonly place: number; readonly bytes: Buffer } | null {
    const row = this.#statements
      .of('SELECT place, bytes FROM pieces WHERE media = ? AND place <= ? ORDER BY place DESC LIMIT 1')
      .get(media, at);
    const piece = Piece.parse(row);
    return at < piece.place + piece.bytes.length ? piece : null;
  }

  #freePages(): number {
    return Number(this.#database.pragma('freelist_count', { simple: true }));
  }
}

/** In the place of an item's number: the message itself. */
const itself = -1;

const Piece = z.object({ place: z.int(), bytes: z.instanceof(Buffer) });
