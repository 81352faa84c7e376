/** What a picture says of itself before anything is decoded, and whether that may be decoded at all. */
import type { PictureType } from '../../contract/media-type.ts';

export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** One for a picture that does not move. */
  readonly frames: number;
}

/** What a page is asked to decode at most. */
export const mostDrawn = { bytes: 20 * 1024 * 1024, pixels: 50_000_000, frames: 500 } as const;

/** @returns null if the header cannot be read, or says that there is nothing to see */
export function readPicture(type: PictureType, bytes: Uint8Array): PictureHeader | null {
  const header = readers[type](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return header === null || header.width === 0 || header.height === 0 ? null : header;
}

export function isTooLarge({ width, height, frames }: PictureHeader, bytes: number): boolean {
  return bytes > mostDrawn.bytes || width * height > mostDrawn.pixels || frames > mostDrawn.frames;
}

const readers: Readonly<Record<PictureType, (view: DataView) => PictureHeader | null>> = {
  'image/png': readPng,
  'image/jpeg': readJpeg,
  'image/gif': readGif,
  'image/webp': readWebp,
};

/** PNG third edition, 11.2.1 (IHDR) and 11.3.6 (acTL). */
function readPng(view: DataView): PictureHeader | null {
  if (view.byteLength < 33 || view.getUint32(12) !== tag('IHDR')) return null;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  for (let at = 33; at + 12 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const name = view.getUint32(at + 4);
    if (name === tag('acTL')) return { ...size, frames: view.getUint32(at + 8) };
    if (name === tag('IDAT')) break;
  }
  return { ...size, frames: 1 };
}

/** ITU-T T.81, B.2.2: the first frame header that comes. */
function readJpeg(view: DataView): PictureHeader | null {
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (isAlone(marker)) at += 2;
    else if (isFrame(marker))
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5), frames: 1 };
    else if (marker === 0xda) return null;
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Without a length after it: TEM, RSTn, SOI, EOI. */
function isAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
}

/** SOF0 to SOF15, without DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** GIF89a, sections 18 to 26. What is drawn is the screen, or a frame that is larger than it. */
function readGif(view: DataView): PictureHeader | null {
  if (view.byteLength < 13) return null;
  let [width, height, frames] = [view.getUint16(6, true), view.getUint16(8, true), 0];
  let at = 13 + colourTable(view.getUint8(10));
  while (at < view.byteLength && frames <= mostDrawn.frames) {
    const kind = view.getUint8(at);
    if (kind === 0x21) at = afterBlocks(view, at + 2);
    else if (kind === 0x2c && at + 10 <= view.byteLength) {
      frames += 1;
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      at = afterBlocks(view, at + 11 + colourTable(view.getUint8(at + 9)));
    } else break;
  }
  return frames === 0 ? null : { width, height, frames };
}

function colourTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

/** Behind a chain of sub-blocks. */
function afterBlocks(view: DataView, from: number): number {
  let at = from;
  while (at < view.byteLength) {
    const length = view.getUint8(at);
    at += 1 + length;
    if (length === 0) break;
  }
  return at;
}

/** RFC 9649: the size is in the first chunk, whichever of the three it is; each frame is a chunk of its own. */
function readWebp(view: DataView): PictureHeader | null {
  if (view.byteLength < 30) return null;
  const first = view.getUint32(12);
  if (first === tag('VP8 ')) {
    const isKeyFrame = view.getUint8(23) === 0x9d && view.getUint8(24) === 0x01 && view.getUint8(25) === 0x2a;
    if (!isKeyFrame) return null;
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, frames: 1 };
  }
  if (first === tag('VP8L')) {
    if (view.getUint8(20) !== 0x2f) return null;
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, frames: 1 };
  }
  if (first !== tag('VP8X')) return null;
  const size = { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  return { ...size, frames: Math.max(1, countChunks(view, tag('ANMF'))) };
}

function countChunks(view: DataView, name: number): number {
  let count = 0;
  for (let at = 12; at + 8 <= view.byteLength && count <= mostDrawn.frames;) {
    if (view.getUint32(at) === name) count += 1;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return count;
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 2 ** 16;
}

/** Four letters as one number, the way they stand in a file. */
function tag(letters: string): number {
  return [...letters].reduce((number, letter) => number * 2 ** 8 + letter.charCodeAt(0), 0);
}
