import { Buffer } from 'node:buffer';

/**
 * Pack small text files into an asar archive, the form in which Electron reads an app.
 *
 * Layout: a Chromium pickle holding the length of the next one, a pickle holding the JSON header, then the files' bytes
 * one after another (github.com/electron/asar, "Format"). No folders, links or executables: the one archive made here
 * holds two files.
 */
export function packAsar(files: Readonly<Record<string, string>>): Buffer {
  const entries: Record<string, { size: number; offset: string }> = {};
  const bodies: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const body = Buffer.from(text, 'utf8');
    entries[name] = { size: body.length, offset: String(offset) };
    bodies.push(body);
    offset += body.length;
  }
  const header = pickleString(JSON.stringify({ files: entries }));
  return Buffer.concat([pickleUint32(header.length), header, ...bodies]);
}

function pickleUint32(value: number): Buffer {
  const pickle = Buffer.alloc(8);
  pickle.writeUInt32LE(4, 0);
  pickle.writeUInt32LE(value, 4);
  return pickle;
}

/** A pickle of one string: payload size, string length, the bytes, padding to four. */
function pickleString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const padded = Math.ceil(bytes.length / 4) * 4;
  const pickle = Buffer.alloc(8 + padded);
  pickle.writeUInt32LE(4 + padded, 0);
  pickle.writeInt32LE(bytes.length, 4);
  bytes.copy(pickle, 8);
  return pickle;
}
