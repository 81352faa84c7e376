/** What a picture's first bytes say of it. They are read before anything is decoded: a header is small, what it promises is not. */
export type Picture = {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  /** Pixels, before any turning. */
  readonly width: number;
  readonly height: number;
  /** It may move: then drawing it anew would lose that. */
  readonly moves: boolean;
};

/** More than this is not decoded here (security.md, H-10). */
const mostPixels = 50_000_000;
/** So many bytes are looked at: room for the thumbnail and the colour profile that cameras put before the picture. */
export const headBytes = 1024 * 1024;

export function isDecodable({ width, height }: Picture): boolean {
  return width * height <= mostPixels;
}

/** @returns null for anything but a PNG, JPEG, GIF or WebP with a size, whatever its name says. */
export function readPicture(head: Uint8Array): Picture | null {
  const read = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    const picture = readPng(read) ?? readGif(read) ?? readWebp(read) ?? readJpeg(read);
    return picture !== null && picture.width > 0 && picture.height > 0 ? picture : null;
  } catch (error) {
    // It ends before its size was told.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Four letters at `offset`, as the chunks of PNG and RIFF are named. */
export function tag(read: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => read.getUint8(offset + index)));
}

/** PNG (Third Edition) §5.2, §11.2.1; a moving one says so before its data. */
function readPng(read: DataView): Picture | null {
  if (read.getUint32(0) !== 0x89504e47 || read.getUint32(4) !== 0x0d0a1a0a || tag(read, 12) !== 'IHDR')
    return null;
  const [width, height] = [read.getUint32(16), read.getUint32(20)];
  let moves = false;
  for (let at = 8; at + 8 <= read.byteLength && tag(read, at + 4) !== 'IDAT'; at += 12 + read.getUint32(at))
    moves ||= tag(read, at + 4) === 'acTL';
  return { mediaType: 'image/png', width, height, moves };
}

function readGif(read: DataView): Picture | null {
  if (tag(read, 0) !== 'GIF8') return null;
  return {
    mediaType: 'image/gif',
    width: read.getUint16(6, true),
    height: read.getUint16(8, true),
    moves: true,
  };
}

/** RFC 9649: extended, lossless, or lossy. */
function readWebp(read: DataView): Picture | null {
  if (tag(read, 0) !== 'RIFF' || tag(read, 8) !== 'WEBP') return null;
  const mediaType = 'image/webp';
  switch (tag(read, 12)) {
    case 'VP8X':
      return {
        mediaType,
        width: uint24(read, 24) + 1,
        height: uint24(read, 27) + 1,
        moves: (read.getUint8(20) & 0x02) !== 0,
      };
    case 'VP8L': {
      const bits = read.getUint32(21, true);
      return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, moves: false };
    }
    case 'VP8 ':
      return {
        mediaType,
        width: read.getUint16(26, true) & 0x3fff,
        height: read.getUint16(28, true) & 0x3fff,
        moves: false,
      };
    default:
      return null;
  }
}

function uint24(read: DataView, offset: number): number {
  return read.getUint16(offset, true) | (read.getUint8(offset + 2) << 16);
}

/** ITU-T T.81 §B.2.2: the size stands in the frame header, behind whatever the camera had to say. */
function readJpeg(read: DataView): Picture | null {
  if (read.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; read.getUint8(at) === 0xff;) {
    const marker = read.getUint8(at + 1);
    if (isFrame(marker))
      return {
        mediaType: 'image/jpeg',
        width: read.getUint16(at + 7),
        height: read.getUint16(at + 5),
        moves: false,
      };
    if (marker === 0xda) return null;
    // Any marker may be preceded by fill bytes.
    at += marker === 0xff ? 1 : 2 + read.getUint16(at + 2);
  }
  return null;
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
