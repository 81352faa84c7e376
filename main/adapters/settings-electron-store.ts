import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import ElectronStore from 'electron-store';
import type { SettingsFile } from '../ports/settings.ts';

const fileName = 'settings';
/** The last object saved, once more: which accounts are on this device must outlast one damaged file. */
const copyName = 'settings.copy';

/** Ours is a few hundred bytes; what is larger is not ours and would only cost memory to look at. */
const largestBytes = 256 * 1024;

/**
 * The settings file through electron-store, which writes a new file, fsyncs it and renames it over the old one. Around it
 * stands what electron-store leaves open: a file it cannot read would be dropped or thrown over, so such a file is moved
 * to `settings.json.bad` (one is kept) before electron-store sees it, and the copy made at the last save takes its place;
 * and the rename is made durable too.
 *
 * @param folder absolute; made if it is not there.
 */
export function createSettingsFile(folder: string): SettingsFile {
  const path = join(folder, `${fileName}.json`);
  const copyPath = join(folder, `${copyName}.json`);
  const open = (name: string): ElectronStore =>
    new ElectronStore({
      cwd: folder,
      name,
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
    });
  return {
    load() {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        removeLeftovers(folder);
        if (isAbsent(path) && isAbsent(copyPath)) return { raw: {}, setAside: false };
        if (isOurs(path)) return { raw: { ...open(fileName).store }, setAside: false };
        if (!isAbsent(path)) putAside(path);
        if (isOurs(copyPath)) return { raw: { ...open(copyName).store }, setAside: true };
      } catch {
        // A folder that gives nothing out: there is nothing to load, and whatever is there is left as it is.
      }
      return { raw: {}, setAside: true };
    },
    save(raw) {
      try {
        // Never write through a link, nor over what is not settings: another program may have put it there since.
        for (const place of [path, copyPath]) if (!isAbsent(place) && !isOurs(place)) putAside(place);
        open(fileName).store = { ...raw };
        open(copyName).store = { ...raw };
        syncFolder(folder);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function isAbsent(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

/** Whether the file is one of ours: a plain file of sensible size that holds one JSON object. */
function isOurs(path: string): boolean {
  try {
    return isObject(JSON.parse(readPlainFile(path), refuseProto));
  } catch {
    return false;
  }
}

function putAside(path: string): void {
  const aside = `${path}.bad`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(path, aside);
}

/** A kill in the middle of a save leaves its new file behind. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^settings(?:\.copy)?\.json\.tmp-/.test(name)) rmSync(join(folder, name), { force: true });
  }
}

/** @throws for a link, a folder, a device, a pipe, a large file, and text that is not UTF-8. */
function readPlainFile(path: string): string {
  // Without waiting: a named pipe in the file's place would never open.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > largestBytes) throw new Error('not a settings file');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } finally {
    closeSync(file);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No setting is called `__proto__`; who wrote one wanted something else. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Error('not a setting');
  return value;
}

/** Make a rename outlast a power cut. Windows has no such call for folders and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
