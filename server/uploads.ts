/** Reads one `multipart/form-data` upload: a few short fields and exactly one file, in streams with caps on everything. */
import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { allowSlowUpload } from './arrival.ts';
import { mostReadBytes, type Attachments } from './attachments.ts';
import { Refusal } from './errors.ts';
import type { Attachment, Store, Transaction } from './store.ts';

export interface Upload {
  readonly fields: ReadonlyMap<string, string>;
  /** On the disk, not kept yet. */
  readonly file: Attachment;
}

const limits = {
  files: 1,
  fields: 10,
  parts: 11,
  fileSize: mostReadBytes,
  fieldNameSize: 100,
  fieldSize: 32 * 1024,
  headerPairs: 20,
};

/** The part named "source" is the file, even if it comes without a name of its own. */
export function isPartAFile(field?: string, mediaType?: string, fileName?: string): boolean {
  return field === 'source' || fileName !== undefined || mediaType === 'application/octet-stream';
}

/**
 * To be called once it is clear who uploads.
 *
 * @throws {Refusal} 415 for another kind of body, 413 for too large a file, 400 for anything else that is wrong.
 */
async function readUpload(
  request: FastifyRequest,
  attachments: Attachments,
  appUserId: string | null,
): Promise<Upload> {
  if (!request.isMultipart()) {
    throw new Refusal('unsupported_media_type', { says: 'The body must be multipart/form-data.' });
  }
  allowSlowUpload(request.raw);
  const fields = new Map<string, string>();
  const received: Attachment[] = [];
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') take(part, fields);
      else received.push(await takeFile(part, attachments, appUserId));
    }
    const [file] = received;
    if (!file) throw new Refusal('bad_request', { says: 'The file is missing.' });
    return { fields, file };
  } catch (error) {
    for (const { id } of received) await attachments.discard(id);
    throw refusalOf(error);
  }
}

async function takeFile(
  { filename = '', mimetype, fieldname, file }: MultipartFile,
  attachments: Attachments,
  appUserId: string | null,
): Promise<Attachment> {
  const received = await attachments.receive(file, appUserId, { name: filename, mediaType: mimetype });
  if (fieldname === 'source' && !file.truncated) return received;
  await attachments.discard(received.id);
  if (file.truncated) throw new Refusal('payload_too_large', { says: 'The file is too large.' });
  throw new Refusal('bad_request', { says: 'The file must be named "source".' });
}

function take(part: MultipartValue, fields: Map<string, string>): void {
  if (part.valueTruncated || part.fieldnameTruncated) {
    throw new Refusal('bad_request', { says: 'A field is too long.' });
  }
  // The parser has read a part that calls itself JSON; the field's clients send JSON as plain text.
  fields.set(part.fieldname, typeof part.value === 'string' ? part.value : JSON.stringify(part.value));
}

/** The field `name`, which holds JSON; undefined if it is not there. @throws {Refusal} if it is not as it must be. */
export function jsonField<T>({ fields }: Upload, name: string, schema: z.ZodType<T>): T | undefined {
  const text = fields.get(name);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(tryJson(text));
  if (!parsed.success) throw new Refusal('bad_request', { says: `The field "${name}" is malformed.` });
  return parsed.data;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the parser objects to is the sender's doing; what the disk objects to is not. */
function refusalOf(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'FST_REQ_FILE_TOO_LARGE') return new Refusal('payload_too_large');
  if (/^E[A-Z]+$/.test(code) && 'syscall' in error) return error;
  return new Refusal('bad_request', { says: 'The upload is malformed.' });
}

/**
 * Reads an upload of `appUserId`, or of the business, and does `work` with it in one transaction. The file goes again if that fails, or if nothing in the
 * database speaks of it afterwards: a repeated upload is answered with the first.
 */
export async function keepUpload<T>(
  request: FastifyRequest,
  { attachments, store, appUserId }: { attachments: Attachments; store: Store; appUserId: string | null },
  work: (tx: Transaction, upload: Upload) => Promise<T>,
): Promise<T> {
  const upload = await readUpload(request, attachments, appUserId);
  const { id } = upload.file;
  let kept = false;
  try {
    return await store.transaction(async (tx) => {
      const done = await work(tx, upload);
      const known = (await tx.attachment(id)) !== null;
      tx.afterCommit(() => (kept = known));
      return done;
    });
  } finally {
    if (!kept) await attachments.discard(id);
  }
}
