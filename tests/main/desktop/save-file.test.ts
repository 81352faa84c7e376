import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaveDialogOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../../contract/failure.ts';
import { createSaveFile } from '../../../main/desktop/save-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onethread-save-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param answer what the person chooses; null if they cancel */
function saving(answer: string | null) {
  const saved: string[] = [];
  const asked: SaveDialogOptions[] = [];
  const save = createSaveFile({
    dialog: {
      async showSaveDialog(...args: [unknown, SaveDialogOptions?]) {
        asked.push((args[1] ?? args[0]) as SaveDialogOptions);
        return { canceled: answer === null, filePath: answer ?? join(folder, 'x') };
      },
    },
    window: () => null,
    folder,
    onSaved: (path) => saved.push(path),
  });
  return { save, saved, asked };
}

describe('A file that a person saves', () => {
  it('is written where they say, for them only, whatever the umask', async () => {
    const umask = process.umask(0);
    try {
      const path = join(folder, 'report.json');
      const { save, saved, asked } = saving(path);
      expect(await save('erase-report.json', [ok('all '), ok('gone')])).toEqual({
        ok: true,
        value: { saved: true },
      });
      expect(readFileSync(path, 'utf8')).toBe('all gone');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(saved).toEqual([path]);
      expect(asked[0]?.defaultPath).toBe(join(folder, 'erase-report.json'));
    } finally {
      process.umask(umask);
    }
  });

  it('takes the place of the one they agreed to replace, and is for them only as well', async () => {
    const path = join(folder, 'report.json');
    writeFileSync(path, 'an older one', { mode: 0o644 });
    expect((await saving(path).save('x', [ok('new')])).ok).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('is not written when they change their mind', async () => {
    const { save, saved } = saving(null);
    expect(await save('x', [ok('text')])).toEqual({ ok: true, value: { saved: false } });
    expect([saved, readdirSync(folder)]).toEqual([[], []]);
  });

  it('tells when it cannot be written, and leaves no part of it', async () => {
    mkdirSync(join(folder, 'taken'));
    const { save, saved } = saving(join(folder, 'taken'));
    expect(await save('x', [ok('text')])).toEqual({
      ok: false,
      failure: { kind: 'storage', reason: 'failed' },
    });
    expect([saved, readdirSync(folder)]).toEqual([[], ['taken']]);
  });
});
