/**
 * `npm run service:backup -- --data FOLDER --to FOLDER`: a copy of everything a service keeps, taken while it works. The
 * databases are copied first, as they are at one moment; every file they speak of is on the disk by then. The copy is
 * itself a data folder: start a service on it to restore.
 */
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';

const Options = z.object({ data: z.string().min(1), to: z.string().min(1) });
const options = { data: { type: 'string' }, to: { type: 'string' } } as const;

const elsewhere =
  'The conversations of this service are in PostgreSQL: copy them with pg_dump, and then the folder of --attachments.';

async function backup(from: string, to: string): Promise<{ files: number }> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  if ((await readdir(to)).length > 0) throw new Error('The folder to copy to is not empty.');
  const databases = (await readdir(from)).filter((name) => name.endsWith('.db'));
  if (databases.length === 0) throw new Error('There is no service in the folder to copy from.');
  if (!databases.includes('service.db')) throw new Error(elsewhere);
  for (const name of databases) await copyDatabase(join(from, name), join(to, name));
  await mkdir(join(to, 'attachments'), { mode: 0o700 });
  const ids = attachmentsOf(join(to, 'service.db'));
  for (const id of ids) await copyAttachment(join(from, 'attachments', id), join(to, 'attachments', id));
  return { files: ids.length };
}

async function copyDatabase(from: string, to: string): Promise<void> {
  const db = new Database(from, { readonly: true, fileMustExist: true });
  try {
    await db.backup(to);
  } finally {
    db.close();
  }
}

function attachmentsOf(file: string): string[] {
  const db = new Database(file, { readonly: true });
  try {
    return z.array(z.string()).parse(db.prepare('SELECT id FROM attachment').pluck().all());
  } finally {
    db.close();
  }
}

/** A file whose message was deleted meanwhile is missed by nobody. */
async function copyAttachment(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}

try {
  process.umask(0o077);
  const { data, to } = Options.parse(parseArgs({ options }).values);
  const { files } = await backup(resolve(data), resolve(to));
  process.stdout.write(`Copied the conversations and ${files} files to ${resolve(to)}.\n`);
} catch (error) {
  const why = error instanceof z.ZodError ? 'Usage: --data FOLDER --to FOLDER' : String(error);
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
