import * as zlib from 'node:zlib';

export interface Unpacked {
  /** How it was packed. */
  readonly packing: 'gzip' | 'zlib' | 'deflate' | 'brotli' | 'zstd';
  readonly bytes: Buffer;
}

/** What one stream may unpack to; a canary is planted in small things. */
const largestBytes = 32 * 1024 * 1024;
const soft = { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: largestBytes };
const softBrotli = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH, maxOutputLength: largestBytes };
const softZstd = { finishFlush: zlib.constants.ZSTD_e_flush, maxOutputLength: largestBytes };

/**
 * What can be unpacked from anywhere in `bytes`, best effort: gzip, zlib and zstd wherever their first bytes stand, the
 * members of a zip archive, and `bytes` as a whole as raw deflate or brotli, which have no first bytes to know them by. A
 * stream that is cut off gives what there is of it.
 */
export function* unpackedOf(bytes: Buffer): Generator<Unpacked> {
  for (const at of placesOf(bytes, [0x1f, 0x8b, 0x08])) yield* tried('gzip', bytes, at, unzip);
  for (const at of placesOf(bytes, [0x78])) {
    // The two bytes of a zlib header are a multiple of 31.
    if (((0x78 << 8) | (bytes[at + 1] ?? 0)) % 31 === 0) yield* tried('zlib', bytes, at, unzip);
  }
  for (const at of placesOf(bytes, [0x28, 0xb5, 0x2f, 0xfd])) {
    yield* tried('zstd', bytes, at, (packed) => zlib.zstdDecompressSync(packed, softZstd));
  }
  for (const at of placesOf(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    if (at + 30 > bytes.length) continue;
    const data = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    yield* tried('deflate', bytes, data, inflateRaw);
  }
  yield* tried('deflate', bytes, 0, inflateRaw);
  yield* tried('brotli', bytes, 0, (packed) => zlib.brotliDecompressSync(packed, softBrotli));
}

const unzip = (packed: Buffer): Buffer => zlib.unzipSync(packed, soft);
const inflateRaw = (packed: Buffer): Buffer => zlib.inflateRawSync(packed, soft);

function* placesOf(bytes: Buffer, first: readonly number[]): Generator<number> {
  const pattern = Buffer.from(first);
  for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) yield at;
}

function* tried(
  packing: Unpacked['packing'],
  bytes: Buffer,
  at: number,
  unpack: (packed: Buffer) => Buffer,
): Generator<Unpacked> {
  try {
    const unpacked = unpack(bytes.subarray(at));
    if (unpacked.length > 0) yield { packing, bytes: unpacked };
  } catch {
    // It only looked like one.
  }
}
