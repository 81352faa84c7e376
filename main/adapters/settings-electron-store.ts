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

/** One JSON object in a file of the data folder. */
interface ObjectFile {
  /** Of the file, without `.json`. */
  readonly name: string;
  /** What is larger is not ours and would only cost memory to look at. */
  readonly largestBytes: number;
  /** Leave an unreadable file where it is until somebody saves over it, instead of starting afresh. */
  readonly keepUnreadable: boolean;
}

/** A few hundred bytes in practice. */
const settingsFile: ObjectFile = { name: 'settings', largestBytes: 256 * 1024, keepUnreadable: false };
/** A few kilobytes for each account; starting afresh would lose every key. */
const keysFile: ObjectFile = { name: 'keys', largestBytes: 16 * 1024 * 1024, keepUnreadable: true };

/** @param folder absolute; made if it is not there. */
export const createSettingsFile = (folder: string): SettingsFile => createObjectFile(folder, settingsFile);

/** Sealed items of a machine without a keychain, beside the settings and made as they are. */
export const createKeysFile = (folder: string): SettingsFile => createObjectFile(folder, keysFile);

/**
 * A file through electron-store, which writes a new file, fsyncs it and renames it over the old one. Around it stands
 * what electron-store leaves open: a file it cannot read would be dropped or thrown over, so such a file is moved to
 * `<name>.json.bad` (one is kept) before electron-store sees it, and the copy made at the last save takes its place;
 * and the rename is made durable too.
 */
function createObjectFile(
  folder: string,
  { name: fileName, largestBytes, keepUnreadable }: ObjectFile,
): SettingsFile {
  /** The last object saved, once more: which accounts are on this device must outlast one damaged file. */
  const copyName = `${fileName}.copy`;
  const path = join(folder, `${fileName}.json`);
  const copyPath = join(folder, `${copyName}.json`);
  const isOurs = (place: string): boolean => holdsObject(place, largestBytes);
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
        removeLeftovers(folder, fileName);
        if (isAbsent(path) && isAbsent(copyPath)) return { raw: {}, setAside: false };
        if (isOurs(path)) return { raw: { ...open(fileName).store }, setAside: false };
        if (!isAbsent(path) && !keepUnreadable) putAside(path);
        if (isOurs(copyPath)) return { raw: { ...open(copyName).store }, setAside: true };
      } catch {
        // A folder that gives nothing out: there is nothing to load, and whatever is there is left as it is.
      }
      return { raw: {}, setAside: true };
    },
    save(raw) {
      try {
        // As electron-store writes it. What could not be read again is not written.
        if (Buffer.byteLength(JSON.stringify(raw, undefined, '\t')) > largestBytes) return false;
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
function holdsObject(path: string, largestBytes: number): boolean {
  try {
    return isObject(JSON.parse(readPlainFile(path, largestBytes), refuseProto));
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
function removeLeftovers(folder: string, fileName: string): void {
  const ours = [`${fileName}.json.tmp-`, `${fileName}.copy.json.tmp-`];
  for (const name of readdirSync(folder)) {
    if (ours.some((start) => name.startsWith(start))) rmSync(join(folder, name), { force: true });
  }
}

/** @throws for a link, a folder, a device, a pipe, a large file, and text that is not UTF-8. */
function readPlainFile(path: string, largestBytes: number): string {
  // Without waiting: a named pipe in the file's place would never open.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > largestBytes) throw new Error('not a file of ours');
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
