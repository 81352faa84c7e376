import type { Result } from '../../contract/failure.ts';

type Piece = Result<string | Uint8Array>;

/** What is written, piece by piece: one text, or what is still being read. A failure leaves no file. */
export type Pieces = Iterable<Piece> | AsyncIterable<Piece>;

/**
 * Ask the person for a place, in the system's own dialog, and write `pieces` there (mode 0600).
 * Nothing of them is asked for before a place is chosen.
 *
 * @param suggested a file name without a person's name in it
 * @returns whether a place was chosen; fails with `storage` if it cannot be written, or as a piece failed
 */
export type SaveFile = (suggested: string, pieces: Pieces) => Promise<Result<{ readonly saved: boolean }>>;
