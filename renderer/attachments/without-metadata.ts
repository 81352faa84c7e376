import { tag } from './pictures.ts';
import type { Picture } from './pictures.ts';

// Takes out of a picture what tells where, when and with what it was made, without touching a single pixel: all three kinds
// are chains of labelled parts, of which only those are kept that are needed to draw. Which way up it stands is such a part.

/** Kinds whose parts are known here. */
export function canStrip({ mediaType }: Picture): boolean {
  return mediaType !== 'image/gif';
}

/** Of what cannot be drawn here: pictures and films, as which systems do not know every one by its name. */
export function mayTellPlace({ name, type }: Pick<File, 'name' | 'type'>): boolean {
  return /^(?:image|video)\//u.test(type) || /\.(?:heic|heif|avif|jxl|dng|mov|m4v|3gp)$/iu.test(name);
}

/** @returns null if it is not built as its kind is: then nobody can say what it carries. */
export function withoutMetadata(bytes: Uint8Array, { mediaType }: Picture): Uint8Array<ArrayBuffer> | null {
  const read = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (mediaType) {
      case 'image/jpeg':
        return stripJpeg(bytes, read);
      case 'image/png':
        return stripPng(bytes, read);
      case 'image/webp':
        return stripWebp(bytes, read);
      case 'image/gif':
        return null;
    }
  } catch (error) {
    // A part reaches beyond the end.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * ITU-T T.81 §B: of the application segments only JFIF, the colour profile and Adobe's colour transform stay. What follows the
 * end of the image goes too: cameras put further pictures there, each with a location of its own.
 */
function stripJpeg(bytes: Uint8Array, read: DataView): Uint8Array<ArrayBuffer> | null {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (read.getUint8(at) === 0xff) {
    const marker = read.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) {
      kept.push(bytes.subarray(at, at + 2));
      return joined(kept);
    }
    let end = at + 2 + read.getUint16(at + 2);
    if (marker === 0xda) end = endOfScan(bytes, end);
    const turned = marker === 0xe1 ? jpegOrientation(read, at) : null;
    if (turned !== null) kept.push(orientationSegment(turned));
    if (isDrawn(marker, read, at)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return null;
}

function isDrawn(marker: number, read: DataView, at: number): boolean {
  // Frames, tables and scans; what is reserved could hold anything.
  if (marker >= 0xc0 && marker <= 0xdf) return true;
  if (marker === 0xe2) return tag(read, at + 4) === 'ICC_';
  return marker === 0xe0 ? tag(read, at + 4) === 'JFIF' : marker === 0xee;
}

/** Coded data goes on until a marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new RangeError('the picture has no end');
}

function jpegOrientation(read: DataView, at: number): number | null {
  if (tag(read, at + 4) !== 'Exif') return null;
  return orientation(read, at + 10, at + 2 + read.getUint16(at + 2));
}

/** TIFF 6.0 §2, tag 274. @returns null if it stands upright, or nobody says */
function orientation(read: DataView, start: number, end: number): number | null {
  if (start + 8 > end) return null;
  const little = read.getUint16(start) === 0x4949;
  const directory = start + read.getUint32(start + 4, little);
  if (directory + 2 > end) return null;
  const count = read.getUint16(directory, little);
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > end) return null;
    if (read.getUint16(entry, little) !== 0x0112) continue;
    const value = read.getUint16(entry + 8, little);
    return value >= 2 && value <= 8 ? value : null;
  }
  return null;
}

/** The shortest TIFF that says nothing but which way up. */
function tiff(turned: number): readonly number[] {
  const header = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8];
  return [...header, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0];
}

function orientationSegment(turned: number): Uint8Array {
  const body = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff(turned)];
  return Uint8Array.from([0xff, 0xe1, 0, body.length + 2, ...body]);
}

/** What every reader must know, and what colours and moves the picture. */
const drawnChunks = [
  ...[
    'IHDR',
    'PLTE',
    'IDAT',
    'IEND',
    'tRNS',
    'gAMA',
    'cHRM',
    'sRGB',
    'iCCP',
    'cICP',
    'mDCV',
    'cLLI',
    'sBIT',
    'bKGD',
    'pHYs',
    'hIST',
  ],
  ...['acTL', 'fcTL', 'fdAT'],
];

/** PNG (Third Edition) §5. */
function stripPng(bytes: Uint8Array, read: DataView): Uint8Array<ArrayBuffer> | null {
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  for (let at = 8; ;) {
    const name = tag(read, at + 4);
    const end = at + 12 + read.getUint32(at);
    read.getUint8(end - 1);
    if (drawnChunks.includes(name)) kept.push(bytes.subarray(at, end));
    // An upper-case letter: it cannot be drawn without knowing what this is.
    else if (/^[A-Z]/.test(name)) return null;
    if (name === 'IEND') return joined(kept);
    at = end;
  }
}

const drawnInWebp = ['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP'];

/** RFC 9649 §2: a RIFF whose first chunk tells which others there are. */
function stripWebp(bytes: Uint8Array, read: DataView): Uint8Array<ArrayBuffer> {
  const kept: Uint8Array[] = [bytes.slice(0, 12)];
  const whole = Math.min(bytes.length, 8 + read.getUint32(4, true));
  let turned: number | null = null;
  for (let at = 12; at < whole;) {
    const size = read.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    read.getUint8(at + 8 + size - 1);
    if (tag(read, at) === 'EXIF') turned = orientation(read, at + 8, at + 8 + size);
    if (drawnInWebp.includes(tag(read, at))) kept.push(bytes.slice(at, end));
    at = end;
  }
  const extended = kept[1];
  // Of its flags 0x08 promises EXIF, 0x04 XMP.
  if (extended !== undefined && extended[0] === 0x56 && extended[3] === 0x58)
    extended[8] = ((extended[8] ?? 0) & ~0x0c) | (turned === null ? 0 : 0x08);
  if (turned !== null)
    kept.push(Uint8Array.from([0x45, 0x58, 0x49, 0x46, tiff(turned).length, 0, 0, 0, ...tiff(turned)]));
  const stripped = joined(kept);
  new DataView(stripped.buffer).setUint32(4, stripped.length - 8, true);
  return stripped;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
