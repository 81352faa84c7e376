/**
 * Uploaded files: the bytes in a folder, one file each, under a random name that is also the only key to fetch them by;
 * what is known of them in the database. A file without its row is left over from a crash and removed at the next start.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Refusal } from './errors.ts';
import { sniffImage } from './media-type.ts';
import type { Attachment, Transaction } from './store.ts';

/** Below the service's origin; messages keep this much of an address, whatever host it is asked under later. */
export const attachmentPath = '/attachments/';

/** Of an id: 32 random bytes in base64url. */
export const idLength = 43;

/** One file. */
export const maxFileBytes = 25 * 1024 * 1024;

/**
 * What is too large is still read up to here, and thrown away: whose connection is cut while they send never hears why, and
 * sends it all again.
 */
export const mostReadBytes = 4 * maxFileBytes;

interface Options {
  readonly folder: string;
  readonly quotaBytes: number;
  now(): number;
}

export class Attachments {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * Makes the folder and removes what no row speaks of. Call before the first upload.
   *
   * @param atRestMs only what has not changed for so long is removed, where others may be receiving files.
   */
  async tidy(known: readonly string[], atRestMs = 0): Promise<void> {
    const { folder, now } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const keep = new Set(known);
    for (const name of await readdir(folder)) {
      if (keep.has(name)) continue;
      const path = join(folder, name);
      if (atRestMs > 0 && now() - (await stat(path)).mtimeMs < atRestMs) continue;
      await rm(path, { force: true });
    }
  }

  /**
   * Writes `content` to the disk for `appUserId`, or for the business. Nothing refers to it yet: `keep` or `discard` it.
   *
   * @param declared what the sender calls it; only the first bytes decide whether it is an image.
   */
  async receive(
    content: Readable,
    appUserId: string | null,
    declared: { name: string; mediaType: string },
  ): Promise<Attachment> {
    const id = randomBytes(32).toString('base64url');
    const file = await open(this.#pathOf(id), 'wx', 0o600);
    let size = 0;
    let head = Buffer.alloc(0);
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        if (head.length < 16) head = Buffer.concat([head, chunk]).subarray(0, 16);
        size += chunk.length;
        if (size <= maxFileBytes) await file.write(chunk);
      }
      if (size > maxFileBytes) throw new Refusal('payload_too_large', { says: 'The file is too large.' });
      await file.sync();
    } catch (error) {
      await this.discard(id);
      throw error;
    } finally {
      await file.close();
    }
    const mediaType = sniffImage(head) ?? plainType(declared.mediaType);
    return {
      ...{ id, name: displayName(declared.name), mediaType, size },
      ...{ appUserId, createdAt: this.#options.now() },
    };
  }

  /** @throws {Refusal} `payload_too_large` where the quota is used up; exact however many upload at once. */
  async keep(tx: Transaction, attachment: Attachment): Promise<void> {
    if ((await tx.attachmentBytes()) + attachment.size > this.#options.quotaBytes) {
      throw new Refusal('payload_too_large', { says: 'There is no room for more files.' });
    }
    await tx.insertAttachment(attachment);
  }

  async discard(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true });
  }

  /** Forgets files in this transaction; their bytes go once that is durable. */
  async remove(tx: Transaction, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await tx.deleteAttachment(id);
      tx.afterCommit(() => void this.discard(id));
    }
  }

  /** `attachment` comes from the database, so its id is one of ours and no path. */
  read(attachment: Attachment): ReadStream {
    return createReadStream(this.#pathOf(attachment.id));
  }

  #pathOf(id: string): string {
    return join(this.#options.folder, id);
  }
}

const invisible = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** The last part of a name in any system's spelling, without what reorders or hides text. */
function displayName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last.replace(invisible, '').trim().slice(0, 255) || 'file';
}

/** A media type to show, never to act on; images count as such only by their bytes. */
function plainType(declared: string): string {
  const type = declared.toLowerCase();
  const plausible = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/.test(type) && !type.startsWith('image/');
  return plausible ? type : 'application/octet-stream';
}
