import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserWindow, Dialog, SaveDialogOptions } from 'electron';
import { fail, ok, type FailureOf, type Result } from '../../contract/failure.ts';
import type { Pieces, SaveFile } from '../ports/save-file.ts';

type StorageReason = FailureOf<'storage'>['reason'];

const reasons: Readonly<Record<string, StorageReason>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'readOnly',
  EACCES: 'readOnly',
  EPERM: 'readOnly',
};

/**
 * The system's own dialog, over the window that is on the screen, and the file it names. The file is whole or not there.
 *
 * @param deps.folder where the dialog opens, absolute
 * @param deps.onSaved hears the path of each file that was written
 */
export function createSaveFile(deps: {
  readonly dialog: Pick<Dialog, 'showSaveDialog'>;
  readonly window: () => BrowserWindow | null;
  readonly folder: string;
  readonly onSaved: (path: string) => void;
}): SaveFile {
  return async (suggested, pieces) => {
    const options: SaveDialogOptions = {
      defaultPath: join(deps.folder, suggested),
      properties: ['showOverwriteConfirmation', 'createDirectory', 'dontAddToRecent'],
    };
    const window = deps.window();
    const chosen = await (window === null
      ? deps.dialog.showSaveDialog(options)
      : deps.dialog.showSaveDialog(window, options));
    if (chosen.canceled || chosen.filePath === undefined || chosen.filePath === '')
      return ok({ saved: false });
    const written = await writeWhole(chosen.filePath, pieces);
    if (!written.ok) return written;
    deps.onSaved(chosen.filePath);
    return ok({ saved: true });
  };
}

/** For its owner only, whatever the umask and whatever was there before. */
async function writeWhole(path: string, pieces: Pieces): Promise<Result<void>> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    const written = await writePieces(part, pieces);
    if (!written.ok) {
      await rm(part, { force: true });
      return written;
    }
    await rename(part, path);
    return ok();
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return fail({ kind: 'storage', reason: reasons[code] ?? 'failed' });
  }
}

async function writePieces(path: string, pieces: Pieces): Promise<Result<void>> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of pieces) {
      if (!piece.ok) return piece;
      await file.writeFile(piece.value);
    }
    await file.sync();
    return ok();
  } finally {
    await file.close();
  }
}
