import { readSync } from 'node:fs';

export interface Piece {
  readonly bytes: Buffer;
  /** How many of them were not in the piece before. */
  readonly fresh: number;
}

const pieceBytes = 8 * 1024 * 1024;

/**
 * The bytes of an open file from `from` to `to`, each piece beginning with the last `overlap` bytes of the one before. A
 * piece is overwritten by the next.
 *
 * @param holeBytes how much to step over where nothing can be read (EIO); absent, that is an error
 */
export function* piecesOf(
  file: number,
  { from, to, overlap, holeBytes }: { from: number; to: number; overlap: number; holeBytes?: number },
): Generator<Piece> {
  const buffer = Buffer.alloc(overlap + Math.min(pieceBytes, to - from));
  let kept = 0;
  for (let at = from; at < to;) {
    const read = readOrHole(file, buffer.subarray(kept, kept + Math.min(buffer.length - kept, to - at)), at);
    if (read === 'hole') {
      if (holeBytes === undefined) throw new Error('it cannot be read');
      at += holeBytes;
      kept = 0;
      continue;
    }
    if (read === 0) return;
    at += read;
    const bytes = buffer.subarray(0, kept + read);
    yield { bytes, fresh: read };
    kept = Math.min(overlap, bytes.length);
    buffer.copyWithin(0, bytes.length - kept, bytes.length);
  }
}

function readOrHole(file: number, into: Buffer, at: number): number | 'hole' {
  try {
    return readSync(file, into, 0, into.length, at);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EIO') return 'hole';
    throw error;
  }
}
